"""Make and change a campaign, and bring it from the draft to its opening with two people.

What a plan may say is decided by ``tourism.campaign_plan``; money moves in ``tourism.ledger``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.two_people import are_one
from core import audit
from core.actor import Actor
from core.refusals import Refusal, gettext_noop as _
from tourism.campaign_plan import CampaignPlan, FundingPlan, SetPlan, TierPlan, check_plan
from tourism.models import Campaign, CampaignState, CouponSet, FundingLine, Tier

_CHILDREN: Final = frozenset({"tiers", "sets", "funding"})
_LISTS: Final = frozenset({"settlement_days", "shop_kinds"})


class SlugTaken(Refusal):
    code = "campaign-slug-taken"
    title = _("同じ名前（英字）の事業が、もうあります")
    next_step = _("ほかの英字の名前にしてください。")
    status = HTTPStatus.CONFLICT


class NotADraft(Refusal):
    code = "campaign-not-a-draft"
    title = _("この事業は、もう書きかえられません")
    next_step = _(
        "下書きの事業だけを書きかえられます。確認の前なら、差しもどしてもらってください。"
    )
    status = HTTPStatus.CONFLICT


class CampaignChanged(Refusal):
    code = "campaign-changed"
    title = _("ほかの人が、この事業を先に書きかえました")
    next_step = _("新しい内容を見てから、もう一度なおしてください。")
    status = HTTPStatus.PRECONDITION_FAILED


class SecondPersonNeeded(Refusal):
    code = "campaign-needs-second-person"
    title = _("作った人とはべつの人が、確認してください")
    next_step = _("ほかの担当の人に、確認をたのんでください。")
    status = HTTPStatus.CONFLICT


class WrongState(Refusal):
    code = "campaign-state-wrong"
    title = _("いまの状態では、この操作はできません")
    next_step = _("事業のページで、いまの状態をたしかめてください。")
    status = HTTPStatus.CONFLICT


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignText:
    """What stands around a plan: names and words in each language, sources, assumptions."""

    name: Mapping[str, str]
    text: Mapping[str, str] = field(default_factory=dict)
    programme: str = ""
    sources: Sequence[str] = ()
    assumptions: Sequence[Mapping[str, str]] = ()


def make_campaign(
    plan: CampaignPlan,
    *,
    municipality: str,
    slug: str,
    text: CampaignText,
    made_by: User,
    actor: Actor,
    now: datetime,
    is_demo: bool = False,
) -> Campaign:
    """Keep a draft. Raises the plan's first fault, or :class:`SlugTaken`."""
    check_plan(plan)
    with transaction.atomic():
        campaign = Campaign(municipality=municipality, slug=slug, made_by=made_by, is_demo=is_demo)
        _put(campaign, plan, text)
        try:
            with transaction.atomic():
                campaign.save(force_insert=True)
        except IntegrityError:
            raise SlugTaken from None
        _put_children(campaign, plan)
        _record("campaign.make", campaign, actor=actor, now=now)
    return campaign


def edit_campaign(
    campaign: Campaign,
    plan: CampaignPlan,
    *,
    text: CampaignText,
    version: int,
    made_by: User,
    actor: Actor,
    now: datetime,
) -> Campaign:
    """Change a draft that nobody reviews yet; who changes it is who made it from then on."""
    check_plan(plan)
    with transaction.atomic():
        locked = _locked(campaign)
        if locked.state != CampaignState.DRAFT or locked.submitted_at is not None:
            raise NotADraft
        if locked.version != version:
            raise CampaignChanged
        _put(locked, plan, text)
        locked.version += 1
        locked.made_by = made_by
        locked.sent_back_note = ""
        locked.save()
        for table in (Tier, CouponSet, FundingLine):
            table._default_manager.filter(campaign=locked).delete()
        _put_children(locked, plan)
        _record("campaign.edit", locked, actor=actor, now=now)
    return locked


def submit_campaign(campaign: Campaign, *, actor: Actor, now: datetime) -> Campaign:
    """Give a draft to the second person; it cannot be changed until they decided."""
    with transaction.atomic():
        locked = _locked(campaign)
        if locked.state != CampaignState.DRAFT or locked.submitted_at is not None:
            raise WrongState
        check_plan(plan_of(locked))
        locked.submitted_at = now
        locked.save(update_fields=["submitted_at"])
        _record("campaign.submit", locked, actor=actor, now=now)
    return locked


