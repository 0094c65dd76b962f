"""Paper sheets and what looks like misuse, for staff."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from core import policy
from core.permissions import actor_of
from core.policy_pages import requires
from core.refusals import Refusal
from tourism.models import Campaign, FlagState, PaperSheet, RiskFlag
from tourism.paper import hand_over, void_sheet
from tourism.paper_printing import render_sheets
from tourism.paper_sheets import print_sheets
from tourism.risk_detection import decide_flag
from tourism.risk_rules import rules
from tourism.views.paper import person_at_counter, sheets_for
from tourism.views.risk import flags_for
from tourism.views.staff_campaigns import campaigns_for
from tourism.views.staff_settlement import download
from web.forms.campaigns import NoteForm, SheetsForm
from web.refusal_words import in_words
from web.views.tourism_campaigns import name_of

_SHOWN = 100


@requires("paper.print")
def paper_sheets(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """The sheets of a campaign; print more as PDF."""
    campaign = get_object_or_404(campaigns_for(request, "paper.print"), pk=campaign_id)
    form = SheetsForm(request.POST or None)
    if form.is_valid():
        try:
            return _printed(request, campaign, count=form.cleaned_data["count"])
        except Refusal as refusal:
            form.add_error(None, in_words(refusal))
    words = request.GET.get("q", "").strip().upper()[:12]
    rows = campaign.sheets.order_by("-pk")
    page = {
        "campaign": campaign,
        "name": name_of(campaign),
        "form": form,
        "words": words,
        "sheets": (rows.filter(serial__contains=words) if words else rows)[:_SHOWN],
        "total": rows.count(),
    }
    return render(
        request,
        "web/tourism/paper.html",
        page,
        status=422 if form.is_bound and form.errors else 200,
    )


def _printed(request: HttpRequest, campaign: Campaign, *, count: int) -> HttpResponse:
    now = timezone.now()
    sheets = print_sheets(
        campaign,
        count=count,
        printed_by=cast("User", request.user),
        actor=actor_of(request),
        now=now,
    )
    pdf = render_sheets(sheets, now=now)
    return download(pdf, name=f"{campaign.slug}-paper.pdf", kind="application/pdf")


@requires("paper.sheet")
@require_POST
def paper_change(request: HttpRequest, sheet_id: UUID, sheet_step: str) -> HttpResponse:
    """Hand a sheet over, or make it void."""
    if sheet_step not in {"hand", "void"}:
        raise Http404
    sheet: PaperSheet = get_object_or_404(sheets_for(request), pk=sheet_id)
    actor, now, user = actor_of(request), timezone.now(), cast("User", request.user)
    try:
        if sheet_step == "hand":
            person = person_at_counter(actor)
            hand_over(sheet, handed_by=user, actor=actor, now=now, person_id=person)
            messages.success(request, _("わたしたことを記録しました。"))
        else:
            reason = request.POST.get("note", "")
            void_sheet(sheet, reason=reason, void_by=user, actor=actor, now=now)
            messages.success(request, _("無効にしました。使っていない分は予算にもどりました。"))
    except Refusal as refusal:
        messages.error(request, in_words(refusal))
    return redirect("staff-paper", campaign_id=sheet.campaign_id)


@requires("risk.list")
@require_safe
def risk_queue(request: HttpRequest) -> HttpResponse:
    """What the rules found and nobody has looked at; decided ones behind a tab."""
    rows = flags_for(request, "risk.list")
    is_done = request.GET.get("tab") == "done"
    waiting = rows.filter(state=FlagState.OPEN)
    done = rows.exclude(state=FlagState.OPEN)
    about = {rule.name: rule.about for rule in rules()}
    language = get_language() or "ja"
    page = {
        "tabs": [
            {"address": "?", "label": _("見ていない"), "count": waiting.count(),
             "is_current": not is_done},
            {"address": "?tab=done", "label": _("済み"), "count": done.count(),
             "is_current": is_done},
        ],
        "flags": [
            _shown(request, flag, about.get(flag.rule, {}).get(language, flag.rule))
            for flag in (done if is_done else waiting).order_by("-found_at")[:_SHOWN]
        ],
        "form": NoteForm(),
    }  # fmt: skip
    return render(request, "web/tourism/risk.html", page)


def _shown(request: HttpRequest, flag: RiskFlag, about: str) -> dict[str, Any]:
    return {
        "row": flag,
        "about": about,
        "name": name_of(flag.campaign),
        "may_decide": flag.state == FlagState.OPEN
        and policy.reason(actor_of(request), "risk.decide", flag) is not None,
    }


@requires("risk.decide")
@require_POST
def risk_decide(request: HttpRequest, flag_id: UUID) -> HttpResponse:
    """Say whether it was misuse, and what was looked at."""
    flag = get_object_or_404(flags_for(request, "risk.decide"), pk=flag_id)
    try:
        decide_flag(
            flag,
            is_misuse=request.POST.get("do") == "misuse",
            note=request.POST.get("note", ""),
            decided_by=cast("User", request.user),
            actor=actor_of(request),
            now=timezone.now(),
        )
    except Refusal as refusal:
        messages.error(request, in_words(refusal))
    else:
        messages.success(request, _("判断を記録しました。"))
    return redirect("staff-risk")
