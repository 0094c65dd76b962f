"""Each thing that can be wrong with a campaign has its own code; the five real ones are right."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, strategies as st

from tourism.campaign_catalogue import REASONS, known_campaigns, plan_from
from tourism.campaign_plan import CampaignPlan, FundingPlan, SetPlan, TierPlan, check_plan, faults
from tourism.campaign_preview import largest_coupon, preview
from tourism.money import part_of, split_by_largest_remainder
from tourism.prepaid_law import Issue, NeedsRegistration, Standing, six_months_on, standing

TIERS = (
    TierPlan(min_spend_yen=500, value_yen=100),
    TierPlan(min_spend_yen=1_000, value_yen=200),
    TierPlan(min_spend_yen=2_500, value_yen=500),
)
SET = SetPlan(medium="digital", price_yen=10_000, value_yen=12_000, sets_total=10)


def make_plan(**override: Any) -> CampaignPlan:
    good: dict[str, Any] = {
        "cap": "redemption",
        "budget_yen": 1_000_000,
        "per_person_yen": 10_000,
        "rate_basis_points": 2_000,
        "tiers": TIERS,
        "starts_on": date(2026, 12, 1),
        "ends_on": date(2027, 1, 31),
    }
    made = good | override
    made.setdefault("funding", (FundingPlan(name="市", amount_yen=made["budget_yen"]),))
    return CampaignPlan(**made)


def make_sale(**override: Any) -> CampaignPlan:
    good: dict[str, Any] = {
        "cap": "issue",
        "budget_yen": 20_000,
        "per_person_yen": 12_000,
        "rate_basis_points": None,
        "tiers": (),
        "claim_by": "sale",
        "sets": (SET,),
    }
    return make_plan(**(good | override))


def test_a_good_plan_has_no_faults() -> None:
    check_plan(make_plan())
    check_plan(make_sale())


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"ends_on": date(2026, 11, 30)}, "campaign-dates-reversed"),
        ({"per_person_yen": 0}, "campaign-gives-nothing"),
        ({"budget_yen": 99}, "campaign-budget-below-one-coupon"),
        ({"tiers": (*TIERS, TierPlan(min_spend_yen=500, value_yen=90))}, "campaign-tiers-overlap"),
        ({"tiers": (*TIERS, TierPlan(min_spend_yen=700, value_yen=90))}, "campaign-tiers-overlap"),
        ({"tiers": (*TIERS, TierPlan(min_spend_yen=3_000, value_yen=500))},
         "campaign-tiers-overlap"),
        ({"tiers": (TierPlan(min_spend_yen=500, value_yen=501),), "rate_basis_points": None},
         "campaign-tier-above-bill"),
        ({"tiers": (TierPlan(min_spend_yen=500, value_yen=101),)}, "campaign-tier-above-rate"),
        ({"per_person_yen": 99}, "campaign-person-below-one-coupon"),
        ({"per_household_yen": 9_999}, "campaign-household-below-person"),
        ({"rate_basis_points": 0}, "campaign-rate-bad"),
        ({"rate_basis_points": 10_001}, "campaign-rate-bad"),
        ({"unit_yen": 0}, "campaign-unit-bad"),
        ({"uses_per_shop_and_day": 0}, "campaign-limit-bad"),
        ({"funding": (FundingPlan(name="市", amount_yen=999_999),)}, "campaign-funding-differs"),
        ({"funding": ()}, "campaign-funding-differs"),
        ({"settlement_days": ()}, "campaign-settlement-days-bad"),
        ({"settlement_days": (31,)}, "campaign-settlement-days-bad"),
        ({"hold_out_basis_points": 5_001}, "campaign-hold-out-bad"),
        ({"has_app": False}, "campaign-has-no-medium"),
        ({"resident_on": date(2027, 2, 1)}, "campaign-resident-day-late"),
        ({"claim_by": "sale"}, "campaign-sale-needs-sets"),
    ],
)  # fmt: skip
def test_each_fault_has_a_code_of_its_own(wrong: dict[str, Any], code: str) -> None:
    assert code in [fault.code for fault in faults(make_plan(**wrong))]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"cap": "redemption"}, "campaign-sets-need-issue-cap"),
        ({"sets": (replace(SET, value_yen=9_999),)}, "campaign-set-below-price"),
        ({"budget_yen": 19_999}, "campaign-budget-below-premiums"),
        ({"hold_out_basis_points": 1}, "campaign-hold-out-of-buyers"),
        ({"issuer": "council", "ends_on": date(2027, 6, 1)}, "campaign-needs-registration"),
    ],
)
def test_each_fault_of_a_sale_has_a_code_of_its_own(wrong: dict[str, Any], code: str) -> None:
    assert code in [fault.code for fault in faults(make_sale(**wrong))]


def test_a_budget_for_exactly_one_coupon_is_enough() -> None:
    check_plan(make_plan(budget_yen=100))


# -- 資金決済法 -------------------------------------------------------------------------------


def make_issue(**override: Any) -> Issue:
    good: dict[str, Any] = {
        "is_by_city": False,
        "is_paid": True,
        "first_sale_on": date(2026, 7, 3),
        "last_use_on": date(2027, 1, 2),
    }
    return Issue(**(good | override))


def test_a_council_may_sell_for_six_months_and_not_a_day_longer() -> None:
    assert standing(make_issue()) == Standing.SHORT
    with pytest.raises(NeedsRegistration):
        standing(make_issue(last_use_on=date(2027, 1, 3)))


def test_validity_from_each_sale_counts_where_it_is_shorter() -> None:
    assert standing(make_issue(last_use_on=date(2027, 6, 30), valid_days=90)) == Standing.SHORT


def test_free_coupons_the_citys_own_and_registered_ones_may_last() -> None:
    late = date(2028, 1, 1)
    assert standing(make_issue(is_paid=False, last_use_on=late)) == Standing.FREE
    assert standing(make_issue(is_by_city=True, last_use_on=late)) == Standing.CITY
    assert standing(make_issue(registration="00001", last_use_on=late)) == Standing.REGISTERED
    with pytest.raises(NeedsRegistration):
        standing(make_issue(registration="  ", last_use_on=late))


@pytest.mark.parametrize(
    ("sold", "last"),
    [
        (date(2026, 7, 3), date(2027, 1, 2)),
        (date(2026, 8, 31), date(2027, 2, 28)),
        (date(2027, 8, 30), date(2028, 2, 29)),
        (date(2026, 12, 1), date(2027, 5, 31)),
    ],
)
def test_six_months_end_the_day_before_the_same_day(sold: date, last: date) -> None:
    assert six_months_on(sold) == last


# -- the five real campaigns ------------------------------------------------------------------


def test_all_five_real_campaigns_load_without_a_fault() -> None:
    known = known_campaigns()
    assert [one.slug for one in known] == [
        "39qr-2023",
        "saku-tabi-hareta-2022-stay",
        "saku-tabi-hareta-2022-shop",
        "komoro-2022",
        "ganbarou-saku-2020",
        "komapay-2021-local",
        "komapay-2021-all",
        "komapay-2021-food",
    ]
    assert [fault.code for one in known for fault in faults(one.plan)] == []


def test_every_assumption_has_a_reason_and_every_reason_is_used() -> None:
    used = {one.reason for known in known_campaigns() for one in known.assumptions}
    assert used == REASONS.keys()


def test_39qr_is_what_its_organisers_published() -> None:
    plan = known_campaigns()[0].plan
    assert (plan.budget_yen, plan.per_person_yen, plan.rate_basis_points) == (
        300_000_000,
        10_000,
        2_000,
    )
    assert (plan.ends_on - plan.starts_on).days + 1 == 59
    assert len(plan.tiers) == 5
    assert preview(plan).people_full == 30_000


def test_the_premiums_of_komapay_and_what_buyers_pay_add_up_to_its_face_value() -> None:
    plans = [one.plan for one in known_campaigns() if one.programme == "komapay-2021"]
    sets = [one for plan in plans for one in plan.sets]
    assert sum(plan.budget_yen for plan in plans) == 60_000_000
    assert sum(one.price_yen * one.sets_total for one in sets) == 240_000_000
    assert sum(one.value_yen * one.sets_total for one in sets) == 300_000_000


def test_a_value_that_is_no_part_of_a_campaign_is_a_mistake_of_the_mapping() -> None:
    with pytest.raises(TypeError):
        plan_from({"cap": "issue", "colour": "red"})


# -- the preview ------------------------------------------------------------------------------


def test_a_bill_takes_the_largest_tier_that_it_reaches() -> None:
    plan = make_plan()
    at = {
        bill: largest_coupon(plan, bill_yen=bill, left_yen=10_000)
        for bill in (499, 500, 999, 1_000, 2_499, 2_500, 100_000)
    }
    assert at == {499: 0, 500: 100, 999: 100, 1_000: 200, 2_499: 200, 2_500: 500, 100_000: 500}
    assert largest_coupon(plan, bill_yen=2_500, left_yen=499) == 200
    assert largest_coupon(plan, bill_yen=2_500, left_yen=99) == 0


@given(bill=st.integers(0, 100_000), left=st.integers(0, 20_000), rate=st.integers(1, 10_000))
def test_a_coupon_is_never_above_the_bill_the_rest_or_the_rate(
    bill: int, left: int, rate: int
) -> None:
    for plan in (
        make_plan(rate_basis_points=rate),
        make_plan(rate_basis_points=rate, tiers=(), unit_yen=50),
    ):
        coupon = largest_coupon(plan, bill_yen=bill, left_yen=left)
        assert 0 <= coupon <= min(bill, left, part_of(bill, basis_points=rate))


def test_the_preview_says_what_must_be_spent_to_use_all_of_it() -> None:
    assert preview(make_plan()).bill_for_all_yen == 50_000
    assert preview(make_sale()).person_pays_yen == 10_000
    assert preview(make_sale()).people_full == 10


# -- splitting --------------------------------------------------------------------------------


@given(
    total=st.integers(0, 10**12),
    weights=st.lists(st.integers(0, 10**9), min_size=1, max_size=8).filter(any),
)
def test_parts_add_up_and_each_is_within_a_yen_of_its_share(total: int, weights: list[int]) -> None:
    parts = split_by_largest_remainder(total, weights)
    assert sum(parts) == total
    whole = sum(weights)
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part * whole - total * weight) < whole


def test_the_largest_remainder_gets_the_yen_that_is_left_and_ties_go_to_the_earlier() -> None:
    assert split_by_largest_remainder(100, [1, 1, 1]) == [34, 33, 33]
    assert split_by_largest_remainder(10, [15, 25, 60]) == [2, 2, 6]
    assert split_by_largest_remainder(11, [15, 25, 60]) == [2, 3, 6]


def test_nothing_to_split_by_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="weights"):
        split_by_largest_remainder(1, [0, 0])