def review_campaign(
    campaign: Campaign, *, reviewed_by: User, actor: Actor, now: datetime
) -> Campaign:
    """Accept a campaign as the second person: it is scheduled, and opens on its first day."""
    with transaction.atomic():
        locked = _locked(campaign)
        if locked.state != CampaignState.DRAFT or locked.submitted_at is None:
            raise WrongState
        if are_one(locked.made_by_id, reviewed_by.pk, now=now):
            raise SecondPersonNeeded
        check_plan(plan_of(locked))
        locked.reviewed_by, locked.reviewed_at = reviewed_by, now
        locked.state = CampaignState.REVIEWED
        locked.save(update_fields=["reviewed_by", "reviewed_at", "state"])
        _record("campaign.review", locked, actor=actor, now=now)
    return locked


def send_back_campaign(
    campaign: Campaign, *, note: str, sent_by: User, actor: Actor, now: datetime
) -> Campaign:
    """Give a campaign back to who made it, with the reason."""
    with transaction.atomic():
        locked = _locked(campaign)
        is_waiting = locked.state == CampaignState.DRAFT and locked.submitted_at is not None
        if not (is_waiting or locked.state == CampaignState.REVIEWED):
            raise WrongState
        is_reviewed = locked.state == CampaignState.REVIEWED
        if is_reviewed and are_one(locked.made_by_id, sent_by.pk, now=now):
            raise SecondPersonNeeded
        locked.state = CampaignState.DRAFT
        locked.submitted_at = locked.reviewed_by = locked.reviewed_at = None
        locked.sent_back_note = note[:200]
        locked.save()
        _record("campaign.send-back", locked, actor=actor, now=now)
    return locked


def plan_of(campaign: Campaign) -> CampaignPlan:
    """Return a campaign's configuration as plain values."""
    values: dict[str, Any] = {
        one.name: getattr(campaign, one.name)
        for one in fields(CampaignPlan)
        if one.name not in _CHILDREN
    }
    for name in _LISTS:
        values[name] = tuple(values[name])
    return CampaignPlan(
        **values,
        tiers=tuple(
            TierPlan(min_spend_yen=one.min_spend_yen, value_yen=one.value_yen)
            for one in campaign.tiers.all()
        ),
        sets=tuple(
            SetPlan(
                medium=one.medium,
                price_yen=one.price_yen,
                value_yen=one.value_yen,
                sets_total=one.sets_total,
            )
            for one in campaign.sets.all()
        ),
        funding=tuple(
            FundingPlan(name=one.name, amount_yen=one.amount_yen) for one in campaign.funding.all()
        ),
    )


def _put(campaign: Campaign, plan: CampaignPlan, text: CampaignText) -> None:
    for one in fields(CampaignPlan):
        if one.name not in _CHILDREN:
            value = getattr(plan, one.name)
            setattr(campaign, one.name, list(value) if one.name in _LISTS else value)
    campaign.name = dict(text.name)
    campaign.text = dict(text.text)
    campaign.programme = text.programme
    campaign.sources = list(text.sources)
    campaign.assumptions = [dict(one) for one in text.assumptions]


def _put_children(campaign: Campaign, plan: CampaignPlan) -> None:
    Tier.objects.bulk_create(
        Tier(campaign=campaign, min_spend_yen=one.min_spend_yen, value_yen=one.value_yen)
        for one in plan.tiers
    )
    CouponSet.objects.bulk_create(
        CouponSet(
            campaign=campaign,
            medium=one.medium,
            price_yen=one.price_yen,
            value_yen=one.value_yen,
            sets_total=one.sets_total,
        )
        for one in plan.sets
    )
    FundingLine.objects.bulk_create(
        FundingLine(campaign=campaign, order=order, name=one.name, amount_yen=one.amount_yen)
        for order, one in enumerate(plan.funding, start=1)
    )


def _locked(campaign: Campaign) -> Campaign:
    return Campaign.objects.select_for_update().get(pk=campaign.pk)


def _record(action: str, campaign: Campaign, *, actor: Actor, now: datetime) -> None:
    audit.record(
        action,
        actor=actor,
        now=now,
        municipality=campaign.municipality,
        object_type="campaign",
        object_id=campaign.pk,
        facts={"version": campaign.version},
    )
