"""Coupon campaigns as configuration."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.ids import uuid7


class CampaignState(models.TextChoices):
    """The life of a campaign."""

    DRAFT = "draft", _("下書き")
    REVIEWED = "reviewed", _("確認ずみ")
    SCHEDULED = "scheduled", _("開始前")
    OPEN = "open", _("実施中")
    PAUSED = "paused", _("一時停止")
    EXHAUSTED = "exhausted", _("予算を使いきった")
    ENDED = "ended", _("終了")
    SETTLING = "settling", _("精算中")
    CLOSED = "closed", _("精算ずみ")


class CapKind(models.TextChoices):
    """What the budget bounds: the money given out, or the money spent."""

    ISSUE = "issue", _("配った分まで")
    REDEMPTION = "redemption", _("使われた分まで")


class Campaign(models.Model):
    """One campaign of one city. Days are civil dates in Japan, both ends included."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    municipality = models.CharField(max_length=6)
    slug = models.SlugField(max_length=60)
    name = models.JSONField()  # {"ja": ..., "ja-easy": ..., "en": ...}
    state = models.CharField(max_length=10, choices=CampaignState, default="draft")
    cap = models.CharField(max_length=10, choices=CapKind)
    budget_yen = models.BigIntegerField()
    per_person_yen = models.IntegerField()
    # A coupon pays at most floor(bill_yen * rate / 10_000); empty: no bound.
    rate_basis_points = models.PositiveIntegerField(null=True, blank=True)
    uses_per_shop_and_day = models.PositiveSmallIntegerField(null=True, blank=True)  # per wallet
    starts_on = models.DateField()
    ends_on = models.DateField()
    # Value claimed on a day is good until this many days later, 24:00; empty: until `ends_on`.
    valid_days = models.PositiveSmallIntegerField(null=True, blank=True)
    is_demo = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "slug"], name="campaign_slug_is_unique_in_its_city"
            ),
            models.CheckConstraint(
                condition=Q(starts_on__lte=F("ends_on")), name="campaign_starts_before_it_ends"
            ),
            models.CheckConstraint(
                condition=Q(budget_yen__gte=0) & Q(per_person_yen__gte=0),
                name="campaign_money_is_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return self.slug


class Tier(models.Model):
    """One coupon of a campaign: from this bill on, worth this much. A bill takes one."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="tiers")
    min_spend_yen = models.PositiveIntegerField()
    value_yen = models.PositiveIntegerField()

    class Meta:
        ordering = ["campaign", "min_spend_yen"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "min_spend_yen"], name="tier_is_unique_by_its_bill"
            ),
            models.UniqueConstraint(
                fields=["campaign", "value_yen"], name="tier_is_unique_by_its_value"
            ),
        ]
