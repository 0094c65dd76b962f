"""The hourly command ends what is over: campaigns, wallets and paper; twice is as good as once."""

from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from core.ids import digest_of
from jp.clock import JST
from tests.tourism.clock import SetClock, set_clock
from tests.tourism.money_factories import NOW, make_money_campaign, make_tourist, yen_in
from tests.tourism.test_refunds import buy, buy_paper, make_sale_campaign
from tourism.due_work import copy_visitors, forget_what_is_over
from tourism.models import AccountKind, Campaign, CampaignState, Grant, VisitorProfile

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
    # A sheet's value lies in a wallet of its own; its coupons expire with the sheet.
    assert lines == ["moved: 1", "wallets_expired: 2", "yen_expired: 24000", "sheets_expired: 1"]


@pytest.mark.django_db
def test_codes_go_with_their_campaign_and_answers_two_years_later() -> None:
    campaign = make_money_campaign(closed_at=NOW, state=CampaignState.CLOSED)
    running = make_money_campaign()
    for one in (campaign, running):
        Grant.objects.create(
            campaign=one, way="letter", code_digest=digest_of(one.slug), value_yen=1, offered_at=NOW
        )
        VisitorProfile.objects.create(
            campaign=one, person=make_tourist(), origin="city", age_band="20-29", party="alone",
            answered_at=NOW,
        )  # fmt: skip
    assert forget_what_is_over(NOW + timedelta(days=729))["answers"] == 0
    assert [grant.campaign for grant in Grant.objects.all()] == [running]
    assert forget_what_is_over(NOW + timedelta(days=731))["answers"] == 1
    assert [profile.campaign for profile in VisitorProfile.objects.all()] == [running]


@pytest.mark.django_db
def test_a_night_copies_visitors_once(tmp_path: Path, settings: Any) -> None:
    settings.VAR_DIR = tmp_path
    make_money_campaign()
    make_money_campaign(closed_at=NOW, state=CampaignState.CLOSED)
    assert copy_visitors(NOW)["copies"] == 1
    assert copy_visitors(NOW + timedelta(hours=1))["copies"] == 0
    assert copy_visitors(NOW + timedelta(hours=24))["copies"] == 1
