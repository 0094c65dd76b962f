"""A published point table ends early: one officer asks, a second one confirms."""

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from accounts.two_people import are_one
from childcare.models import RuleSet, RuleSetEnding
from childcare.rule_set_ending import (
    ask_ending,
    confirm_ending,
    decline_ending,
    rounds_without_table,
    waiting_ending,
)
from core import policy
from core.permissions import actor_of
from core.policy_pages import requires
from core.refusals import Refusal
from web.admission_page import round_title
from web.forms.rule_sets import EndingForm
from web.refusal_words import in_words

_ASK = "staff.rule-set.end"
_DECIDE = "staff.rule-set.end.decide"


@requires(_ASK)
@require_http_methods(["GET", "HEAD", "POST"])
def rule_set_end(request: HttpRequest, rule_set_id: UUID) -> HttpResponse:
    """Ask for an earlier last day, or decide what another officer asked."""
    actor, now = actor_of(request), timezone.now()
    rows = policy.allowed(actor, _ASK, RuleSet.objects.filter(status="published"))
    row = get_object_or_404(rows, pk=rule_set_id)
    form = EndingForm(request.POST or None)
    if form.is_valid():
        try:
            ask_ending(
                row, **form.cleaned_data, asked_by=cast("User", request.user), actor=actor, now=now
            )
        except Refusal as refusal:
            form.add_error("ends_on", in_words(refusal))
        else:
            messages.success(request, _("入力しました。べつの職員の承認を待っています。"))
            return redirect("staff-rule-set-end", rule_set_id=row.pk)
    page = {"row": row, "form": form} | _waiting(request, row)
    return render(
        request, "web/staff/rule_set_end.html", page, status=422 if form.is_bound else 200
    )


def _waiting(request: HttpRequest, row: RuleSet) -> dict[str, Any]:
    """Return what waits, whether this officer may decide it, and which rounds it would touch."""
    ending = waiting_ending(row)
    if ending is None:
        return {"ending": None}
    actor, user = actor_of(request), cast("User", request.user)
    may_decide = policy.reason(actor, _DECIDE, ending) is not None
    is_own = are_one(ending.asked_by_id, user.pk, now=timezone.now())
    return {
        "ending": ending,
        "may_decide": may_decide,
        "may_confirm": may_decide and not is_own,
        "rounds": [round_title(one) for one in rounds_without_table(row, ends_on=ending.ends_on)],
    }


@requires(_DECIDE)
@require_POST
def ending_confirm(request: HttpRequest, rule_set_ending_id: UUID) -> HttpResponse:
    """End the table, as the second person."""
    return _decide(request, rule_set_ending_id, confirm_ending, _("終わりの日を早くしました。"))


@requires(_DECIDE)
@require_POST
def ending_decline(request: HttpRequest, rule_set_ending_id: UUID) -> HttpResponse:
    """Leave the table as it is."""
    return _decide(request, rule_set_ending_id, decline_ending, _("終わりの日は変わりません。"))


def _decide(
    request: HttpRequest, ending_id: UUID, decide: Callable[..., RuleSetEnding], said: str
) -> HttpResponse:
    actor = actor_of(request)
    rows = policy.allowed(actor, _DECIDE, RuleSetEnding.objects.all())
    ending = get_object_or_404(rows, pk=ending_id)
    try:
        decide(ending, decided_by=cast("User", request.user), actor=actor, now=timezone.now())
    except Refusal as refusal:
        messages.error(request, in_words(refusal))
    else:
        messages.success(request, said)
    return redirect("staff-rule-set-end", rule_set_id=ending.rule_set_id)
