"""Say in numbers what one person can get from a campaign and when it stops, before it starts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tourism.campaign_plan import CampaignPlan
from tourism.coupon_rules import CouponTerms, TierOffer, offered_yen

_BILLS_YEN = (500, 1_000, 2_500, 5_000, 10_000, 20_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class BillExample:
    """At a bill of ``bill_yen`` a coupon of ``coupon_yen`` is used and the rest is paid."""

    bill_yen: int
    coupon_yen: int

    @property
    def own_yen(self) -> int:
        """Return what the guest pays."""
        return self.bill_yen - self.coupon_yen


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a person gets, and when it stops. ``people_full`` is how many can use all of it."""

    examples: Sequence[BillExample]
    person_yen: int
    person_pays_yen: int  # for sets; 0 where the coupons are free
    bill_for_all_yen: int | None  # what one must spend to use all of it; empty: no bound
    people_full: int
    days: int
    first_use_on: date
    last_use_on: date
    stops_when_spent: bool  # in the middle of the campaign, without notice


def preview(plan: CampaignPlan) -> Preview:
    """Return the preview of a plan without faults."""
    price = max((one.price_yen for one in plan.sets), default=0)
    person = plan.per_person_yen
    bought = plan.sets_per_person or 1
    costs = _cost_of_one_person(plan)
    return Preview(
        examples=[
            BillExample(bill_yen=bill, coupon_yen=coupon)
            for bill in _bills(plan)
            if (coupon := largest_coupon(plan, bill_yen=bill, left_yen=person)) > 0
        ],
        person_yen=person,
        person_pays_yen=price * bought,
        bill_for_all_yen=_bill_for_all(plan),
        people_full=plan.budget_yen // costs if costs else 0,
        days=(plan.ends_on - plan.starts_on).days + 1,
        first_use_on=plan.starts_on,
        last_use_on=plan.ends_on,
        stops_when_spent=plan.cap == "redemption",
    )


def largest_coupon(plan: CampaignPlan, *, bill_yen: int, left_yen: int) -> int:
    """Return the largest amount that may be used on a bill with ``left_yen`` left; 0 for none."""
    terms = CouponTerms(
        tiers=[
            TierOffer(value_yen=tier.value_yen, min_spend_yen=tier.min_spend_yen)
            for tier in plan.tiers
        ],
        rate_basis_points=plan.rate_basis_points,
        unit_yen=plan.unit_yen,
    )
    return max(offered_yen(terms, bill_yen=bill_yen, remaining_yen=left_yen), default=0)


def _bills(plan: CampaignPlan) -> Sequence[int]:
    return sorted({tier.min_spend_yen for tier in plan.tiers}) or _BILLS_YEN


def _cost_of_one_person(plan: CampaignPlan) -> int:
    """Return what the public money pays for one person who uses all."""
    if plan.sets:
        return max(one.premium_yen for one in plan.sets) * (plan.sets_per_person or 1)
    return plan.per_person_yen


def _bill_for_all(plan: CampaignPlan) -> int | None:
    """Return the least total of bills on which all of a person's value can be used."""
    if plan.tiers:
        best = max(plan.tiers, key=lambda tier: Fraction(tier.value_yen, tier.min_spend_yen))
        uses = -(-plan.per_person_yen // best.value_yen)
        return uses * best.min_spend_yen
    if plan.rate_basis_points:
        return -(-plan.per_person_yen * 10_000 // plan.rate_basis_points)
    return None
