"""From a draft to a campaign that two people looked at."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Role
from core.audit import SYSTEM
from core.models import AuditEvent
from tests.tourism.campaign_factories import (
    NOW,
    make_draft,
    make_known,
    make_officer,
    make_plan,
    make_reviewed,
    make_text,
)
from tests.tourism.money_factories import make_money_campaign, make_wallet, today
from tourism.campaign_catalogue import known_campaigns
from tourism.campaign_editing import (
    CampaignChanged,
    NotADraft,
    SecondPersonNeeded,
    SlugTaken,
    WrongState,
    edit_campaign,
    plan_of,
    review_campaign,
    send_back_campaign,
    submit_campaign,
)
from tourism.campaign_life import move_due_campaigns
from tourism.campaign_plan import DatesReversed
from tourism.models import Campaign, CampaignState, Wallet

pytestmark = pytest.mark.django_db


def test_what_was_configured_comes_back_unchanged() -> None:
    plan = make_plan(uses_per_shop_and_day=1, valid_days=1, hold_out_basis_points=500)
    assert plan_of(make_draft(plan)) == plan


@pytest.mark.parametrize("known", known_campaigns(), ids=lambda known: known.slug)
def test_every_real_campaign_becomes_a_draft_that_says_what_was_assumed(known) -> None:  # type: ignore[no-untyped-def]
    made = make_known(known)
    assert plan_of(Campaign.objects.get(pk=made.pk)) == known.plan
    assert len(made.assumptions) == len(known.assumptions) > 0


def test_a_plan_with_a_fault_is_not_kept() -> None:
    with pytest.raises(DatesReversed):
        make_draft(make_plan(ends_on=date(2026, 11, 1)))
    assert not Campaign.objects.exists()


def test_two_campaigns_of_a_city_do_not_share_a_slug() -> None:
    make_draft(slug="demo")
    with pytest.raises(SlugTaken):
        make_draft(slug="demo")
    make_draft(slug="demo", municipality="202088")


def test_whoever_made_it_cannot_review_it() -> None:
    maker = make_officer(Role.CAMPAIGN_CLERK, Role.CAMPAIGN_APPROVER)
    draft = submit_campaign(make_draft(made_by=maker), actor=SYSTEM, now=NOW)
    with pytest.raises(SecondPersonNeeded):
        review_campaign(draft, reviewed_by=maker, actor=SYSTEM, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Campaign.objects.filter(pk=draft.pk).update(reviewed_by=maker)


def test_a_second_person_accepts_it() -> None:
    made = make_reviewed()
    assert (made.state, made.reviewed_at) == (CampaignState.REVIEWED, NOW)
    assert list(AuditEvent.objects.order_by("pk").values_list("action", flat=True)) == [
        "campaign.make",
        "campaign.submit",
        "campaign.review",
    ]


def test_nobody_reviews_what_was_not_submitted() -> None:
    with pytest.raises(WrongState):
        review_campaign(make_draft(), reviewed_by=make_officer(), actor=SYSTEM, now=NOW)


def test_what_waits_for_review_cannot_be_changed_until_it_comes_back() -> None:
    draft = submit_campaign(make_draft(), actor=SYSTEM, now=NOW)
    plan = replace(make_plan(), per_person_yen=5_000)

    def edit(version: int) -> Campaign:
        return edit_campaign(
            draft, plan, text=make_text(), version=version, made_by=make_officer(),
            actor=SYSTEM, now=NOW,
        )  # fmt: skip

    with pytest.raises(NotADraft):
        edit(1)
    send_back_campaign(draft, note="金額を", sent_by=make_officer(), actor=SYSTEM, now=NOW)
    with pytest.raises(CampaignChanged):
        edit(2)
    assert plan_of(edit(1)) == plan
    with pytest.raises(CampaignChanged):
        edit(1)


def test_who_changes_a_draft_is_not_who_reviews_it() -> None:
    draft, editor = make_draft(), make_officer()
    edit_campaign(
        draft, make_plan(), text=make_text(), version=1, made_by=editor, actor=SYSTEM, now=NOW
    )
    submit_campaign(draft, actor=SYSTEM, now=NOW)
    with pytest.raises(SecondPersonNeeded):
        review_campaign(draft, reviewed_by=editor, actor=SYSTEM, now=NOW)


# -- its life ------------------------------------------------------------------------------------


def test_a_pause_holds_good_coupons_back_after_the_last_day_too() -> None:
    yesterday = today() - timedelta(days=1)
    campaign = make_money_campaign(ends_on=yesterday, valid_days=7, state=CampaignState.PAUSED)
    wallet = make_wallet(campaign, valid_until=today())
    now = datetime.now(UTC)
    assert move_due_campaigns(actor=SYSTEM, now=now) == {}
    Wallet.objects.filter(pk=wallet.pk).update(valid_until=yesterday)
    assert move_due_campaigns(actor=SYSTEM, now=now) == {campaign.slug: CampaignState.ENDED}
