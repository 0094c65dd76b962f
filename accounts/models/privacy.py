"""What a person decided about their data: consents, exports, erasure."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.people import Person, User
from core.encrypted import EncryptedJSONField
from core.ids import uuid7


class ConsentAct(models.TextChoices):
    """A consent is a list of acts; the last one counts."""

    GIVEN = "given", _("同意した")
    WITHDRAWN = "withdrawn", _("取り消した")


class Consent(models.Model):
    """One act of consent to one purpose. Append-only: triggers refuse change and removal."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person_id = models.UUIDField()  # no foreign key: the act outlives an erased person's row
    purpose = models.CharField(max_length=40)
    text_version = models.CharField(max_length=20)
    act = models.CharField(max_length=10, choices=ConsentAct)
    channel = models.CharField(max_length=10)  # page | app | counter | merge
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["person_id", "purpose", "-id"], name="consent_newest")]


class DataExport(models.Model):
    """All that is kept of one person, collected when they asked; readable for a day (開示)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    content = EncryptedJSONField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)


class CounterSession(models.Model):
    """Staff act for one person at the counter: fifteen minutes, for a reason, seen by the person.

    What is done in it is recorded as the officer's act on behalf of the person.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    municipality = models.CharField(max_length=6)
    officer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="counter_sessions")
    reason = models.CharField(max_length=40)
    document = models.CharField(max_length=40)  # what was seen, not its number
    started_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["officer"],
                condition=models.Q(ended_at__isnull=True),
                name="an_officer_serves_one_person_at_a_time",
            ),
        ]


class OrganisationKind(models.TextChoices):
    """What an organisation does with the city."""

    SHOP = "shop", _("お店")
    LODGING = "lodging", _("宿")
    NURSERY = "nursery", _("保育園の運営者")
    ASSOCIATION = "association", _("団体")


class OrganisationRole(models.TextChoices):
    """What somebody may be in an organisation; not a role of the city's staff."""

    SHOP_OWNER = "shop_owner", _("お店の責任者")
    SHOP_CLERK = "shop_clerk", _("お店の店員")
    LODGING_CLERK = "lodging_clerk", _("宿の受付の人")
    NURSERY_OWNER = "nursery_owner", _("園の責任者")
    NURSERY_STAFF = "nursery_staff", _("保育園の職員")


class Organisation(models.Model):
    """A company, association or nursery's operator that works with the city."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    municipality = models.CharField(max_length=6)
    name = models.CharField(max_length=120)
    corporate_number = models.CharField(max_length=13, blank=True)  # 法人番号
    kind = models.CharField(max_length=20, choices=OrganisationKind)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["municipality", "kind"], name="organisation_by_kind")]


class Membership(models.Model):
    """A user works for an organisation, at all of its places or at one."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="memberships"
    )
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=OrganisationRole)
    place_id = models.UUIDField(null=True, blank=True)  # of places.Place; empty: all its places
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "user", "role", "place_id"],
                condition=models.Q(valid_to__isnull=True),
                nulls_distinct=False,
                name="membership_is_open_once",
            ),
        ]
