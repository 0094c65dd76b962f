"""The hourly command ends what is over: campaigns, wallets and paper; twice is as good as once."""

from datetime import datetime
from io import StringIO

import pytest
from django.core.management import call_command

from jp.clock import JST
from tests.tourism.clock import SetClock, set_clock
from tests.tourism.money_factories import yen_in
from tests.tourism.test_refunds import buy, buy_paper, make_sale_campaign
from tourism.models import AccountKind, Campaign, CampaignState

__all__ = ["set_clock"]


@pytest.mark.django_db
def test_what_was_not_used_is_moved_after_the_last_day_and_once(
    set_clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock(datetime(2026, 12, 4, 12, 0, tzinfo=JST))
    campaign = make_sale_campaign()
    buy(campaign)
    buy_paper(campaign)
    over = datetime(2027, 2, 1, 9, 0, tzinfo=JST)
    set_clock(over)
    monkeypatch.setattr("django.utils.timezone.now", lambda: over)
    told = StringIO()
    for _run in range(2):
        call_command("run_campaigns", stdout=told)
    assert Campaign.objects.get(pk=campaign.pk).state == CampaignState.ENDED
    assert yen_in(campaign, AccountKind.EXPIRED) == 24_000
    lines = told.getvalue().splitlines()
    assert sum("wallets" in line for line in lines) == 1
    assert sum("sheets expired" in line for line in lines) == 1
