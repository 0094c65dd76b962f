"""Shops that take coupons: how they came in, and the account they are paid to."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from core.encrypted import EncryptedJSONField
from core.ids import uuid7
from places.models import Place
from tourism.models.campaigns import ShopKind


class ShopState(models.TextChoices):
    """The life of a shop in the coupon scheme."""

    APPLIED = "applied", _("申しこみ")
    UNDER_REVIEW = "under_review", _("確認中")
    ACTIVE = "active", _("参加中")
    SUSPENDED = "suspended", _("停止中")
    LEFT = "left", _("参加を終えた")


class Shop(models.Model):
    """One shop; name, address and point stand in its place. A branch is a shop of its own.

    Branches belong to one organisation. The first two states are those of its application.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    municipality = models.CharField(max_length=6)
    number = models.PositiveIntegerField(null=True)  # 加盟店番号: on statements and bank files
    place = models.OneToOneField(Place, on_delete=models.PROTECT, related_name="shop")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="shops")
    state = models.CharField(max_length=12, choices=ShopState, default="applied")
    kind = models.CharField(max_length=12, choices=ShopKind, default="retail")
    is_local = models.BooleanField(default=True)  # not a 大型店
    state_since = models.DateTimeField(null=True)
    state_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "number"], name="shop_number_is_unique_in_its_city"
            ),
        ]
        indexes = [models.Index(fields=["municipality", "state"], name="shop_by_state")]

    def __str__(self) -> str:
        return self.place.name


class ApplicationState(models.TextChoices):
    """The life of a shop's application."""

    APPLIED = "applied", _("申しこみ")
    UNDER_REVIEW = "under_review", _("確認中")
    ACCEPTED = "accepted", _("承認")
    DECLINED = "declined", _("ことわった")


class ShopApplication(models.Model):
    """A shop asks to take part. Nothing of it is public before staff accepted it.

    ``content`` holds the contact and the bank account (name, e-mail, phone, account): purpose:
    to run the scheme with the shop; source: the shop; retention: five years after it left.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    municipality = models.CharField(max_length=6)
    reference = models.CharField(max_length=12, unique=True)  # said on the phone
    state = models.CharField(max_length=12, choices=ApplicationState, default="applied")
    shop_name = models.CharField(max_length=120)  # as it will be published
    kind = models.CharField(max_length=12, choices=ShopKind)
    content = EncryptedJSONField()
    # Blind index of the contact's address: by it the person finds what is kept of them.
    email_index = models.BinaryField(max_length=16, null=True, db_index=True)
    # Set where an owner whom we know asks for another branch.
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="+"
    )
    applied_at = models.DateTimeField()
    taken_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision_note = models.CharField(max_length=200, blank=True)
    shop = models.OneToOneField(
        Shop, on_delete=models.PROTECT, null=True, related_name="application"
    )

    class Meta:
        indexes = [
            models.Index(fields=["municipality", "state", "applied_at"], name="application_queue")
        ]


class AccountState(models.TextChoices):
    """The life of a bank account at a shop: the newest approved one behind its hold counts."""

    PROPOSED = "proposed", _("1人めが入力")
    APPROVED = "approved", _("2人めが確認")
    REFUSED = "refused", _("取り下げ")


class ShopBankAccount(models.Model):
    """Where a shop is paid. A change is entered by one officer and approved by another.

    It counts from ``counts_from`` on, 24 hours after the approval, and the old contact is told:
    who stole a mailbox must not be paid before the shop hears of it. ``account`` holds bank,
    branch, kind, number and the holder's kana: purpose: payment; retention: with the statements.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="bank_accounts")
    account = EncryptedJSONField()
    state = models.CharField(max_length=8, choices=AccountState, default="proposed")
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField()
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    counts_from = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("proposed_by")),
                name="shop_account_is_approved_by_a_second_person",
            ),
            models.UniqueConstraint(
                fields=["shop"],
                condition=Q(state="proposed"),
                name="shop_account_is_proposed_once",
            ),
        ]
        indexes = [models.Index(fields=["shop", "-counts_from"], name="shop_account_newest")]
