"""Somebody who writes what the page never offered: no yen moves, and no page breaks."""

from typing import Any

import pytest

from tests.tourism.money_factories import (
    TIERS,
    make_money_campaign,
    make_money_shop,
    make_wallet,
    postings_of,
    yen_in,
)
from tests.tourism.test_visitor_pages import clerk_of, client_of, now, sale_page
from tourism.ledger_audit import audit_ledger
from tourism.models import AccountKind, PendingSale, Redemption

__all__ = ["now"]
pytestmark = pytest.mark.django_db
NEVER_OFFERED = ["", "0", "-500", "500.5", "5e2", "NaN", "501", "2000", str(10**18), "9" * 30,
                 "9" * 5_000, "５０１", "五百", "[500]", "500\x00"]  # fmt: skip


def short(text: str) -> str:
    return text[:8].encode("unicode_escape").decode() or "empty"


@pytest.mark.parametrize("yen", NEVER_OFFERED, ids=short)
def test_an_amount_that_was_not_offered_moves_nothing_at_the_till(yen: str, now: Any) -> None:
    campaign, shop = make_money_campaign(tiers=TIERS), make_money_shop()
    wallet, clerk = make_wallet(campaign), clerk_of(shop)
    form = sale_page(clerk, shop, wallet, "2800", now)
    before = postings_of(campaign)
    for field in ("coupon_yen", "bill_yen"):
        if field == "bill_yen" and yen in {"2000", "501", "５０１"}:
            continue  # a smaller bill is a bill: its coupon would not fit, which is told apart
        answer = clerk.post(f"/shop/{shop.pk}/take/", form | {field: yen})
        assert answer.status_code == 302
        assert clerk.post(f"/shop/{shop.pk}/sell/", form | {field: yen}).status_code in {200, 422}
    assert postings_of(campaign) == before
    taken = clerk.post(f"/shop/{shop.pk}/take/", form)  # a refusal keeps no key
    assert f"/shop/{shop.pk}/sales/" in taken["Location"]
    assert yen_in(campaign, AccountKind.SHOP, shop.pk) == 500
    assert audit_ledger() == []


@pytest.mark.parametrize("yen", NEVER_OFFERED, ids=short)
def test_an_amount_that_was_not_offered_asks_no_shop(yen: str) -> None:
    campaign, shop = make_money_campaign(tiers=TIERS), make_money_shop()
    wallet = make_wallet(campaign)
    assert wallet.person is not None
    tourist, ask = client_of(wallet.person), f"/tourism/pay/{shop.pk}/ask/"
    form = {"wallet": str(wallet.pk), "bill_yen": "2800", "coupon_yen": yen, "key": "k"}
    assert tourist.post(ask, form).status_code == 302
    assert not PendingSale.objects.exists()


@pytest.mark.parametrize("named", ["", "x", "1' OR 1=1", "7b5a6e0c-3b1f-4c55-9f4e-0c1d2e3f4a5b"])
def test_a_wallet_that_is_nobodys_is_not_found(named: str) -> None:
    wallet, shop = make_wallet(make_money_campaign(tiers=TIERS)), make_money_shop()
    assert wallet.person is not None
    form = {"wallet": named, "bill_yen": "2800", "coupon_yen": "500", "key": "k"}
    answer = client_of(wallet.person).post(f"/tourism/pay/{shop.pk}/ask/", form)
    assert answer.status_code == 404


def test_a_shop_of_another_city_takes_nothing_of_this_one(now: Any) -> None:
    campaign, here = make_money_campaign(tiers=TIERS), make_money_shop()
    wallet = make_wallet(campaign)
    form = sale_page(clerk_of(here), here, wallet, "2800", now)
    there = make_money_shop(municipality="202088")
    answer = clerk_of(there).post(f"/shop/{there.pk}/take/", form)
    assert "/sales/" not in answer["Location"]
    assert clerk_of(here).post(f"/shop/{there.pk}/take/", form).status_code == 404
    assert not Redemption.objects.exists()
    assert yen_in(campaign, AccountKind.SHOP, there.pk) == 0
