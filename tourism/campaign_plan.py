"""What a campaign is as plain values, and what is wrong with one before it may start.

Each fault is a refusal of its own: code, field, and a sentence for the clerk. It decides nothing
about people or shops.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import ClassVar, Final

from core.refusals import Refusal, gettext_noop as _
from tourism.money import part_of
from tourism.prepaid_law import Issue, NeedsRegistration, standing

SETTLEMENT_DAY_MAX: Final = 28  # every month has it
HOLD_OUT_MAX: Final = 5_000  # basis points: more than half would turn the offer round
WHOLE: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class TierPlan:
    """One coupon: from a bill of ``min_spend_yen`` on, worth ``value_yen``."""

    min_spend_yen: int
    value_yen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPlan:
    """One kind of set for sale, on one medium."""

    medium: str
    price_yen: int
    value_yen: int
    sets_total: int

    @property
    def premium_yen(self) -> int:
        """Return what the public money adds to one set."""
        return self.value_yen - self.price_yen


@dataclass(frozen=True, slots=True, kw_only=True)
class FundingPlan:
    """Whose money, how much."""

    name: str
    amount_yen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignPlan:
    """A campaign's configuration. Days are civil dates in Japan, both ends included."""

    cap: str  # issue | redemption
    budget_yen: int
    per_person_yen: int
    starts_on: date
    ends_on: date
    per_household_yen: int | None = None
    rate_basis_points: int | None = None
    unit_yen: int = 1
    uses_per_shop_and_day: int | None = None
    uses_per_day: int | None = None
    valid_days: int | None = None
    offline_limit_yen: int | None = None
    issuer: str = "city"
    issuer_name: str = ""
    issuer_registration: str = ""
    claim_by: str = "sign_in"
    residents_only: bool = False
    resident_on: date | None = None
    age_min: int | None = None
    proof_level_min: int = 0
    shop_kinds: tuple[str, ...] = ()
    local_shops_only: bool = False
    sets_per_person: int | None = None
    programme_sets_per_person: int | None = None
    hold_out_basis_points: int = 0
    has_app: bool = True
    has_paper: bool = False
    settlement_days: tuple[int, ...] = (10, 25)
    tiers: tuple[TierPlan, ...] = ()
    sets: tuple[SetPlan, ...] = ()
    funding: tuple[FundingPlan, ...] = ()

    @property
    def smallest_coupon_yen(self) -> int:
        """Return the smallest amount that can be spent at once."""
        return min((tier.value_yen for tier in self.tiers), default=self.unit_yen)


class PlanFault(Refusal):
    """Something in a campaign's configuration is wrong."""

    field: ClassVar[str]


class DatesReversed(PlanFault):
    code, field = "campaign-dates-reversed", "ends_on"
    title = _("終わりの日が、始まりの日より前です")
    next_step = _("始まりの日と終わりの日をたしかめてください。")


class NothingToGet(PlanFault):
    code, field = "campaign-gives-nothing", "per_person_yen"
    title = _("このままでは、だれも何も受けとれません")
    next_step = _("1人あたりの金額か、売るセットを書いてください。")


class BudgetBelowOneCoupon(PlanFault):
    code, field = "campaign-budget-below-one-coupon", "budget_yen"
    title = _("予算が、クーポン1枚より少ないです")
    next_step = _("予算を1枚の金額より多くしてください。")


class BudgetBelowPremiums(PlanFault):
    code, field = "campaign-budget-below-premiums", "budget_yen"
    title = _("予算が、売るセットの上乗せ分より少ないです")
    next_step = _("予算を増やすか、売るセットの数を減らしてください。")


class TiersOverlap(PlanFault):
    code, field = "campaign-tiers-overlap", "tiers"
    title = _("クーポンの段が重なっています")
    next_step = _("会計の金額が上がるごとに、クーポンの金額も上がるように直してください。")


class TierAboveBill(PlanFault):
    code, field = "campaign-tier-above-bill", "tiers"
    title = _("会計より大きいクーポンがあります")
    next_step = _("クーポンの金額を、使える会計の金額までにしてください。")


