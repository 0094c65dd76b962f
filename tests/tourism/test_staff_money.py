"""The office's own doors: a late reversal takes two persons, a blocked wallet says no more."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import Role, User
from core.models import AuditEvent
from tests.tourism.campaign_factories import make_officer
from tests.tourism.money_factories import (
    make_money_campaign,
    make_money_shop,
    make_sale,
    make_wallet,
    yen_in,
)
from tests.tourism.tills import Till
from tourism.ledger_audit import audit_ledger
from tourism.models import AccountKind, Campaign, CapKind, Reversal
from tourism.redemption import CouponReceipt, redeem

pytestmark = pytest.mark.django_db
API = "/api/v1/staff"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def post(client: Client, path: str, body: dict[str, Any] | None = None) -> tuple[int, Any]:
    answer = client.post(f"{API}/{path}", body or {}, content_type="application/json")
    return answer.status_code, answer.json()


def make_spent() -> tuple[Campaign, CouponReceipt]:
    campaign = make_money_campaign(cap=CapKind.ISSUE)
    wallet = make_wallet(campaign)
    return campaign, redeem(make_sale(wallet, make_money_shop(), coupon_yen=500))


def test_a_late_reversal_takes_a_clerk_and_another_person() -> None:
    campaign, spent = make_spent()
    officer = make_officer(Role.CAMPAIGN_CLERK, Role.CAMPAIGN_APPROVER)
    clerk, second = signed_in(officer), signed_in(make_officer(Role.CAMPAIGN_APPROVER))
    ask = f"redemptions/{spent.redemption_id}/reversal-request"
    status, asked = post(clerk, ask, {"reason": "wrong bill"})
    assert (status, asked["coupon_yen"]) == (201, 500)
    assert post(clerk, ask, {"reason": "again"})[1]["id"] == asked["id"]
    decide = f"reversal-requests/{asked['id']}/decision"
    status, refused = post(clerk, decide)
    assert (status, refused["code"]) == (422, "reversal-second-person")
    assert not Reversal.objects.exists()
    listed = second.get(f"{API}/reversal-requests").json()
    assert [one["id"] for one in listed.get("results", listed)] == [asked["id"]]
    assert post(second, decide)[0] == 201
    assert yen_in(campaign, AccountKind.SHOP, spent.shop_id) == 0
    assert Reversal.objects.get().asked_by == officer.pk
    assert post(second, decide)[1]["code"] == "already-reversed"
    assert not audit_ledger()


def test_another_citys_officer_finds_nothing() -> None:
    _campaign, spent = make_spent()
    other = signed_in(make_officer(Role.CAMPAIGN_APPROVER, municipality="202011"))
    ask = f"redemptions/{spent.redemption_id}/reversal-request"
    assert post(other, ask, {"reason": "x"})[0] == 404


def test_a_blocked_wallet_is_refused_like_an_unknown_one_until_it_is_let_go() -> None:
    wallet = make_wallet(make_money_campaign())
    till, clerk = Till(make_money_shop()), signed_in(make_officer(Role.CAMPAIGN_CLERK))
    for _twice in range(2):
        status, told = post(clerk, f"wallets/{wallet.pk}/block", {"reason": "lost phone"})
        assert (status, told["state"]) == (200, "blocked")
    refused = till.redeem(wallet, key="k")
    assert (refused.status_code, refused.json()["code"]) == (422, "wallet-not-accepted")
    assert post(clerk, f"wallets/{wallet.pk}/unblock", {"reason": "found"})[1]["state"] == "active"
    assert till.redeem(wallet, key="k").status_code == 201
    since = datetime.now(UTC) - timedelta(minutes=5)
    events = AuditEvent.objects.filter(at__gt=since, action__startswith="wallet.")
    assert {"wallet.block", "wallet.unblock"} <= set(events.values_list("action", flat=True))


def test_a_block_says_why() -> None:
    wallet = make_wallet(make_money_campaign())
    clerk = signed_in(make_officer(Role.CAMPAIGN_CLERK))
    assert post(clerk, f"wallets/{wallet.pk}/block")[0] == 400
