"""The office's own doors: a late reversal takes two persons, a blocked wallet says no more."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import Role
from core.models import AuditEvent, Notice
from tests.tourism.campaign_factories import make_officer
from tests.tourism.money_factories import make_money_campaign, make_money_shop, make_wallet, yen_in
from tests.tourism.office import STAFF, make_owner, make_spent, post, signed_in
from tests.tourism.tills import Till
from tourism.ledger_audit import audit_ledger
from tourism.models import AccountKind, CapKind, Reversal

pytestmark = pytest.mark.django_db


def told_by(client: Client, path: str, body: Any = None) -> tuple[int, Any]:
    answer = post(client, path, body)
    return answer.status_code, answer.json()


def test_a_late_reversal_takes_a_clerk_and_another_person() -> None:
    spent = make_spent(cap=CapKind.ISSUE)
    officer = make_officer(Role.CAMPAIGN_CLERK, Role.CAMPAIGN_APPROVER)
    clerk, second = signed_in(officer), signed_in(make_officer(Role.CAMPAIGN_APPROVER))
    ask = f"redemptions/{spent.pk}/reversal-request"
    status, asked = told_by(clerk, ask, {"reason": "wrong bill"})
    assert (status, asked["coupon_yen"]) == (201, 500)
    assert told_by(clerk, ask, {"reason": "again"})[1]["id"] == asked["id"]
    decide = f"reversal-requests/{asked['id']}/decision"
    status, refused = told_by(clerk, decide)
    assert (status, refused["code"]) == (422, "reversal-second-person")
    assert not Reversal.objects.exists()
    listed = second.get(f"{STAFF}/reversal-requests").json()
    assert [one["id"] for one in listed.get("results", listed)] == [asked["id"]]
    assert told_by(second, decide)[0] == 201
    assert yen_in(spent.campaign, AccountKind.SHOP, spent.shop_id) == 0
    assert Reversal.objects.get().asked_by == officer.pk
    assert told_by(second, decide)[1]["code"] == "already-reversed"
    assert not audit_ledger()


def test_a_declined_reversal_moves_nothing_tells_the_shop_why_and_may_be_asked_anew() -> None:
    spent = make_spent(cap=CapKind.ISSUE)
    owner = make_owner(spent.shop)
    clerk = signed_in(make_officer(Role.CAMPAIGN_CLERK))
    second = signed_in(make_officer(Role.CAMPAIGN_APPROVER))
    ask = f"redemptions/{spent.pk}/reversal-request"
    first = told_by(clerk, ask, {"reason": "wrong bill"})[1]
    wish = f"reversal-requests/{first['id']}"
    assert told_by(second, f"{wish}/decline")[0] == 400  # without a reason
    status, told = told_by(second, f"{wish}/decline", {"reason": "goods were kept"})
    assert (status, told["decline_reason"]) == (200, "goods were kept")
    assert yen_in(spent.campaign, AccountKind.SHOP, spent.shop_id) == 500
    assert not second.get(f"{STAFF}/reversal-requests").json()["results"]
    for late in (
        told_by(second, f"{wish}/decision"),
        told_by(second, f"{wish}/decline", {"reason": "x"}),
    ):
        assert (late[0], late[1]["code"]) == (409, "reversal-declined")
    assert (
        Notice.objects.filter(person_id=owner.person.pk, kind="coupon-reversal-declined").count()
        == 1
    )
    page = signed_in(owner).get(f"/shop/own/{spent.shop_id}/").content.decode()
    assert "goods were kept" in page
    again = told_by(clerk, ask, {"reason": "returned after all"})[1]
    assert again["id"] != first["id"]
    assert told_by(second, f"reversal-requests/{again['id']}/decision")[0] == 201
    assert not audit_ledger()


def test_another_citys_officer_finds_nothing() -> None:
    spent = make_spent(cap=CapKind.ISSUE)
    other = signed_in(make_officer(Role.CAMPAIGN_APPROVER, municipality="202011"))
    ask = f"redemptions/{spent.pk}/reversal-request"
    assert told_by(other, ask, {"reason": "x"})[0] == 404


def test_a_blocked_wallet_is_refused_like_an_unknown_one_until_it_is_let_go() -> None:
    wallet = make_wallet(make_money_campaign())
    till, clerk = Till(make_money_shop()), signed_in(make_officer(Role.CAMPAIGN_CLERK))
    for _twice in range(2):
        status, told = told_by(clerk, f"wallets/{wallet.pk}/block", {"reason": "lost phone"})
        assert (status, told["state"]) == (200, "blocked")
    refused = till.redeem(wallet, key="k")
    assert (refused.status_code, refused.json()["code"]) == (422, "wallet-not-accepted")
    assert (
        told_by(clerk, f"wallets/{wallet.pk}/unblock", {"reason": "found"})[1]["state"] == "active"
    )
    assert till.redeem(wallet, key="k").status_code == 201
    since = datetime.now(UTC) - timedelta(minutes=5)
    events = AuditEvent.objects.filter(at__gt=since, action__startswith="wallet.")
    assert {"wallet.block", "wallet.unblock"} <= set(events.values_list("action", flat=True))


def test_a_block_says_why() -> None:
    wallet = make_wallet(make_money_campaign())
    clerk = signed_in(make_officer(Role.CAMPAIGN_CLERK))
    assert told_by(clerk, f"wallets/{wallet.pk}/block")[0] == 400
