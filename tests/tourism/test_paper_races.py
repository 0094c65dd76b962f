"""Paper under real concurrency on PostgreSQL: one coupon at many tills, lost while it is used."""

import threading
from datetime import UTC, datetime
from typing import Any

import pytest

from accounts.models import Person
from core.audit import SYSTEM
from tests.tourism.campaign_factories import CITY, make_officer
from tests.tourism.money_factories import (
    make_money_campaign,
    make_money_shop,
    make_tourist,
    yen_in,
)
from tests.tourism.test_money_races import all_at_once, lost, own_connections, won
from tourism.claim_rules import PersonCap
from tourism.claims import Asking, claim_by_sign_in
from tourism.coupon_keys import active_signer
from tourism.ledger_audit import audit_ledger
from tourism.models import (
    AccountKind,
    Campaign,
    CapKind,
    PaperCoupon,
    PaperSheet,
    PaperState,
    Shop,
)
from tourism.paper import PaperNotAccepted, PaperSale, use_paper
from tourism.paper_codes import paper_code
from tourism.paper_counter import give_sheet, replace_sheet

__all__ = ["own_connections"]
CALLERS = 8
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.postgres]


def make_paper_campaign() -> Campaign:
    return make_money_campaign(
        cap=CapKind.ISSUE, has_paper=True, per_person_yen=3_000, unit_yen=500
    )


def give(
    campaign: Campaign, person: Person, *, key: str = "one", officer: Any = None
) -> PaperSheet:
    return give_sheet(
        campaign, person_id=person.pk, key=key, given_by=officer or make_officer(), actor=SYSTEM,
        now=datetime.now(UTC),
    )  # fmt: skip


def use(coupon: PaperCoupon, shop: Shop, *, key: str) -> Any:
    text = paper_code(
        coupon.pk, municipality=CITY, signer=active_signer(CITY, now=datetime.now(UTC))
    )
    sale = PaperSale(text=text, shop_id=shop.pk, device_id=shop.pk, key=key, bill_yen=800)
    return use_paper(sale, municipality=CITY)


def test_the_control_uses_one_coupon_at_several_tills() -> None:
    """Look, then write: what the lock of the sheet's wallet is for."""
    coupon = give(make_paper_campaign(), make_tourist()).coupons.all()[0]
    together = threading.Barrier(CALLERS, timeout=30)

    def naive(_number: int) -> bool:
        seen = PaperCoupon.objects.get(pk=coupon.pk)
        together.wait()
        if seen.state != PaperState.HANDED:
            raise PaperNotAccepted
        return True

    assert len(won(all_at_once(naive, callers=CALLERS))) > 1


def test_a_coupon_at_eight_tills_at_once_is_used_at_one() -> None:
    campaign = make_paper_campaign()
    coupon = give(campaign, make_tourist()).coupons.all()[0]
    shops = [make_money_shop() for _one in range(CALLERS)]
    use(give(campaign, make_tourist()).coupons.all()[0], shops[0], key="first")  # makes the key
    results = all_at_once(lambda one: use(coupon, shops[one], key=f"k{one}"), callers=CALLERS)
    assert (len(won(results)), lost(results)) == (1, {PaperNotAccepted})
    assert sum(yen_in(campaign, AccountKind.SHOP, shop.pk) for shop in shops) == 1_000
    assert audit_ledger() == []


def test_a_sheet_that_is_moved_while_it_is_used_is_spent_or_moved_and_never_both() -> None:
    campaign, shop = make_paper_campaign(), make_money_shop()
    sheet, officer = give(campaign, make_tourist()), make_officer()
    coupons = list(sheet.coupons.all())
    use(give(campaign, make_tourist()).coupons.all()[0], shop, key="first")

    def either(number: int) -> Any:
        if number % 4 == 3:
            return replace_sheet(sheet, given_by=officer, actor=SYSTEM, now=datetime.now(UTC))
        return use(coupons[number % len(coupons)], shop, key=f"k{number}")

    all_at_once(either, callers=CALLERS)
    new = PaperSheet.objects.get(replaces=sheet)
    used = sheet.coupons.filter(state=PaperState.USED).count()
    assert new.value_yen == 3_000 - 500 * used == yen_in(campaign, AccountKind.WALLET, new.pk)
    assert yen_in(campaign, AccountKind.WALLET, sheet.pk) == 0
    assert yen_in(campaign, AccountKind.SHOP, shop.pk) == 500 * used + 500
    assert audit_ledger() == []


def test_one_person_at_eight_counters_and_on_the_phone_gets_it_once() -> None:
    campaign, person, officer = make_paper_campaign(), make_tourist(), make_officer()

    def either(number: int) -> Any:
        if number == 0:
            return claim_by_sign_in(
                campaign, Asking(person=person, actor=SYSTEM, now=datetime.now(UTC))
            )
        return give(campaign, person, key=f"k{number}", officer=officer)

    results = all_at_once(either, callers=CALLERS)
    assert (len(won(results)), lost(results)) == (1, {PersonCap})
    assert yen_in(campaign, AccountKind.BUDGET) == 997_000
    assert audit_ledger() == []
