"""What one more seat, or another point table, would change in a round: counts only."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from childcare.admission.draft_rules import draft_effect, rule_sets_to_try
from childcare.admission.overview import newest_run
from childcare.admission.what_if import Effect, one_more_seat
from childcare.models import Round, Run
from childcare.rule_sets.words import Words
from core import policy
from core.permissions import actor_of
from core.policy_pages import requires
from core.refusals import Refusal
from web.admission_page import class_name, round_title
from web.forms.admission import DraftForm, OneMoreSeatForm
from web.refusal_words import in_words


def class_choices(round_: Round) -> list[tuple[str, str]]:
    """Return the classes of a round for a form."""
    slots = round_.slots.select_related("facility__place").order_by(
        "facility__place__name", "class_age"
    )
    return [(f"{one.facility_id}:{one.class_age}", class_name(one)) for one in slots]


@requires("staff.childcare.round.what_if")
@require_safe
def admission_what_if(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Show what the question that was asked would change."""
    rows = policy.allowed(
        actor_of(request),
        "staff.childcare.round.what_if",
        Round.objects.select_related("rule_set"),
    )
    round_ = get_object_or_404(rows, pk=round_id)
    run = newest_run(round_)
    if run is None:
        raise Http404
    classes, tables = class_choices(round_), _tables(run)
    seat = OneMoreSeatForm(_given(request, "slot"), choices=classes)
    draft = DraftForm(_given(request, "rule_set"), choices=tables)
    chosen = request.GET.get("slot") or request.GET.get("rule_set") or ""
    effect = None
    try:
        if seat.is_bound and seat.is_valid():
            effect = _of_a_seat(run, seat.cleaned_data["slot"])
        elif draft.is_bound and draft.is_valid():
            table = rule_sets_to_try(run).get(pk=draft.cleaned_data["rule_set"])
            effect = draft_effect(run, table)
    except Refusal as refusal:
        messages.error(request, in_words(refusal))
    page = {
        "round": round_,
        "title": round_title(round_),
        "seat": seat,
        "draft": draft,
        "effect": effect,
        "not_asked": _names(effect.gaps.not_asked) if effect else [],
        "not_understood": _names(effect.gaps.not_understood) if effect else [],
        "asked": dict([*classes, *tables]).get(chosen, ""),
        "is_draft": draft.is_bound,
    }
    status = 422 if seat.errors or draft.errors else 200
    return render(request, "web/childcare/admission_what_if.html", page, status=status)


def _names(facts: Sequence[Words]) -> list[str]:
    return [one.for_language(get_language() or "ja") for one in facts]


def _given(request: HttpRequest, field: str) -> dict[str, str] | None:
    return {field: request.GET[field]} if field in request.GET else None


def _tables(run: Run) -> list[tuple[str, str]]:
    return [(str(row.pk), f"{row} ({row.get_status_display()})") for row in rule_sets_to_try(run)]


def _of_a_seat(run: Run, slot: str) -> Effect | None:
    facility, _colon, age = slot.partition(":")
    return one_more_seat(run, facility=UUID(facility), class_age=int(age))
