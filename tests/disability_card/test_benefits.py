"""What a venue answers: prices, caregivers, order, and when it must ask for the full screen."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from core.audit import SYSTEM
from disability_card.benefit_editing import (
    BenefitChangedMeanwhile,
    BenefitIncomplete,
    load_examples,
    version_of,
    write_benefit,
)
from disability_card.benefit_forms import benefits_of
from disability_card.benefits import (
    BenefitRule,
    Kind,
    Outcome,
    Price,
    Shown,
    answer,
    yen_to_pay,
)
from disability_card.models import Benefit, Venue
from disability_card.venue_codes import new_venue_code, read_venue_code
from tests.disability_card.factories import CITY, NOW

DAY = date(2026, 11, 23)
HALF = Price(kind=Kind.PERCENT_OFF, percent_off=50)
FREE = Price(kind=Kind.FREE)


def make_rule(**override: Any) -> BenefitRule:
    good = BenefitRule(
        benefit_id="b-1",
        title={"ja": "入浴料"},
        text={},
        classes=frozenset({0, 1, 2}),
        holder=HALF,
        caregiver=HALF,
        caregivers_max=1,
        usual_yen=500,
    )
    return replace(good, **override)


FIRST = Shown(discount_class=1, caregivers=1)
SECOND = Shown(discount_class=2, caregivers=0)
NONE = Shown(discount_class=0, caregivers=0)


def test_the_first_class_takes_one_caregiver_along() -> None:
    given = answer(FIRST, [make_rule(caregivers_max=3)], day=DAY)
    assert (given.outcome, given.caregivers) == (Outcome.DISCOUNT, 1)


def test_the_second_class_goes_alone() -> None:
    assert answer(SECOND, [make_rule()], day=DAY).caregivers == 0


def test_a_handbook_without_class_gets_general_benefits_and_not_bound_ones() -> None:
    bound = make_rule(classes=frozenset({1, 2}))
    assert answer(NONE, [bound], day=DAY).outcome is Outcome.NO_BENEFIT
    assert answer(NONE, [bound, make_rule()], day=DAY).benefit == make_rule()


def test_the_holder_gets_the_best_price_whatever_the_order() -> None:
    free = make_rule(benefit_id="b-2", holder=FREE)
    for benefits in ([make_rule(), free], [free, make_rule()]):
        assert answer(FIRST, benefits, day=DAY).benefit == free


def test_between_equal_prices_more_caregivers_then_the_staffs_order_decide() -> None:
    alone = make_rule(benefit_id="b-2", caregivers_max=0)
    assert answer(FIRST, [alone, make_rule()], day=DAY).benefit == make_rule()
    twin = make_rule(benefit_id="b-3")
    assert answer(FIRST, [twin, make_rule()], day=DAY).benefit == twin


DETAILED = make_rule(conditions={"physical": frozenset("12"), "mental": frozenset("1")})


def test_a_rule_by_type_or_grade_asks_for_the_full_screen_and_never_guesses() -> None:
    assert answer(FIRST, [DETAILED], day=DAY).outcome is Outcome.NEEDS_DETAILS


def test_the_full_screen_decides_it() -> None:
    fits = replace(FIRST, details={"handbook": "physical", "grade": "2"})
    sub_grade = replace(FIRST, details={"handbook": "physical", "grade": "2-1"})
    # 2級 counts for one kind of handbook and not for the other.
    other = replace(FIRST, details={"handbook": "mental", "grade": "2"})
    assert answer(fits, [DETAILED], day=DAY).outcome is Outcome.DISCOUNT
    assert answer(sub_grade, [DETAILED], day=DAY).outcome is Outcome.DISCOUNT
    assert answer(other, [DETAILED], day=DAY).outcome is Outcome.NO_BENEFIT


@pytest.mark.parametrize(
    "wrong", [{"physical": frozenset()}, {"physical": frozenset("7")}, {"other": frozenset("1")}]
)
def test_a_condition_that_no_handbook_prints_cannot_be_made(wrong: Any) -> None:
    with pytest.raises(ValueError, match="no handbook prints this"):
        make_rule(conditions=wrong)


def test_a_rule_by_grade_asks_on_after_the_type_alone_and_not_where_the_type_rules_it_out() -> None:
    fits, other = (
        replace(FIRST, details={"handbook": one}) for one in ("physical", "intellectual")
    )
    assert answer(fits, [DETAILED], day=DAY).outcome is Outcome.NEEDS_DETAILS
    assert answer(other, [DETAILED], day=DAY).outcome is Outcome.NO_BENEFIT


def test_a_benefit_counts_on_its_first_and_its_last_day() -> None:
    bounded = make_rule(valid_from=DAY, valid_until=DAY)
    assert answer(FIRST, [bounded], day=DAY).outcome is Outcome.DISCOUNT
    for other in (date(2026, 11, 22), date(2026, 11, 24)):
        assert answer(FIRST, [bounded], day=other).outcome is Outcome.NO_BENEFIT


def test_a_share_is_rounded_down_to_ten_yen() -> None:
    assert yen_to_pay(HALF, 210) == 100
    assert yen_to_pay(Price(kind=Kind.PERCENT_OFF, percent_off=10), 1_250) == 1_120


def test_a_share_of_an_unknown_price_is_no_yen() -> None:
    assert yen_to_pay(HALF, None) is None


@pytest.mark.django_db
def test_the_shipped_examples_load_once_in_three_languages() -> None:
    assert load_examples(CITY, actor=SYSTEM, now=NOW) == 20
    assert load_examples(CITY, actor=SYSTEM, now=NOW) == 0
    for benefit in Benefit.objects.all():
        assert set(benefit.title) == set(benefit.text) == {"ja", "ja-easy", "en"}
        assert benefit.is_example
    bath = Venue.objects.get(place__name="デモの湯")
    given = answer(FIRST, benefits_of(bath), day=DAY)
    assert given.benefit is not None
    assert yen_to_pay(given.benefit.holder, given.benefit.usual_yen) == 250


@pytest.mark.django_db
def test_nobody_saves_over_a_newer_version() -> None:
    load_examples(CITY, actor=SYSTEM, now=NOW)
    benefit = Benefit.objects.first()
    assert benefit is not None
    read = version_of(benefit)
    write_benefit(
        benefit, values={"position": 5}, venues=[], read_version=read, actor=SYSTEM,
        now=NOW.replace(hour=4),
    )  # fmt: skip
    with pytest.raises(BenefitChangedMeanwhile):
        write_benefit(
            benefit, values={"position": 6}, venues=[], read_version=read, actor=SYSTEM, now=NOW
        )


@pytest.mark.django_db
def test_a_price_without_yen_is_not_saved() -> None:
    values = {"title": {"ja": "x"}, "holder_kind": "price", "holder_yen": None}
    with pytest.raises(BenefitIncomplete):
        write_benefit(
            Benefit(municipality=CITY), values=values, venues=[], read_version=None,
            actor=SYSTEM, now=NOW,
        )  # fmt: skip
    assert not Benefit.objects.exists()


def test_every_slip_in_a_venue_code_is_caught() -> None:
    code = new_venue_code()
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    assert read_venue_code(code.lower()) == code
    for at in range(8):
        for char in alphabet:
            wrong = code[:at] + char + code[at + 1 :]
            assert (read_venue_code(wrong) == code) is (wrong == code)
            assert wrong == code or read_venue_code(wrong) is None
    for at in range(7):
        swapped = code[:at] + code[at + 1] + code[at] + code[at + 2 :]
        assert swapped == code or read_venue_code(swapped) is None
