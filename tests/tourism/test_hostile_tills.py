"""A till that lies, repeats itself or stutters: each fault has its code, and no yen moves twice."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.devices import revoke_device
from core.audit import SYSTEM
from tests.tourism.clock import SetClock, set_clock
from tests.tourism.money_factories import (
    TIERS,
    make_money_campaign,
    make_money_shop,
    make_wallet,
    postings_of,
    yen_in,
)
from tests.tourism.tills import API, Till
from tourism.leases import issue_lease
from tourism.ledger_audit import audit_ledger
from tourism.models import AccountKind, Shop, Wallet
from tourism.wallet_codes import wallet_code

__all__ = ["set_clock"]
pytestmark = pytest.mark.django_db
NO_YEN = ["0", "-500", "500.5", "500.0", "5e2", "1e400", "-1e400", "NaN", "Infinity", "true",
          '"500"', '"５００"', "[500]", "{}", "null", "9" * 30, "9" * 3_000]  # fmt: skip


@pytest.fixture
def till() -> Till:
    return Till(make_money_shop())


def code_of(wallet: Wallet, *, seconds: int = 0) -> str:
    return wallet_code(wallet, now=datetime.now(UTC) + timedelta(seconds=seconds))


def raw_post(till: Till, path: str, raw: str, *, key: str = "k") -> Any:
    return till.client.post(
        f"{API}/{path}", raw.encode(), content_type="application/json",
        headers=till.headers() | {"Idempotency-Key": key},
    )  # fmt: skip


@pytest.mark.parametrize("yen", NO_YEN, ids=lambda text: text[:12])
def test_what_is_no_yen_moves_none_at_the_till(till: Till, yen: str) -> None:
    campaign = make_money_campaign()
    wallet = make_wallet(campaign)
    before = postings_of(campaign)
    good = {"code": json.dumps(code_of(wallet)), "bill_yen": "3000", "coupon_yen": "500"}
    for field in ("bill_yen", "coupon_yen"):
        pairs = (good | {field: yen}).items()
        raw = "{" + ",".join(f'"{name}":{value}' for name, value in pairs) + "}"
        answer = raw_post(till, "redemptions", raw)
        assert answer.status_code in {400, 422}
        assert answer.json()["code"] in {"amount-not-offered", "bad-request"}
    assert postings_of(campaign) == before
    assert till.redeem(wallet, key="k").status_code == 201  # a refusal keeps no key


@pytest.mark.parametrize("yen", NO_YEN, ids=lambda text: text[:12])
def test_what_is_no_yen_is_not_uploaded_either(till: Till, yen: str) -> None:
    campaign = make_money_campaign(offline_limit_yen=5_000)
    lease = issue_lease(
        campaign, shop=till.shop, device=till.device, actor=SYSTEM, now=timezone.now()
    )
    before = postings_of(campaign)
    raw = (
        '{"sales":[{"number":1,"code":"CP1:X","sold_at":"2026-01-01T00:00:00Z",'
        f'"bill_yen":3000,"coupon_yen":{yen}}}]}}'
    )
    assert raw_post(till, f"leases/{lease.pk}/sales", raw).status_code in {400, 422}
    assert raw_post(till, "offers", f'{{"code":"CP1:X","bill_yen":{yen}}}').status_code in {
        400,
        422,
    }
    assert postings_of(campaign) == before


@pytest.mark.parametrize("key", ["a" * 5_000, "\x00", "あ", " ", "a\tb"], ids=repr)
def test_an_odd_key_never_breaks_the_till(till: Till, key: str) -> None:
    wallet = make_wallet(make_money_campaign())
    answers = [till.redeem(wallet, key=key), till.redeem(wallet, key=key)]
    assert all(one.status_code in {201, 400, 422} for one in answers)
    wallet.refresh_from_db()
    assert wallet.remaining_yen in {10_000, 9_500}
    assert audit_ledger() == []


def test_a_key_counts_after_25_hours_and_after_a_reversal(till: Till, set_clock: SetClock) -> None:
    campaign = make_money_campaign()
    wallet = make_wallet(campaign)
    first = till.redeem(wallet, key="k")
    undo = f"redemptions/{first.json()['id']}/reversal"
    assert till.post(undo, {"reason": "mistake"}).status_code == 200
    assert till.post(undo, {"reason": "mistake"}).status_code == 200
    assert till.redeem(wallet, key="k").content == first.content
    set_clock(datetime.now(UTC) + timedelta(hours=25))
    assert till.redeem(wallet, key="k").content == first.content
    assert yen_in(campaign, AccountKind.SHOP, till.shop.pk) == 0
    assert audit_ledger() == []


def test_the_same_key_of_another_till_is_another_sale(till: Till) -> None:
    campaign = make_money_campaign()
    one, other = make_wallet(campaign), make_wallet(campaign)
    assert till.redeem(one, key="k").status_code == 201
    assert Till(till.shop).redeem(other, key="k").status_code == 201
    assert yen_in(campaign, AccountKind.SHOP, till.shop.pk) == 1_000


def test_a_coupon_above_its_tier_is_refused(till: Till) -> None:
    wallet = make_wallet(make_money_campaign(tiers=TIERS))
    answer = till.redeem(wallet, key="k", bill_yen=2_499, coupon_yen=500)
    assert (answer.status_code, answer.json()["code"]) == (422, "amount-not-offered")
    assert answer.json()["next_step"]


def test_unknown_blocked_and_anothers_wallet_read_the_same_at_the_till(till: Till) -> None:
    campaign = make_money_campaign()
    blocked, unknown = make_wallet(campaign, state="blocked"), make_wallet(campaign)
    shown = code_of(unknown)
    Wallet.objects.filter(pk=unknown.pk).delete()
    told = [till.redeem(blocked, key="a"), till.redeem(unknown, key="b", code=shown)]
    texts = [
        {name: one.json().get(name) for name in ("code", "title", "status", "next_step")}
        for one in told
    ]
    assert texts[0] == texts[1]
    assert texts[0]["code"] == "wallet-not-accepted"


def test_a_shop_that_is_stopped_between_offer_and_sale_takes_nothing(till: Till) -> None:
    campaign = make_money_campaign()
    wallet = make_wallet(campaign)
    assert till.post("offers", {"code": code_of(wallet), "bill_yen": 3_000}).status_code == 200
    assert till.redeem(wallet, key="a", age=5).status_code == 201
    Shop.objects.filter(pk=till.shop.pk).update(state="suspended")
    told = till.redeem(wallet, key="b")
    assert told.json()["code"] == "shop-not-active"
    assert yen_in(campaign, AccountKind.SHOP, till.shop.pk) == 500


def test_a_revoked_till_uploads_nothing_and_its_lease_keeps_the_money(till: Till) -> None:
    campaign = make_money_campaign(offline_limit_yen=5_000)
    lease = till.post("leases", {"campaign": str(campaign.pk)}).json()
    sale = {"number": 1, "code": code_of(make_wallet(campaign), seconds=1), "bill_yen": 3_000,
            "coupon_yen": 500, "sold_at": datetime.now(UTC).isoformat()}  # fmt: skip
    gap = till.post(f"leases/{lease['id']}/sales", {"sales": [sale | {"number": 2}]})
    assert (gap.json()["code"], gap.json()["next_number"]) == ("offline-gap", 1)
    twice = [till.post(f"leases/{lease['id']}/sales", {"sales": [sale]}).json() for _ in range(2)]
    assert twice[0] == twice[1]
    assert twice[0]["sales"][0]["outcome"] == "posted"
    told = till.get("leases").json()
    assert [one["campaign"] for one in told["offered"]] == [str(campaign.pk)]
    (open_one,) = told["leases"]
    assert (open_one["next_number"], open_one["sold_yen"]) == (2, 500)
    revoke_device(till.device, actor=SYSTEM, now=datetime.now(UTC))
    late = till.post(f"leases/{lease['id']}/sales", {"sales": [sale | {"number": 2}]})
    assert (late.status_code, late.json()["code"]) == (401, "device-not-accepted")
    assert yen_in(campaign, AccountKind.SHOP, till.shop.pk) == 500
    assert audit_ledger() == []
