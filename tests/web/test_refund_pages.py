"""A refund on its pages: the office's two persons, the public notice, a holder, the counter."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import CounterSession, Role, User
from jp.clock import JST
from tests.tourism.campaign_factories import make_officer
from tests.tourism.clock import SetClock, set_clock
from tests.tourism.money_factories import make_tourist
from tests.tourism.test_refunds import NOON, OVER, buy, buy_paper, end, make_sale_campaign
from tourism.ledger_audit import audit_ledger
from tourism.models import Campaign, Refund, RefundClaim, RefundRound, Wallet

__all__ = ["set_clock"]
pytestmark = pytest.mark.django_db
BANK = {"bank_code": "0143", "branch_code": "382", "kind": "1", "number": "1234567",
        "holder_kana": "デモ ハナコ"}  # fmt: skip
NOTICE = {"share": "paid", "claims_until": "2027年4月5日", "contact": "商工課 0267-62-3265"}


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Put the pages' own clock where the database's stands."""

    def move(to: datetime) -> None:
        monkeypatch.setattr("web.views.tourism_refunds.timezone.now", lambda: to)

    return move


def signed_in(user: User | None) -> Client:
    assert user is not None
    client = Client()
    client.force_login(user)
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "type": "webauthn"}]
    session.save()
    return client


def ended(set_clock: SetClock) -> tuple[Campaign, Wallet]:
    set_clock(NOON)
    campaign = make_sale_campaign()
    wallet = buy(campaign, spend=5_000)
    buy_paper(campaign)
    set_clock(OVER)
    return end(campaign), wallet


def announced(campaign: Campaign) -> Refund:
    first, second = (signed_in(make_officer(Role.CAMPAIGN_APPROVER)) for _ in range(2))
    page = f"/staff/campaigns/{campaign.pk}/refund/"
    too_short = first.post(page, NOTICE | {"claims_until": "2027年3月1日"})
    assert too_short.status_code == 422
    assert "60日より短い" in too_short.content.decode()
    first.post(page, NOTICE)
    refund = Refund.objects.get()
    first.post(f"/staff/refunds/{refund.pk}/announce/")
    assert Refund.objects.get().state == "draft"
    assert Client().get(f"/tourism/refunds/{campaign.slug}/").status_code == 404
    second.post(f"/staff/refunds/{refund.pk}/announce/")
    return Refund.objects.get()


def test_a_holder_reads_the_notice_and_asks_once(set_clock: SetClock, now: Any) -> None:
    campaign, wallet = ended(set_clock)
    now(OVER)
    announced(campaign)
    address = f"/tourism/refunds/{campaign.slug}/"
    assert campaign.name["ja"] in Client().get("/tourism/refunds/").content.decode()
    notice = Client().get(address).content.decode()
    for said in ("2027年4月5日", "申し出ないと", "商工課 0267-62-3265", "ログインして申しこむ"):
        assert said in notice
    assert wallet.person is not None
    holder = signed_in(wallet.person.user)
    assert "5,834" in holder.get(address).content.decode()
    wrong = holder.post(address + "claim/", BANK | {"branch_code": "999"})
    assert wrong.status_code == 422
    holder.post(address + "claim/", BANK)
    assert RefundClaim.objects.get().refund_yen == 5_834
    assert "申しこみました" in holder.get(address).content.decode()
    assert holder.post(address + "claim/", BANK).status_code == 422
    stranger = signed_in(make_tourist().user)
    assert "返すお金がありません" in stranger.get(address).content.decode()


def test_paper_is_taken_at_the_office_and_the_statement_is_a_pdf(
    set_clock: SetClock, now: Any
) -> None:
    campaign, _wallet = ended(set_clock)
    now(OVER)
    refund = announced(campaign)
    clerk = signed_in(make_officer(Role.CAMPAIGN_CLERK))
    serial = campaign.sheets.get().serial
    clerk.post(f"/staff/refunds/{refund.pk}/sheet/", {"serial": "ZZZZ"})
    assert not RefundClaim.objects.exists()
    counter = signed_in(make_officer(Role.COUNTER))
    notice = counter.get(f"/tourism/refunds/{campaign.slug}/").content.decode()
    assert f"/staff/campaigns/{campaign.pk}/refund/" in notice
    assert "紙の番号" in counter.get(f"/staff/campaigns/{campaign.pk}/refund/").content.decode()
    assert counter.get(f"/staff/campaigns/{campaign.pk}/closing.pdf").status_code == 403
    counter.post(f"/staff/refunds/{refund.pk}/sheet/", {"serial": serial.lower()})
    assert RefundClaim.objects.get().way == "cash"
    page = clerk.get(f"/staff/campaigns/{campaign.pk}/refund/").content.decode()
    assert "10,000円" in page
    rows = clerk.get(f"/staff/refunds/{refund.pk}/list.csv").content.decode("utf-8-sig")
    assert serial in rows
    assert "いままでの申し出 1件を払う一覧にする" in page
    clerk.post(f"/staff/refunds/{refund.pk}/round/")
    listed = clerk.get(f"/staff/refunds/{refund.pk}/list.csv?round=1").content.decode("utf-8-sig")
    assert serial in listed
    assert serial not in clerk.get(f"/staff/refunds/{refund.pk}/list.csv").content.decode()
    assert clerk.get(f"/staff/refunds/{refund.pk}/list.csv?round=2").status_code == 404
    assert clerk.get(f"/staff/refunds/{refund.pk}/list.csv?round=x").status_code == 404
    approver = signed_in(make_officer(Role.CAMPAIGN_APPROVER))
    assert "払いもどしたと記録する" in approver.get(
        f"/staff/campaigns/{campaign.pk}/refund/"
    ).content.decode()  # fmt: skip
    approver.post(f"/staff/refunds/{refund.pk}/round-paid/")
    assert RefundRound.objects.get().paid_at is not None
    assert audit_ledger() == []
    pdf = clerk.get(f"/staff/campaigns/{campaign.pk}/closing.pdf")
    assert pdf.content.startswith(b"%PDF")


def test_a_set_is_sold_at_the_counter_to_whom_the_officer_serves(set_clock: SetClock) -> None:
    moment = datetime.now(JST)
    campaign = make_sale_campaign()
    Campaign.objects.filter(pk=campaign.pk).update(
        starts_on=moment.date() - timedelta(days=1), ends_on=moment.date() + timedelta(days=9),
        state="open",
    )  # fmt: skip
    user, buyer = make_officer(Role.COUNTER), make_tourist()
    officer, sell = signed_in(user), f"/tourism/coupons/of/{campaign.slug}/sell/"
    officer.post(sell, {"key": "one"})
    assert not Wallet.objects.exists()
    served = CounterSession.objects.create(
        officer=user, person=buyer, municipality=buyer.municipality, document="license",
        started_at=moment, ends_at=moment + timedelta(minutes=15),
    )  # fmt: skip
    session = officer.session
    session["counter_session"] = str(served.pk)
    session.save()
    page = officer.get(f"/tourism/coupons/of/{campaign.slug}/").content.decode()
    assert "電話のセットを売る" in page
    for _tap in range(2):
        officer.post(sell, {"key": "one"})
    assert Wallet.objects.get(person=buyer).sets == 1
