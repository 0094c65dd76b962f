"""Coupon campaigns for staff: list, form with preview, review by a second person, running."""

from typing import Any, Final, cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.two_people import accounts_as_one
from core import policy
from core.permissions import actor_of
from core.policy_pages import requires
from core.refusals import Refusal, gettext_noop as _noop
from tourism.campaign_catalogue import REASONS, KnownCampaign, known_campaigns
from tourism.campaign_editing import (
    edit_campaign,
    make_campaign,
    plan_of,
    review_campaign,
    send_back_campaign,
    submit_campaign,
)
from tourism.campaign_life import (
    close,
    open_campaign,
    pause_campaign,
    schedule_campaign,
    start_settling,
)
from tourism.campaign_plan import CampaignPlan, PlanFault, faults
from tourism.campaign_preview import preview
from tourism.funding_reports import funding_report
from tourism.models import Campaign, CampaignState
from tourism.serializers.campaigns import law_words
from tourism.views.staff_campaigns import campaigns_for, city_of
from web.forms.campaigns import CampaignForm, NoteForm
from web.refusal_words import in_words

_TABS: Final = (
    ("draft", _noop("下書き・確認待ち"), {"draft", "reviewed", "scheduled"}),
    ("running", _noop("実施中"), {"open", "paused", "exhausted"}),
    ("over", _noop("終わったもの"), {"ended", "settling", "closed"}),
)
_STEPS: Final = (
    ("draft", _noop("書く")),
    ("submitted", _noop("2人めの確認")),
    ("reviewed", _noop("公開")),
    ("open", _noop("実施")),
    ("settling", _noop("精算")),
    ("closed", _noop("閉じる")),
)
_PLACE: Final = {
    "reviewed": 2, "scheduled": 3, "open": 3, "paused": 3, "exhausted": 4, "ended": 4,
    "settling": 4, "closed": 6,
}  # fmt: skip


def name_of(campaign: Campaign) -> str:
    """Return the campaign's name in the reader's language."""
    return str(campaign.name.get(get_language() or "ja") or campaign.name["ja"])


@requires("campaign.list")
@require_safe
def campaign_list(request: HttpRequest) -> HttpResponse:
    """The city's campaigns, by where they stand."""
    rows = campaigns_for(request, "campaign.list")
    wanted = request.GET.get("tab", "running")
    tabs = [
        {
            "address": f"?tab={key}",
            "label": _(label),
            "count": rows.filter(state__in=states).count(),
            "is_current": key == wanted,
        }
        for key, label, states in _TABS
    ]
    states = next((states for key, _label, states in _TABS if key == wanted), set())
    page = {
        "tabs": tabs,
        "campaigns": [
            {"row": one, "name": name_of(one)}
            for one in rows.filter(state__in=states).order_by("-starts_on", "slug")[:200]
        ],
        "may_make": policy.may(actor_of(request), "campaign.make"),
    }
    return render(request, "web/tourism/campaign_list.html", page)


