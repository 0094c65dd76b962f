"""A paper coupon's printed number: mistyped it is told, guessed it is locked."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given, strategies as st

from core.audit import SYSTEM
from core.ids import READABLE, make_reference
from tests.tourism.campaign_factories import make_officer
from tests.tourism.money_factories import CITY, NOW, make_money_campaign, make_money_shop
from tourism.models import PaperCoupon
from tourism.paper import PaperNotAccepted, PaperSale, use_paper
from tourism.paper_numbers import (
    WRONG_NUMBERS_AN_HOUR,
    PaperNumbersLocked,
    PaperNumberWrong,
    coupon_of,
    printed_number,
)
from tourism.paper_sheets import COUPONS_MAX, print_sheets

pytestmark = pytest.mark.django_db


def make_coupon() -> PaperCoupon:
    campaign = make_money_campaign(cap="issue", unit_yen=500, has_paper=True)
    (sheet,) = print_sheets(campaign, count=1, printed_by=make_officer(), actor=SYSTEM, now=NOW)
    return sheet.coupons.get(number=2)


def ask(text: str, *, by: UUID, city: str = CITY, is_retry: bool = False) -> UUID | None:
    return coupon_of(text, municipality=city, asked_by=by, is_retry=is_retry)


@pytest.mark.parametrize(
    "typed", [str, str.lower, lambda one: one.replace("-", " "), lambda one: one.replace("-", "")]
)
def test_a_number_is_read_however_it_is_typed(typed: type[str]) -> None:
    coupon = make_coupon()
    assert ask(typed(printed_number(coupon.sheet.serial, 2)), by=uuid4()) == coupon.pk


def test_a_number_of_another_city_names_nothing() -> None:
    coupon = make_coupon()
    assert ask(printed_number(coupon.sheet.serial, 2), by=uuid4(), city="202011") is None


@given(number=st.integers(1, COUPONS_MAX), at=st.integers(0, 10), data=st.data())
def test_no_single_slip_of_the_finger_names_another_coupon(
    number: int, at: int, data: st.DataObject
) -> None:
    good = printed_number(make_reference(), number).replace("-", "")
    slip = data.draw(st.sampled_from(sorted({*READABLE, "0", "1"} - {good[at]})))
    with pytest.raises(PaperNumberWrong):
        ask(good[:at] + slip + good[at + 1 :], by=uuid4())


def test_whoever_guesses_numbers_is_locked_and_others_are_not() -> None:
    good, thief = printed_number(make_coupon().sheet.serial, 2), uuid4()
    for _guess in range(WRONG_NUMBERS_AN_HOUR):
        assert ask(printed_number(make_reference(), 1), by=thief) is None
    with pytest.raises(PaperNumbersLocked):
        ask(good, by=thief)
    assert ask(good, by=thief, is_retry=True) is not None  # what was done is answered again
    assert ask(good, by=uuid4()) is not None


def test_numbers_guessed_at_the_till_are_counted_though_each_sale_is_taken_back() -> None:
    shop, thief = make_money_shop(), uuid4()

    def guess(key: str) -> None:
        sale = PaperSale(
            text=printed_number(make_reference(), 1), shop_id=shop.pk, device_id=thief, key=key,
            bill_yen=1_000,
        )  # fmt: skip
        use_paper(sale, municipality=CITY)

    for number in range(WRONG_NUMBERS_AN_HOUR):
        with pytest.raises(PaperNotAccepted):
            guess(f"k{number}")
    with pytest.raises(PaperNumbersLocked):
        guess("one more")
