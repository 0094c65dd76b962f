"""園の引きつぎ: an officer enters that a nursery gets another operator, a second one confirms."""

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
from accounts.two_people import accounts_as_one
from childcare.models import Facility, OperatorChange
from childcare.operator_changes import (
    confirm_change,
    decline_change,
    enter_change,
    waiting_changes,
)
from childcare.operators import operators_for
from core import policy
from core.permissions import actor_of
from core.policy_pages import requires
from core.refusals import Refusal
from web.forms.operators import OperatorChangeForm
from web.refusal_words import in_words

_ENTER = "staff.childcare.operator.change"
_DECIDE = "staff.childcare.operator.change.decide"


@requires(_ENTER)
@require_http_methods(["GET", "HEAD", "POST"])
def changes(request: HttpRequest) -> HttpResponse:
    """List what waits, with the form that enters another change."""
    actor, now = actor_of(request), timezone.now()
    run = Facility.objects.filter(organisation__isnull=False).select_related("place")
    form = OperatorChangeForm(
        request.POST or None,
        facilities=policy.allowed(actor, _ENTER, run.order_by("place__name_kana", "pk")),
        operators=operators_for(actor, "staff.childcare.operator.list"),
    )
    if form.is_valid():
        given = form.cleaned_data
        try:
            enter_change(
                given["facility"],
                given["operator"],
                asked_by=cast("User", request.user),
                actor=actor,
                now=now,
            )
        except Refusal as refusal:
            form.add_error("operator", in_words(refusal))
        else:
            messages.success(request, _("入力しました。べつの職員の承認を待っています。"))
            return redirect("staff-operator-changes")
    mine = accounts_as_one(actor.user_id, now=now)
    page: dict[str, Any] = {
        "form": form,
        "changes": [
            {
                "row": one,
                "is_own": one.asked_by_id in mine,
                "may_decide": policy.reason(actor, _DECIDE, one) is not None,
            }
            for one in waiting_changes(actor, _ENTER)
        ],
    }
    status = 422 if form.is_bound else 200
    return render(request, "web/staff/operator_changes.html", page, status=status)


@requires(_DECIDE)
@require_POST
def confirm(request: HttpRequest, operator_change_id: UUID) -> HttpResponse:
    """Hand the nursery on, as the second person."""
    return _decide(request, operator_change_id, confirm_change, _("園を引きつぎました。"))


@requires(_DECIDE)
@require_POST
def decline(request: HttpRequest, operator_change_id: UUID) -> HttpResponse:
    """Leave the nursery where it is."""
    return _decide(request, operator_change_id, decline_change, _("運営者は変わりません。"))


def _decide(
    request: HttpRequest, change_id: UUID, decide: Callable[..., OperatorChange], said: str
) -> HttpResponse:
    actor = actor_of(request)
    rows = policy.allowed(actor, _DECIDE, OperatorChange.objects.all())
    change = get_object_or_404(rows, pk=change_id)
    try:
        decide(change, decided_by=cast("User", request.user), actor=actor, now=timezone.now())
    except Refusal as refusal:
        messages.error(request, in_words(refusal))
    else:
        messages.success(request, said)
    return redirect("staff-operator-changes")