class TierAboveRate(PlanFault):
    code, field = "campaign-tier-above-rate", "tiers"
    title = _("割引の上限の割合をこえるクーポンがあります")
    next_step = _("クーポンの金額を下げるか、使える会計の金額を上げてください。")


class PersonBelowOneCoupon(PlanFault):
    code, field = "campaign-person-below-one-coupon", "per_person_yen"
    title = _("1人あたりの金額が、いちばん小さいクーポンより少ないです")
    next_step = _("1人あたりの金額を増やしてください。")


class HouseholdBelowPerson(PlanFault):
    code, field = "campaign-household-below-person", "per_household_yen"
    title = _("1世帯の上限が、1人の上限より少ないです")
    next_step = _("1世帯の上限を増やすか、空にしてください。")


class RateBad(PlanFault):
    code, field = "campaign-rate-bad", "rate_basis_points"
    title = _("割引の上限の割合が正しくありません")
    next_step = _("0.01％から100％までの割合を書いてください。")


class UnitBad(PlanFault):
    code, field = "campaign-unit-bad", "unit_yen"
    title = _("金額のきざみが正しくありません")
    next_step = _("1円以上のきざみを書いてください。")


class LimitBad(PlanFault):
    code, field = "campaign-limit-bad", "uses_per_shop_and_day"
    title = _("回数の上限が正しくありません")
    next_step = _("1回以上の数を書くか、空にしてください。")


class FundingDiffers(PlanFault):
    code, field = "campaign-funding-differs", "funding"
    title = _("財源の合計が、予算と合いません")
    next_step = _("財源の合計が予算と同じになるように直してください。")


class SettlementDaysBad(PlanFault):
    code, field = "campaign-settlement-days-bad", "settlement_days"
    title = _("精算の日が正しくありません")
    next_step = _("1日から28日までの日を、1つ以上書いてください。")


class HoldOutBad(PlanFault):
    code, field = "campaign-hold-out-bad", "hold_out_basis_points"
    title = _("くらべるために配らない人の割合が正しくありません")
    next_step = _("0％から50％までにしてください。")


class HoldOutOfBuyers(PlanFault):
    code, field = "campaign-hold-out-of-buyers", "hold_out_basis_points"
    title = _("売るクーポンや紙のクーポンでは、配らない人を くじで決められません")
    next_step = _("割合を0％にしてください。")


class SetsNeedIssueCap(PlanFault):
    code, field = "campaign-sets-need-issue-cap", "cap"
    title = _("売るクーポンは、配った分までの予算にしてください")
    next_step = _("払った人が使えなくならないように、「配った分まで」を選んでください。")


class SaleNeedsSets(PlanFault):
    code, field = "campaign-sale-needs-sets", "sets"
    title = _("売るセットがありません")
    next_step = _("セットの値段と使える金額と数を書いてください。")


class SetBelowPrice(PlanFault):
    code, field = "campaign-set-below-price", "sets"
    title = _("値段より使える金額が少ないセットがあります")
    next_step = _("使える金額を、値段と同じかそれより多くしてください。")


class ResidentDayLate(PlanFault):
    code, field = "campaign-resident-day-late", "resident_on"
    title = _("住民かどうかを見る日が、終わりの日より後です")
    next_step = _("基準日を、終わりの日までの日にしてください。")


class NowhereToUse(PlanFault):
    code, field = "campaign-has-no-medium", "has_app"
    title = _("電話でも紙でも使えません")
    next_step = _("電話か紙のどちらかを選んでください。")


PLAN_FAULTS: Final[tuple[type[Refusal], ...]] = (
    DatesReversed, NothingToGet, BudgetBelowOneCoupon, BudgetBelowPremiums, TiersOverlap,
    TierAboveBill, TierAboveRate, PersonBelowOneCoupon, HouseholdBelowPerson, RateBad, UnitBad,
    LimitBad, FundingDiffers, SettlementDaysBad, HoldOutBad, HoldOutOfBuyers, SetsNeedIssueCap,
    SaleNeedsSets, SetBelowPrice, ResidentDayLate, NowhereToUse, NeedsRegistration,
)  # fmt: skip


def faults(plan: CampaignPlan) -> Sequence[Refusal]:
    """Return everything that is wrong with ``plan``, the most basic first."""
    return [*_basic(plan), *_tiers(plan), *_money(plan), *_sets(plan), *_running(plan)]


