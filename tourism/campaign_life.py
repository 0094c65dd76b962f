"""The life of a campaign after two people agreed: it opens, pauses, ends, is settled and closed.

    draft -> reviewed -> scheduled -> open <-> paused -> exhausted | ended -> settling -> closed

The days are the campaign's civil dates in Japan; the redemption's own statement decides whether a
sale is still in time, whatever stands here.
"""

from datetime import date, datetime
from http import HTTPStatus
from typing import Final

from django.db import transaction

from core import audit
from core.actor import Actor
from core.refusals import Refusal, gettext_noop as _
from jp.clock import civil_date
from tourism.campaign_editing import WrongState
from tourism.ledger import balance_yen, close_campaign, open_campaign_account
from tourism.models import (
    AccountKind,
    Balance,
    BatchState,
    Campaign,
    CampaignState,
    CapKind,
    PayoutBatch,
    Refund,
    RefundState,
    Wallet,
)

_MAY_BECOME: Final = {
    CampaignState.SCHEDULED: {CampaignState.REVIEWED},
    CampaignState.OPEN: {CampaignState.SCHEDULED, CampaignState.PAUSED},
    CampaignState.PAUSED: {CampaignState.OPEN},
    CampaignState.EXHAUSTED: {CampaignState.OPEN},
    CampaignState.ENDED: {CampaignState.OPEN, CampaignState.PAUSED},
    CampaignState.SETTLING: {CampaignState.ENDED, CampaignState.EXHAUSTED},
    CampaignState.CLOSED: {CampaignState.SETTLING},
}


class StillOwed(Refusal):
    code = "campaign-still-owed"
    title = _("まだ払っていないお店や、使えるクーポンか払いもどしがあります")
    next_step = _("最後の精算を銀行に出して、期限の処理と払いもどしが終わってから閉じてください。")
    status = HTTPStatus.CONFLICT


class NotOver(Refusal):
    code = "campaign-not-over"
    title = _("この事業は、まだ終わっていません")
    next_step = _("終わりの日の次の日から行えます。")
    status = HTTPStatus.CONFLICT


def schedule_campaign(campaign: Campaign, *, actor: Actor, now: datetime) -> Campaign:
    """Publish a reviewed campaign; on its first day or later it opens at once."""
    scheduled = _become(campaign, CampaignState.SCHEDULED, actor=actor, now=now)
    if scheduled.starts_on <= civil_date(now):
        return open_campaign(scheduled, actor=actor, now=now)
    return scheduled


def open_campaign(campaign: Campaign, *, actor: Actor, now: datetime) -> Campaign:
    """Open a campaign: its whole budget goes from its funding to its budget account, once."""
    with transaction.atomic():
        opened = _become(campaign, CampaignState.OPEN, actor=actor, now=now)
        if opened.opened_at is None:
            opened.opened_at = now
            opened.save(update_fields=["opened_at"])
            open_campaign_account(opened, actor=actor, now=now)
    return opened


def pause_campaign(campaign: Campaign, *, actor: Actor, now: datetime) -> Campaign:
    """Stop claims and sales until somebody opens it again, or until no coupon is good any more."""
    return _become(campaign, CampaignState.PAUSED, actor=actor, now=now)


def start_settling(campaign: Campaign, *, actor: Actor, now: datetime) -> Campaign:
    """Begin the last settlement of a campaign that is over."""
    return _become(campaign, CampaignState.SETTLING, actor=actor, now=now)


def close(campaign: Campaign, *, actor: Actor, now: datetime) -> Campaign:
    """Give back what was not spent, when every shop is paid and no coupon can be used any more."""
    with transaction.atomic():
        closed = _become(campaign, CampaignState.CLOSED, actor=actor, now=now)
        if _is_owed(closed):
            raise StillOwed
        close_campaign(closed, actor=actor, now=now)
        closed.closed_at = now
        closed.save(update_fields=["closed_at"])
    return closed


def move_due_campaigns(*, actor: Actor, now: datetime) -> dict[str, CampaignState]:
    """Open what starts today, mark what is used up or over; run it again and nothing more happens.

    Returns the slug and new state of each campaign that changed.
    """
    today = civil_date(now)
    moved: dict[str, CampaignState] = {}
    for campaign in Campaign.objects.filter(
        state=CampaignState.SCHEDULED, starts_on__lte=today
    ).order_by("pk"):
        open_campaign(campaign, actor=actor, now=now)
        moved[campaign.slug] = CampaignState.OPEN
    running = [CampaignState.OPEN, CampaignState.PAUSED]
    for campaign in Campaign.objects.filter(state__in=running).order_by("pk"):
        to = _over(campaign, today=today)
        if to is not None:
            _become(campaign, to, actor=actor, now=now)
            moved[campaign.slug] = to
    return moved


def _over(campaign: Campaign, *, today: date) -> CampaignState | None:
    if campaign.ends_on < today:
        return None if _is_held_back(campaign, today=today) else CampaignState.ENDED
    if campaign.cap != CapKind.REDEMPTION or campaign.state != CampaignState.OPEN:
        return None
    tier = campaign.tiers.order_by("value_yen").first()
    smallest = tier.value_yen if tier else campaign.unit_yen
    left = balance_yen(campaign.pk, AccountKind.BUDGET)
    return CampaignState.EXHAUSTED if left < smallest else None


def _is_held_back(campaign: Campaign, *, today: date) -> bool:
    """Say whether a pause still stops coupons: once the campaign has ended, good ones count."""
    good = Wallet.objects.filter(campaign=campaign, remaining_yen__gt=0, valid_until__gte=today)
    return campaign.state == CampaignState.PAUSED and good.exists()


def _is_owed(campaign: Campaign) -> bool:
    kinds = [AccountKind.SHOP, AccountKind.WALLET, AccountKind.LEASE]
    return (
        Balance.objects.filter(account__campaign=campaign, kind__in=kinds, value_yen__gt=0).exists()
        or PayoutBatch.objects.filter(campaign=campaign)
        .exclude(state__in=[BatchState.SENT, BatchState.PAID])
        .exists()
        or Refund.objects.filter(campaign=campaign).exclude(state=RefundState.PAID).exists()
    )


def _become(campaign: Campaign, to: CampaignState, *, actor: Actor, now: datetime) -> Campaign:
    with transaction.atomic():
        locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
        if CampaignState(locked.state) not in _MAY_BECOME[to]:
            raise WrongState
        if to == CampaignState.SETTLING and locked.state == CampaignState.ENDED:
            _check_over(locked, now=now)
        locked.state = to
        locked.save(update_fields=["state"])
        audit.record(
            f"campaign.{to}",
            actor=actor,
            now=now,
            municipality=locked.municipality,
            object_type="campaign",
            object_id=locked.pk,
        )
    return locked


def _check_over(campaign: Campaign, *, now: datetime) -> None:
    if civil_date(now) <= campaign.ends_on:
        raise NotOver
