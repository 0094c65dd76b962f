"""The office's page of one wallet: found by number, blocked, late sales taken back by two."""

import pytest
from django.test import Client

from accounts.models import Role
from tests.tourism.campaign_factories import make_officer
from tests.tourism.office import make_spent, post, signed_in
from tourism.ledger_audit import audit_ledger
from tourism.models import Reversal

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk() -> Client:
    return signed_in(make_officer(Role.CAMPAIGN_CLERK))


@pytest.fixture
def approver() -> Client:
    return signed_in(make_officer(Role.CAMPAIGN_APPROVER))


def test_a_wallet_is_found_by_its_number_without_its_persons_name(clerk: Client) -> None:
    spent = make_spent()
    assert spent.wallet is not None
    told = post(clerk, "wallet-search", {"number": spent.wallet.number.lower()})
    assert told.json()["remaining_yen"] == 9_500
    assert [one["id"] for one in told.json()["spent"]] == [str(spent.pk)]
    assert "person" not in told.json()
    assert post(clerk, "wallet-search", {"number": "W0"}).status_code == 404


def test_another_citys_office_finds_nothing(approver: Client) -> None:
    spent = make_spent()
    other = signed_in(make_officer(Role.CAMPAIGN_APPROVER, municipality="202029"))
    assert spent.wallet is not None
    assert post(other, "wallet-search", {"number": spent.wallet.number}).status_code == 404


def test_the_pages_do_the_same(clerk: Client, approver: Client) -> None:
    spent = make_spent()
    assert spent.wallet is not None
    found = clerk.post("/staff/wallets/", {"number": spent.wallet.number})["Location"]
    assert clerk.post("/staff/wallets/", {"number": "W0"}).status_code == 422
    page = clerk.get(found)
    assert spent.wallet.number in page.content.decode()
    clerk.post(f"/staff/redemptions/{spent.pk}/ask/", {"reason": "returned"})
    clerk.post(f"{found}block/", {"reason": "lost"})
    spent.wallet.refresh_from_db()
    assert spent.wallet.state == "blocked"
    clerk.post(f"{found}unblock/", {"reason": "found"})
    (waiting,) = approver.get("/staff/wallets/").context["waiting"]
    decline = f"/staff/reversals/{waiting['row'].pk}/decline/"
    approver.post(decline, {"reason": ""})
    assert approver.get("/staff/wallets/").context["waiting"]
    approver.post(decline, {"reason": "kept"})
    assert not approver.get("/staff/wallets/").context["waiting"]
    clerk.post(f"/staff/redemptions/{spent.pk}/ask/", {"reason": "returned after all"})
    waiting = approver.get("/staff/wallets/").context["waiting"]
    assert [one["may_decide"] for one in waiting] == [True]
    assert clerk.get("/staff/wallets/").context["waiting"][0]["may_decide"] is False
    approve = f"/staff/reversals/{waiting[0]['row'].pk}/approve/"
    asked = approver.post(approve).content.decode()
    assert "returned after all" in asked
    assert not Reversal.objects.filter(redemption=spent).exists()
    approver.post(approve, {"confirmed": "1"})
    assert Reversal.objects.filter(redemption=spent).exists()
    assert audit_ledger() == []
