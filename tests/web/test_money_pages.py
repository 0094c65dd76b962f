"""The auditor's pages: every yen in heading, picture and table; a sample; the record."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import Role
from tests.disability_card.factories import make_staff
from tests.tourism.campaign_factories import make_officer
from tests.tourism.money_factories import (
    NOW,
    make_money_campaign,
    make_money_shop,
    make_sale,
    make_wallet,
    today,
)
from tourism.models import PayoutBatch, Wallet
from tourism.redemption import redeem

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor() -> Client:
    client = Client()
    client.force_login(make_staff(Role.AUDITOR))
    return client


def test_the_auditor_sees_that_all_yen_are_there_and_draws_twenty(auditor: Client) -> None:
    campaign = make_money_campaign(budget_yen=50_000_000)
    receipt = redeem(make_sale(make_wallet(campaign), make_money_shop()))
    assert auditor.get("/staff/money/").status_code == 302
    page = auditor.get(f"/staff/money/{campaign.pk}/").content.decode()
    heading = re.search(r"<h1>(.*?)</h1>", page)
    assert heading is not None
    assert "50,000,000円" in heading[1]
    assert "49,999,500" in page
    drawn = auditor.post(f"/staff/money/{campaign.pk}/draw/")
    sample = auditor.get(drawn["Location"]).content.decode()
    assert str(receipt.redemption_id) in sample
    record = b"".join(auditor.get(f"/staff/money/{campaign.pk}/ledger.csv")).decode()
    assert record.count("redeem") == 2


def test_what_went_to_the_bank_is_not_called_paid_before_payday(auditor: Client) -> None:
    campaign = make_money_campaign()
    batch = PayoutBatch.objects.create(
        campaign=campaign, number=1, cut_at=NOW, pay_on=today() + timedelta(days=1),
        state="sent", made_by=make_officer(), made_at=NOW, sent_at=NOW,
    )  # fmt: skip
    page = auditor.get(f"/staff/money/{campaign.pk}/").content.decode()
    assert "銀行に出した（支払いの日を待っている）" in page
    assert "お店に払った" not in page
    PayoutBatch.objects.filter(pk=batch.pk).update(state="paid", pay_on=today())
    assert "お店に払った" in auditor.get(f"/staff/money/{campaign.pk}/").content.decode()


def test_a_ledger_that_does_not_add_up_says_so_in_its_heading(auditor: Client) -> None:
    campaign = make_money_campaign(cap="issue")
    wallet = make_wallet(campaign)
    Wallet.objects.filter(pk=wallet.pk).update(remaining_yen=9_999)
    page = auditor.get(f"/staff/money/{campaign.pk}/").content.decode()
    assert "合わないお金があります" in page
    assert "財布ののこりが、口座の金額か、配った金額と合いません" in page
    english = auditor.get(f"/staff/money/{campaign.pk}/?lang=en").content.decode()
    assert "A wallet does not hold what its account holds" in english
    assert str(wallet.pk).replace("-", "") in page.replace("-", "")


def test_another_city_s_money_is_not_shown(auditor: Client) -> None:
    far = make_money_campaign(municipality="202011")
    assert auditor.get(f"/staff/money/{far.pk}/").status_code == 404
