"""Coupon campaigns as configuration."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
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


class Issuer(models.TextChoices):
    """Who gives the coupons out: 資金決済法 treats the city itself apart (its article 4)."""

    CITY = "city", _("市")
    COUNCIL = "council", _("協議会・商工会など")


class ClaimBy(models.TextChoices):
    """How somebody comes to have the coupons."""

    SIGN_IN = "sign_in", _("ログインした人")
    LETTER = "letter", _("世帯に送る手紙のコード")
    STAY = "stay", _("宿のチェックインの確認")
    SALE = "sale", _("買った人")


class ShopKind(models.TextChoices):
    """What a shop is, as campaigns ask it."""

    RETAIL = "retail", _("買い物")
    RESTAURANT = "restaurant", _("飲食")
    LODGING = "lodging", _("宿")
    SERVICE = "service", _("サービス")
    TRANSPORT = "transport", _("交通")


class Campaign(models.Model):
    """One campaign of one city: one kind of money. Days are civil dates in Japan, both included.

    What people know under one name may be several campaigns of one ``programme``: points for the
    lodging and points for shops, or three kinds of sets. Each has its own wallet and budget.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    municipality = models.CharField(max_length=6)
    slug = models.SlugField(max_length=60)
    programme = models.SlugField(max_length=60, blank=True)  # empty: it stands alone
    name = models.JSONField()  # {"ja": ..., "ja-easy": ..., "en": ...}
    text = models.JSONField(default=dict, blank=True)  # the same languages: what it is for
    state = models.CharField(max_length=10, choices=CampaignState, default="draft")
    cap = models.CharField(max_length=10, choices=CapKind)
    # The public money: funding lines add up to it. What buyers of sets paid comes on top.
    budget_yen = models.BigIntegerField()
    per_person_yen = models.IntegerField()
    per_household_yen = models.IntegerField(null=True, blank=True)
    # A coupon pays at most floor(bill_yen * rate / 10_000); empty: no bound.
    rate_basis_points = models.PositiveIntegerField(null=True, blank=True)
    # Without tiers an amount is a multiple of this.
    unit_yen = models.PositiveIntegerField(default=1)
    uses_per_shop_and_day = models.PositiveSmallIntegerField(null=True, blank=True)  # per wallet
    uses_per_day = models.PositiveSmallIntegerField(null=True, blank=True)  # per wallet
    starts_on = models.DateField()
    ends_on = models.DateField()
    # Value claimed on a day is good until this many days later, 24:00; empty: until `ends_on`.
    valid_days = models.PositiveSmallIntegerField(null=True, blank=True)
    # A shop without a network may take this much in one lease; empty: never offline.
    offline_limit_yen = models.PositiveIntegerField(null=True, blank=True)

    issuer = models.CharField(max_length=10, choices=Issuer, default="city")
    issuer_name = models.CharField(max_length=120, blank=True)
    # 第三者型発行者の登録番号 (資金決済法 art. 7): a council that sells for longer needs it.
    issuer_registration = models.CharField(max_length=60, blank=True)

    claim_by = models.CharField(max_length=10, choices=ClaimBy, default="sign_in")
    residents_only = models.BooleanField(default=False)
    resident_on = models.DateField(null=True, blank=True)  # 基準日; empty: on the day of the claim
    age_min = models.PositiveSmallIntegerField(null=True, blank=True)
    proof_level_min = models.PositiveSmallIntegerField(default=0)  # of accounts.Person
    has_app = models.BooleanField(default=True)
    has_paper = models.BooleanField(default=False)

    shop_kinds = models.JSONField(default=list, blank=True)  # of ShopKind; empty: every shop
    local_shops_only = models.BooleanField(default=False)  # 大型店を除く

    # Sold sets: both limits count sets of any medium; empty: no limit.
    sets_per_person = models.PositiveSmallIntegerField(null=True, blank=True)
    programme_sets_per_person = models.PositiveSmallIntegerField(null=True, blank=True)

    # By chance so many of 10,000 claimants get no coupon, so that one can say what it added.
    hold_out_basis_points = models.PositiveSmallIntegerField(default=0)
    settlement_days = models.JSONField(default=list)  # days of the month, e.g. [10, 25]

    sources = models.JSONField(default=list, blank=True)  # where the configuration was read
    # [{"field": ..., "value": ..., "reason": ...}]: what the source does not say (仮定)
    assumptions = models.JSONField(default=list, blank=True)
    is_demo = models.BooleanField(default=False)

    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(null=True)  # given to the second person
    reviewed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    sent_back_note = models.CharField(max_length=200, blank=True)
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)  # for If-Match; counts edits

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
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("made_by")),
                name="campaign_is_reviewed_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=Q(rate_basis_points__isnull=True) | Q(rate_basis_points__lte=10_000),
                name="campaign_rate_is_at_most_the_bill",
            ),
            models.CheckConstraint(
                condition=Q(unit_yen__gte=1), name="campaign_unit_is_at_least_one_yen"
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


class SetMedium(models.TextChoices):
    """On what a set is sold."""

    DIGITAL = "digital", _("電話")
    PAPER = "paper", _("紙")


class CouponSet(models.Model):
    """A set for sale: the buyer pays ``price_yen`` and gets ``value_yen`` to spend."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="sets")
    medium = models.CharField(max_length=8, choices=SetMedium)
    price_yen = models.PositiveIntegerField()
    value_yen = models.PositiveIntegerField()
    sets_total = models.PositiveIntegerField()

    class Meta:
        ordering = ["campaign", "medium"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "medium"], name="set_is_unique_by_its_medium"
            ),
            models.CheckConstraint(
                condition=Q(value_yen__gte=F("price_yen")) & Q(price_yen__gt=0),
                name="set_is_worth_its_price",
            ),
        ]


class FundingLine(models.Model):
    """Whose money the budget is: the lines of a campaign add up to it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="funding")
    order = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    amount_yen = models.BigIntegerField()

    class Meta:
        ordering = ["campaign", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "order"], name="funding_line_is_unique_by_its_order"
            ),
            models.CheckConstraint(
                condition=Q(amount_yen__gt=0), name="funding_line_gives_something"
            ),
        ]
