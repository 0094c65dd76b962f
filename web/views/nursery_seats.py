"""A nursery's own word for its seats: which classes share them, and that the numbers are right."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User
from childcare.capacity_import import confirm_capacities
from childcare.models import Facility
from childcare.shared_seats import SharedGroup, shared_groups, tell_shared_seats
from childcare.views.nursery import own_facilities
from core.permissions import actor_of
from core.policy_pages import requires
from core.refusals import Refusal
from web.forms.nursery import SharedSeatsForm
from web.refusal_words import in_words
from web.views.nursery import facility_values


@require_POST
@requires("capacity.confirm")
def share_seats(request: HttpRequest, facility_id: UUID, fiscal_year: int) -> HttpResponse:
    """Put classes together, or part all of them."""
    facility = get_object_or_404(own_facilities(request, "capacity.confirm"), pk=facility_id)
    if "part" in request.POST:
        _tell(request, facility, fiscal_year, [])
        messages.success(request, _("組ごとの定員にもどしました。"))
        return redirect("nursery-facility", facility_id=facility.pk)
    form = SharedSeatsForm(request.POST)
    if form.is_valid():
        added = SharedGroup(
            class_ages=tuple(sorted(form.cleaned_data["class_ages"])),
            seats=form.cleaned_data["seats"],
        )
        kept = [
            group
            for group in shared_groups(facility, fiscal_year=fiscal_year)
            if not set(group.class_ages) & set(added.class_ages)
        ]
        try:
            _tell(request, facility, fiscal_year, [*kept, added])
        except Refusal as refusal:
            form.add_error(None, in_words(refusal))
        else:
            messages.success(request, _("合わせて使う組を書きました。定員をたしかめてください。"))
            return redirect("nursery-facility", facility_id=facility.pk)
    page = facility_values(request, facility, shared=form)
    return render(request, "web/nursery/facility.html", page, status=422)


def _tell(
    request: HttpRequest, facility: Facility, fiscal_year: int, groups: list[SharedGroup]
) -> None:
    tell_shared_seats(
        facility,
        fiscal_year=fiscal_year,
        groups=groups,
        actor=actor_of(request),
        now=timezone.now(),
    )


@require_POST
@requires("capacity.confirm")
def confirm_seats(request: HttpRequest, facility_id: UUID) -> HttpResponse:
    """Say as the nursery that its seats of a year are right."""
    facility = get_object_or_404(own_facilities(request, "capacity.confirm"), pk=facility_id)
    year = request.POST.get("fiscal_year", "")
    if not (year.isascii() and year.isdigit()):
        raise Http404
    confirm_capacities(
        facility,
        fiscal_year=int(year),
        confirmed_by=cast("User", request.user),
        actor=actor_of(request),
        now=timezone.now(),
    )
    messages.success(request, _("定員が正しいことを、市に伝えました。"))
    return redirect("nursery-facility", facility_id=facility.pk)
