"""Insight for the city's staff: four answers about a campaign, each with what it is made of."""

import csv
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_POST, require_safe

from core import policy
from core.permissions import actor_of
from core.policy_pages import requires
from core.refusals import Refusal
from jp.clock import civil_date
from tourism.insight.asking import Question, ask
from tourism.insight.export import export_campaign
from tourism.models import Campaign, InsightExport
from web.easy_japanese import plain
from web.forms.visitors import ChosenForm
from web.insight_words import Box, box_of


def name_of(campaign: Campaign) -> str:
    """Return the campaign's name in the reader's language."""
    return str(campaign.name.get(get_language() or "ja") or campaign.name["ja"])


def _campaign(request: HttpRequest, campaign_id: UUID, action: str = "insight.ask") -> Campaign:
    rows = policy.allowed(actor_of(request), action, Campaign.objects.all())
    return get_object_or_404(rows, pk=campaign_id)


@requires("insight.ask")
@require_safe
def insight_list(request: HttpRequest) -> HttpResponse:
    """The campaigns about which one may ask."""
    rows = policy.allowed(actor_of(request), "insight.ask", Campaign.objects.all())
    campaigns = [
        {
            "name": name_of(campaign),
            "state": campaign.get_state_display(),
            "address": reverse("insight-campaign", kwargs={"campaign_id": campaign.pk}),
        }
        for campaign in rows.order_by("-starts_on", "slug")
    ]
    return render(request, "web/tourism/insight_list.html", {"campaigns": campaigns})


@requires("insight.ask")
@require_safe
def insight_campaign(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """The four answers on one page."""
    campaign = _campaign(request, campaign_id)
    form = ChosenForm(request.GET or None)
    page: dict[str, Any] = {
        "campaign": campaign,
        "name": name_of(campaign),
        "may_export": policy.reason(actor_of(request), "insight.export", campaign) is not None,
    }
    try:
        boxes = [_box(request, campaign, question, form) for question in Question]
    except Refusal as refusal:
        page["refusal"] = {"title": _(refusal.title), "next_step": _(refusal.next_step)}
    else:
        export = InsightExport.objects.filter(campaign=campaign).order_by("-id").first()
        page |= {"boxes": [_shown(campaign, box, form) for box in boxes], "export": export}
    return render(request, "web/tourism/insight.html", page)


def _box(request: HttpRequest, campaign: Campaign, question: Question, form: ChosenForm) -> Box:
    chosen = form.chosen() if question == Question.WHO_CAME else {}
    answer = ask(campaign, question, chosen=chosen, actor=actor_of(request), now=timezone.now())
    return box_of(answer)


def _shown(campaign: Campaign, box: Box, form: ChosenForm) -> dict[str, Any]:
    there = {"campaign_id": campaign.pk, "question": box.question}
    is_first = box.question == Question.WHO_CAME
    query = urlencode(form.chosen(), doseq=True) if is_first else ""
    return {
        "slug": str(box.question),
        "title": box.title,
        "sentence": box.sentence,
        "why": box.why,
        "bars": box.bars,
        "interval": box.interval,
        "form": form if is_first else None,
        "heads": [{"text": head, "is_number": place > 0} for place, head in enumerate(box.heads)],
        "rows": [_cells(box.heads, row) for row in box.rows],
        "download": reverse("insight-table", kwargs=there) + (f"?{query}" if query else ""),
    }


def _cells(heads: Sequence[str], row: Sequence[str | int]) -> list[dict[str, Any]]:
    return [
        {
            "term": plain(head),
            "text": f"{cell:,}" if isinstance(cell, int) else cell,
            "is_number": isinstance(cell, int),
        }
        for head, cell in zip(heads, row, strict=True)
    ]


@requires("insight.ask")
@require_safe
def insight_table(request: HttpRequest, campaign_id: UUID, question: str) -> HttpResponse:
    """The table of one answer as CSV."""
    if question not in set(Question):
        raise Http404
    campaign = _campaign(request, campaign_id)
    try:
        box = _box(request, campaign, Question(question), ChosenForm(request.GET or None))
    except Refusal:
        raise Http404 from None
    name = f"{campaign.slug}-{question}-{civil_date(timezone.now()).isoformat()}.csv"
    answer = HttpResponse(
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
    answer.write("\ufeff")  # so that spreadsheet programs read it as UTF-8
    writer = csv.writer(answer)
    writer.writerow([plain(head) for head in box.heads])
    writer.writerows([[plain(str(cell)) for cell in row] for row in box.rows])
    return answer


@requires("insight.export")
@require_POST
def insight_export(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """Copy the campaign anew for questions."""
    campaign = _campaign(request, campaign_id, "insight.export")
    export_campaign(campaign, actor=actor_of(request), now=timezone.now())
    messages.success(request, _("集計をつくり直しました。"))
    return redirect("insight-campaign", campaign_id=campaign.pk)