@requires("campaign.list")
@require_safe
def campaign_page(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """One campaign: where it stands, what it gives, what was assumed, what comes next."""
    found = get_object_or_404(campaigns_for(request, "campaign.list"), pk=campaign_id)
    plan = plan_of(found)
    page = {
        "campaign": found,
        "name": name_of(found),
        "steps": _steps(found),
        "preview": preview(plan),
        "plan": plan,
        "law": law_words(plan),
        "assumptions": [
            {**one, "why": _(REASONS.get(one["reason"], one["reason"]))}
            for one in found.assumptions
        ],
        "changes": _changes(request, found),
        "form": NoteForm(),
        "report": funding_report(found) if found.opened_at else None,
    }
    return render(request, "web/tourism/campaign.html", page)


def _steps(campaign: Campaign) -> list[dict[str, Any]]:
    at = _PLACE.get(campaign.state, 1 if campaign.submitted_at else 0)
    return [
        {"text": _(text), "is_done": place < at, "is_now": place == at, "number": place + 1}
        for place, (_key, text) in enumerate(_STEPS)
    ]


def _changes(request: HttpRequest, campaign: Campaign) -> set[str]:
    """Return what this reader may do with the campaign now."""
    actor = actor_of(request)
    is_own = campaign.made_by_id in accounts_as_one(actor.user_id, now=timezone.now())
    waits = campaign.state == CampaignState.DRAFT and campaign.submitted_at is not None
    by_state = {
        CampaignState.DRAFT: {"review", "send-back"} if waits else {"edit", "submit"},
        CampaignState.REVIEWED: {"publish", "send-back"},
        CampaignState.OPEN: {"pause"},
        CampaignState.PAUSED: {"resume"},
        CampaignState.ENDED: {"settle"},
        CampaignState.EXHAUSTED: {"settle"},
        CampaignState.SETTLING: {"close"},
    }
    may = {
        change
        for change in by_state.get(CampaignState(campaign.state), set())
        if policy.reason(actor, _ACTIONS[change], campaign) is not None
    }
    return may - {"review", "send-back"} if is_own and waits else may


_ACTIONS: Final = {
    "edit": "campaign.edit",
    "submit": "campaign.edit",
    "review": "campaign.review",
    "send-back": "campaign.review",
    "publish": "campaign.run",
    "pause": "campaign.run",
    "resume": "campaign.run",
    "settle": "campaign.run",
    "close": "campaign.run",
}
_DONE: Final = {
    "submit": _noop("2人めの確認に出しました。"),
    "review": _noop("確認しました。公開できます。"),
    "send-back": _noop("理由をつけて差しもどしました。"),
    "publish": _noop("公開しました。"),
    "pause": _noop("一時停止しました。"),
    "resume": _noop("再開しました。"),
    "settle": _noop("精算をはじめました。"),
    "close": _noop("事業を閉じました。残りは財源にもどりました。"),
}
_RUNS: Final = {
    "submit": submit_campaign,
    "publish": schedule_campaign,
    "pause": pause_campaign,
    "resume": open_campaign,
    "settle": start_settling,
    "close": close,
}


@requires("campaign.edit")
@require_POST
def campaign_change(request: HttpRequest, campaign_id: UUID, campaign_step: str) -> HttpResponse:
    """Bring a campaign one step on, or back."""
    change = campaign_step
    if change not in _DONE:
        raise Http404
    found = get_object_or_404(campaigns_for(request, _ACTIONS[change]), pk=campaign_id)
    form = NoteForm(request.POST)
    if change == "send-back" and not form.is_valid():
        messages.error(request, _("理由を書いてください。"))
        return redirect("staff-campaign", campaign_id=campaign_id)
    try:
        _change(request, found, change, note=form.data.get("note", ""))
    except Refusal as refusal:
        messages.error(request, in_words(refusal))
    else:
        messages.success(request, _(_DONE[change]))
    return redirect("staff-campaign", campaign_id=campaign_id)


def _change(request: HttpRequest, campaign: Campaign, change: str, *, note: str) -> None:
    actor, now, user = actor_of(request), timezone.now(), cast("User", request.user)
    match change:
        case "review":
            review_campaign(campaign, reviewed_by=user, actor=actor, now=now)
        case "send-back":
            send_back_campaign(campaign, note=note, sent_by=user, actor=actor, now=now)
        case _:
            _RUNS[change](campaign, actor=actor, now=now)


def _like(request: HttpRequest) -> KnownCampaign | None:
    """Return the real campaign with which the form began: its address keeps it."""
    return next((one for one in known_campaigns() if one.slug == request.GET.get("like")), None)


@requires("campaign.make")
def campaign_new(request: HttpRequest) -> HttpResponse:
    """Write a new campaign; ``?like=`` begins with a real one."""
    known = _like(request)
    initial = {}
    if known is not None:
        initial = CampaignForm.initial_of_plan(known.plan) | {"programme": known.programme}
    start: dict[str, Any] = {"cap": "redemption", "claim_by": "sign_in", "issuer": "city",
                             "has_app": True}  # fmt: skip
    form = CampaignForm(request.POST or None, initial=start | initial)
    kept = _keep(request, form, None)
    if kept is not None:
        return redirect("staff-campaign", campaign_id=kept.pk)
    return _form_page(request, form, {"known": known_campaigns(), "is_new": True})


@requires("campaign.edit")
def campaign_edit(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """Change a draft."""
    found = get_object_or_404(campaigns_for(request, "campaign.edit"), pk=campaign_id)
    form = CampaignForm(request.POST or None, initial=CampaignForm.initial_of(found))
    form.fields["slug"].disabled = True
    kept = _keep(request, form, found)
    if kept is not None:
        return redirect("staff-campaign", campaign_id=kept.pk)
    return _form_page(request, form, {"campaign": found})


def _keep(request: HttpRequest, form: CampaignForm, before: Campaign | None) -> Campaign | None:
    """Keep what was written, unless only the preview was asked for or something is wrong."""
    if not form.is_valid() or not _is_right(form):
        return None
    if request.POST.get("do") == "preview":
        return None
    actor, now, user = actor_of(request), timezone.now(), cast("User", request.user)
    try:
        if before is not None:
            return edit_campaign(
                before,
                form.plan(),
                text=form.text(before),
                version=form.cleaned_data["version"] or 0,
                made_by=user,
                actor=actor,
                now=now,
            )
        return make_campaign(
            form.plan(),
            municipality=city_of(request),
            slug=form.cleaned_data["slug"],
            text=form.text(like=_like(request)),
            made_by=user,
            actor=actor,
            now=now,
        )
    except Refusal as refusal:
        form.add_error(None, in_words(refusal))
        return None


def _is_right(form: CampaignForm) -> bool:
    """Put each fault of the plan at its field."""
    found = faults(form.plan())
    for fault in found:
        field = fault.field if isinstance(fault, PlanFault) else "issuer_registration"
        name = {"rate_basis_points": "rate_percent", "hold_out_basis_points": "hold_out_percent"}
        form.add_error(name.get(field, field), in_words(fault))
    return not found


def _form_page(request: HttpRequest, form: CampaignForm, page: dict[str, Any]) -> HttpResponse:
    is_previewed = form.is_bound and form.is_valid() and not form.errors
    if is_previewed:
        plan: CampaignPlan = form.plan()
        page |= {"preview": preview(plan), "plan": plan, "law": law_words(plan)}
    status = 422 if form.is_bound and form.errors else 200
    page |= {"form": form, "address": reverse("staff-campaigns")}
    return render(request, "web/tourism/campaign_form.html", page, status=status)
