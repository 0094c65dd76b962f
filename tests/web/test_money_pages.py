"""The auditor's pages: every yen in heading, picture and table; a sample; the record."""

import re

import pytest
from django.test import Client

from accounts.models import Role
from tests.disability_card.factories import make_staff
from tests.tourism.money_factories import (
    make_money_campaign,
    make_money_shop,
    make_sale,
    make_wallet,
)
from tourism.models import Wallet
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
