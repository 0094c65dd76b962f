"""Who came, as they say themselves: answered freely, with consent, and for counting only."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from core.encrypted import EncryptedTextField
from core.ids import uuid7
from tourism.models.campaigns import Campaign
from tourism.models.shops import Shop


class Origin(models.TextChoices):
    """Where a visitor lives."""

    CITY = "city", _("市内")
    PREFECTURE = "prefecture", _("県内のほかの市町村")
    KANTO = "kanto", _("関東")
    CHUBU = "chubu", _("中部（長野県のほか）")
    KINKI = "kinki", _("近畿")
    JAPAN = "japan", _("日本のほかの地域")
    ABROAD = "abroad", _("海外")


class AgeBand(models.TextChoices):
    """How old a visitor is, roughly."""

    UNDER_20 = "0-19", _("19歳まで")
    TWENTIES = "20-29", _("20代")
    THIRTIES = "30-39", _("30代")
    FORTIES = "40-49", _("40代")
    FIFTIES = "50-59", _("50代")
    SIXTIES = "60-69", _("60代")
    OLDER = "70-", _("70歳から")


class Party(models.TextChoices):
    """With whom a visitor came."""

    ALONE = "alone", _("ひとり")
    COUPLE = "couple", _("ふたり")
    FAMILY = "family", _("子どものいる家族")
    FRIENDS = "friends", _("友だち・知り合い")
    GROUP = "group", _("団体")


class Arm(models.TextChoices):
    """What chance gave: the coupon, or the place in the comparison without one."""

    COUPON = "coupon", _("クーポンあり")
    HOLD_OUT = "hold_out", _("クーポンなし")


class VisitorProfile(models.Model):
    """Three answers of one person about one campaign.

    Purpose: insight; kept until the person takes the consent back or the campaign is closed for
    two years; source: the person.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    origin = models.CharField(max_length=10, choices=Origin)
    age_band = models.CharField(max_length=5, choices=AgeBand)
    party = models.CharField(max_length=7, choices=Party)
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "campaign"], name="visitor_profile_is_one_a_campaign"
            ),
        ]


class StudyArm(models.Model):
    """The lot of one person in one campaign, drawn once and never again.

    Purpose: to compare; kept as long as the campaign's evidence; source: chance.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    arm = models.CharField(max_length=8, choices=Arm)
    drawn_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "campaign"], name="study_arm_is_drawn_once"),
        ]


class Receipt(models.Model):
    """A bill that a consenting person kept for the count, with a coupon or without one.

    People of both arms write them in the same way: else the comparison would compare the writing.
    Purpose: insight; kept like the profile; source: the person.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="+")
    bill_yen = models.PositiveIntegerField()
    spent_on = models.DateField()
    written_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(bill_yen__gt=0), name="receipt_is_of_some_yen"),
        ]
        indexes = [models.Index(fields=["campaign", "person"], name="receipt_by_campaign")]


class InsightExport(models.Model):
    """One de-identified copy of a campaign, in Parquet; a new one ends those before it.

    ``secret`` makes the keys of the people in it, so that who withdraws a minute later can be
    left out at once. It goes with the export, and with it the only way back to a person.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    secret = EncryptedTextField()
    started_at = models.DateTimeField()
    made_at = models.DateTimeField()
    people = models.PositiveIntegerField()
    visits = models.PositiveIntegerField()