def check_plan(plan: CampaignPlan) -> None:
    """Raise the first fault of ``plan``, if there is one."""
    for fault in faults(plan):
        raise fault


def _basic(plan: CampaignPlan) -> Iterator[Refusal]:
    if plan.ends_on < plan.starts_on:
        yield DatesReversed()
    if plan.unit_yen < 1:
        yield UnitBad()
    if plan.rate_basis_points is not None and not 1 <= plan.rate_basis_points <= WHOLE:
        yield RateBad()
    if plan.resident_on is not None and plan.resident_on > plan.ends_on:
        yield ResidentDayLate()
    if not (plan.has_app or plan.has_paper):
        yield NowhereToUse()
    if not plan.sets and plan.per_person_yen < 1:
        yield NothingToGet()
    if any(limit is not None and limit < 1 for limit in _limits(plan)):
        yield LimitBad()


def _limits(plan: CampaignPlan) -> tuple[int | None, ...]:
    return (plan.uses_per_shop_and_day, plan.uses_per_day, plan.offline_limit_yen)


def _tiers(plan: CampaignPlan) -> Iterator[Refusal]:
    steps = sorted(plan.tiers, key=lambda tier: (tier.min_spend_yen, tier.value_yen))
    if any(
        low.min_spend_yen == high.min_spend_yen or low.value_yen >= high.value_yen
        for low, high in pairwise(steps)
    ):
        yield TiersOverlap()
    if any(not 1 <= tier.value_yen <= tier.min_spend_yen for tier in plan.tiers):
        yield TierAboveBill()
    rate = plan.rate_basis_points
    if rate is not None and any(
        tier.value_yen > part_of(tier.min_spend_yen, basis_points=rate) for tier in plan.tiers
    ):
        yield TierAboveRate()


def _money(plan: CampaignPlan) -> Iterator[Refusal]:
    if not plan.sets and plan.budget_yen < max(1, plan.smallest_coupon_yen):
        yield BudgetBelowOneCoupon()
    if not plan.sets and 0 < plan.per_person_yen < plan.smallest_coupon_yen:
        yield PersonBelowOneCoupon()
    if plan.per_household_yen is not None and plan.per_household_yen < plan.per_person_yen:
        yield HouseholdBelowPerson()
    amounts = [line.amount_yen for line in plan.funding]
    if sum(amounts) != plan.budget_yen or any(amount < 1 for amount in amounts):
        yield FundingDiffers()


def _sets(plan: CampaignPlan) -> Iterator[Refusal]:
    if plan.claim_by == "sale" and not plan.sets:
        yield SaleNeedsSets()
    if any(one.premium_yen < 0 or one.price_yen < 1 or one.sets_total < 1 for one in plan.sets):
        yield SetBelowPrice()
    if plan.sets and plan.cap != "issue":
        yield SetsNeedIssueCap()
    if plan.sets and plan.budget_yen < sum(one.premium_yen * one.sets_total for one in plan.sets):
        yield BudgetBelowPremiums()
    if max(Counter(one.medium for one in plan.sets).values(), default=0) > 1:
        yield TiersOverlap()


def _running(plan: CampaignPlan) -> Iterator[Refusal]:
    days = plan.settlement_days
    if not days or any(not 1 <= day <= SETTLEMENT_DAY_MAX for day in days):
        yield SettlementDaysBad()
    if not 0 <= plan.hold_out_basis_points <= HOLD_OUT_MAX:
        yield HoldOutBad()
    if plan.hold_out_basis_points and (plan.sets or not plan.has_app):
        yield HoldOutOfBuyers()
    try:
        standing(issue_of(plan))
    except NeedsRegistration as refusal:
        yield refusal


def issue_of(plan: CampaignPlan) -> Issue:
    """Return how the coupons of ``plan`` are given out, as the law on prepaid means asks it."""
    return Issue(
        is_by_city=plan.issuer == "city",
        is_paid=bool(plan.sets),
        first_sale_on=plan.starts_on,
        last_use_on=plan.ends_on,
        valid_days=plan.valid_days,
        registration=plan.issuer_registration,
    )
