"""園の運営者: who runs the city's nurseries, and the form that makes an operator and its owner."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Role
from childcare.operators import (
    FacilityHasOperator,
    add_facilities,
    facilities_run_by,
    make_operator,
    operators_for,
    without_operator,
)
from core import policy
from core.actor import Actor
from core.permissions import actor_of
from core.policy_pages import requires
from web.forms.operators import OperatorFacilitiesForm, OperatorForm
from web.refusal_words import in_words

_LIST, _MAKE = "staff.childcare.operator.list", "staff.childcare.operator.make"


@requires(_LIST)
@require_safe
def operators(request: HttpRequest) -> HttpResponse:
    """List who runs what, and the nurseries that nobody runs yet."""
    actor = actor_of(request)
    rows = list(operators_for(actor, _LIST))
    run = facilities_run_by(rows)
    page = {
        "operators": [(row, run[row.pk]) for row in rows],
        "without": list(without_operator(actor, _LIST)),
        "may_make": policy.may(actor, _MAKE),
    }
    return render(request, "web/staff/operators.html", page)


@requires(_MAKE)
@require_http_methods(["GET", "HEAD", "POST"])
def operator_new(request: HttpRequest) -> HttpResponse:
    """Make an operator with its first owner, who is told to sign in."""
    actor = actor_of(request)
    form = OperatorForm(request.POST or None, facilities=without_operator(actor, _MAKE))
    if form.is_valid() and _is_made(form, actor):
        messages.success(request, _("運営者を作りました。責任者に、ログインのお知らせを送ります。"))
        return redirect("staff-operators")
    status = 422 if form.is_bound else 200
    return render(request, "web/staff/operator_new.html", {"form": form}, status=status)


@requires(_MAKE)
@require_http_methods(["GET", "HEAD", "POST"])
def operator_facilities(request: HttpRequest, operator_id: UUID) -> HttpResponse:
    """Let an operator run more facilities."""
    actor = actor_of(request)
    operator = get_object_or_404(operators_for(actor, _MAKE), pk=operator_id)
    free = without_operator(actor, _MAKE).filter(municipality=operator.municipality)
    form = OperatorFacilitiesForm(request.POST or None, facilities=free)
    if form.is_valid():
        try:
            add_facilities(
                operator, form.cleaned_data["facilities"], actor=actor, now=timezone.now()
            )
        except FacilityHasOperator as refusal:
            form.add_error("facilities", in_words(refusal))
        else:
            messages.success(request, _("運営する園を加えました。"))
            return redirect("staff-operators")
    page = {"form": form, "operator": operator}
    status = 422 if request.method == "POST" else 200
    return render(request, "web/staff/operator_facilities.html", page, status=status)


def _is_made(form: OperatorForm, actor: Actor) -> bool:
    """Make the operator, or say on the form why not."""
    given = form.cleaned_data
    try:
        make_operator(
            min(actor.cities_of(Role.CHILDCARE_APPROVER)),
            name=given["name"],
            email=given["email"],
            facilities=list(given["facilities"]),
            actor=actor,
            now=timezone.now(),
        )
    except FacilityHasOperator as refusal:
        form.add_error("facilities", in_words(refusal))
        return False
    return True
