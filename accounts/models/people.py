"""People, users, roles and guardians: separate tables, joined once a request.

A child, or someone without a phone, is a Person without a User.
"""

from datetime import date
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.blind_index import blind_index
from core.encrypted import EncryptedDateField, EncryptedTextField, Sealed
from core.ids import uuid7
from jp.text import fold_name


class UserManager(BaseUserManager["User"]):
    """Makes users that can never sign in by password."""

    def create_user(self, email: str, **fields: Any) -> "User":
        """Save and return a user with ``email`` (folded to lower case)."""
        fields.pop("password", None)
        user = self.model(email=email.strip().lower(), **fields)
        user.set_unusable_password()
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, **fields: Any) -> "User":
        """Save and return a user who may open the data-care pages."""
        return self.create_user(email, **(fields | {"is_staff": True, "is_superuser": True}))


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who signs in, by a code sent to the e-mail address."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(unique=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return f"user {self.pk}"  # never the address: this text reaches logs


def person_index(*, name: str, birth_date: date) -> bytes:
    """Return the blind index by which a person is found; spelling variants of a name are one."""
    return blind_index("person.identity", fold_name(name), birth_date.isoformat())


class Person(models.Model):
    """A natural person as the city knows them.

    Purpose: to hold cards and to act for others; retention: until erased or five years after the
    last service; source: the person, or the ledger row they were linked to.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    municipality = models.CharField(max_length=6)
    user = models.OneToOneField(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="person"
    )
    name = EncryptedTextField(blank=True, default="")
    name_kana = EncryptedTextField(blank=True, default="")
    birth_date = EncryptedDateField(null=True)
    address = EncryptedTextField(blank=True, default="")
    # 0 nothing, 1 a letter's code, 2 the counter or the national identity provider.
    proof_level = models.PositiveSmallIntegerField(default=0)
    # Blind index of folded name + birth date: how staff find somebody; empty while either is.
    identity_index = models.BinaryField(max_length=16, null=True, editable=False)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(fields=["municipality", "identity_index"], name="person_by_identity")
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the index with what it is made of."""
        fields = kwargs.get("update_fields")
        kept = (self.__dict__.get("name"), self.__dict__.get("birth_date"))
        # Nobody read them since they were loaded, so the index is as it was.
        is_read = any(one is not None and not isinstance(one, Sealed) for one in kept)
        if is_read and (fields is None or {"name", "birth_date"} & set(fields)):
            self.identity_index = (
                person_index(name=self.name, birth_date=self.birth_date)
                if self.name and self.birth_date
                else None
            )
            if fields is not None:
                kwargs["update_fields"] = {*fields, "identity_index"}
        super().save(*args, **kwargs)


class Role(models.TextChoices):
    """What a member of the city's staff may be; what each may do stands in the policy tables."""

    CARD_CLERK = "card_clerk", _("障がい福祉係")
    CARD_APPROVER = "card_approver", _("障がい福祉係（承認）")
    BENEFIT_EDITOR = "benefit_editor", _("割引の編集")
    STATISTICS = "statistics", _("統計")
    DEVICE_MANAGER = "device_manager", _("確認端末の管理")
    ADMIN = "admin", _("管理者")
    COUNTER = "counter", _("総合窓口")
    AUDITOR = "auditor", _("監査")
    CHILDCARE_CLERK = "childcare_clerk", _("保育係")
    CHILDCARE_APPROVER = "childcare_approver", _("保育係（承認）")
    TOURISM_EDITOR = "tourism_editor", _("観光情報の編集")
    CAMPAIGN_CLERK = "campaign_clerk", _("クーポン事業")
    CAMPAIGN_APPROVER = "campaign_approver", _("クーポン事業（承認）")


class RoleAssignment(models.Model):
    """One role of one user in one city, from a day to a day; ending it acts at once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="role_assignments")
    role = models.CharField(max_length=20, choices=Role)
    municipality = models.CharField(max_length=6)
    scope = models.UUIDField(null=True, blank=True)  # a place; empty: the whole city
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)  # the first instant without the role
    granted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "municipality", "scope"],
                condition=Q(valid_to__isnull=True),
                nulls_distinct=False,
                name="role_assignment_is_open_once",
            ),
        ]
        indexes = [models.Index(fields=["user", "valid_to"], name="role_assignment_by_user")]


class DelegationKind(models.TextChoices):
    """Why one person may act for another."""

    GUARDIAN = "guardian", _("保護者・法定代理人")
    FAMILY = "family", _("家族")
    HELPER = "helper", _("支援する人")


class DelegationStatus(models.TextChoices):
    """An ended delegation stays as a record."""

    ACTIVE = "active", _("有効")
    ENDED = "ended", _("終了")


class Delegation(models.Model):
    """``agent`` may act for ``principal``; checked at each request, never kept in a token.

    What they may do stands in the policy tables by ``kind``, not in the row.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    principal = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="delegations")
    agent = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="acts_for")
    kind = models.CharField(max_length=10, choices=DelegationKind)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)
    status = models.CharField(max_length=6, choices=DelegationStatus, default="active")
    proof = models.CharField(max_length=20)  # counter | letter | identity
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(principal=F("agent")), name="delegation_is_between_two_people"
            ),
            models.UniqueConstraint(
                fields=["principal", "agent", "kind"],
                condition=Q(status="active"),
                name="delegation_is_active_once",
            ),
        ]


class DelegationInvite(models.Model):
    """A code by which a person lets somebody of the family help; typed in once, within a day."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    principal = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=DelegationKind)
    code_digest = models.BinaryField(max_length=32, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class ProtectiveBlock(models.Model):
    """支援措置 (DV, separation): ``blocked`` may neither see nor act for ``person``."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="protected_from")
    blocked = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)
