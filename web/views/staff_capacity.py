"""Seats of a school year: files, what looks unusual, the second person, and the calculator."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.two_people import are_one
from childcare.capacity import (
    Concern,
    Finding,
    national_standards,
    seats_by_floor,
    seats_by_staff,
    staff_needed,
)
from childcare.capacity_import import (
    approve_capacities,
    facilities_by_number,
    findings_of,
    groups_in,
    problems_of,
    reject_capacities,
    rows_of,
    unconfirmed_facilities,
)
from childcare.models import CapacityImport, CapacityImportState
from childcare.policy import CLERKS
from childcare.views.staff_capacity import capacity_imports_for, check_capacity_upload
from core import policy
from core.permissions import actor_of
from core.policy_pages import requires
from core.refusals import Refusal, gettext_noop
from web.forms.nursery import CalculatorForm, NurserySeatsForm, SeatFileForm
from web.refusal_words import in_words

CONCERNS = {
    Concern.FELL: gettext_noop("去年より大きくへっています"),
    Concern.ROSE: gettext_noop("去年より大きくふえています"),
    Concern.MISSING: gettext_noop("去年あったクラスがありません"),
    Concern.TOTAL_FELL: gettext_noop("市全体の定員が、去年よりへっています"),
    Concern.FLOOR: gettext_noop("面積で入れる人数をこえています"),
    Concern.STAFF: gettext_noop("保育士の数で見られる人数をこえています"),
    Concern.NOT_TOLD: gettext_noop("面積も保育士の数も書かれていません"),
    Concern.GROUPS: gettext_noop("園が言った 合同の組と、ちがいます"),
    Concern.NOT_CONFIRMED: gettext_noop("園がまだ確認していません"),
}


@requires("capacity.list")
def seat_files(request: HttpRequest) -> HttpResponse:
    """List the files of seats with the form for a new one."""
    form = SeatFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        policy.demand(actor_of(request), "capacity.submit")
        found = check_capacity_upload(
            request, form.cleaned_data["file"], fiscal_year=form.cleaned_data["fiscal_year"]
        )
        return redirect("staff-seat-file", capacity_import_id=found.pk)
    city = min(actor_of(request).cities_of(*CLERKS))
    files = capacity_imports_for(request, "capacity.list").select_related("submitted_by")[:50]
    years = sorted({one.fiscal_year for one in files if one.state == CapacityImportState.APPLIED})
    page = {
        "form": form,
        "files": files,
        "waiting": [(year, rows) for year in years if (rows := unconfirmed_facilities(city, year))],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "web/staff/seat_files.html", page, status=status)


@require_safe
@requires("capacity.list")
def seat_file(request: HttpRequest, capacity_import_id: UUID) -> HttpResponse:
    """Show what one file says, what is wrong, and what a person must look at."""
    rows = capacity_imports_for(request, "capacity.list").select_related("submitted_by")
    found = get_object_or_404(rows, pk=capacity_import_id)
    return render(request, "web/staff/seat_file.html", _page(request, found))


def _page(request: HttpRequest, found: CapacityImport) -> dict[str, Any]:
    actor = actor_of(request)
    is_own = are_one(actor.user_id, found.submitted_by_id, now=timezone.now())
    names = {
        number: row.place.name for number, row in facilities_by_number(found.municipality).items()
    }
    return {
        "found": found,
        "seats": sum(row["seats"] for row in found.rows),
        "groups": [
            {"facility": names.get(number, number), "group": group}
            for number, groups in groups_in(rows_of(found)).items()
            for group in groups
        ],
        "findings": [_words(one, names) for one in findings_of(found)],
        "problems": [
            {"row": one.row, "column": one.column, "message": _(one.message)}
            for one in problems_of(found)
        ],
        "is_open": found.state == CapacityImportState.CHECKED,
        "is_own": is_own,
        "may_approve": policy.reason(actor, "capacity.approve", found) is not None and not is_own,
    }


def _words(finding: Finding, names: dict[str, str]) -> dict[str, Any]:
    return {
        "facility": names.get(finding.facility, finding.facility),
        "class_age": finding.class_age,
        "words": _(CONCERNS[finding.concern]),
        "before": finding.before,
        "now": finding.now,
    }


@require_POST
@requires("capacity.reject")
def decide(request: HttpRequest, capacity_import_id: UUID) -> HttpResponse:
    """Approve as the second person, or take the file back."""
    actor, by = actor_of(request), cast("User", request.user)
    is_approval = request.POST.get("decision") == "approve"
    action = "capacity.approve" if is_approval else "capacity.reject"
    found = get_object_or_404(capacity_imports_for(request, action), pk=capacity_import_id)
    now = timezone.now()
    try:
        if is_approval:
            reason = request.POST.get("reason", "")[:400]
            approve_capacities(found, approved_by=by, reason=reason, actor=actor, now=now)
            messages.success(request, _("定員を反映しました。園の確認を待っています。"))
        else:
            reject_capacities(found, rejected_by=by, actor=actor, now=now)
            messages.success(request, _("取り下げました。何も変わっていません。"))
    except Refusal as refusal:
        messages.error(request, in_words(refusal))
    return redirect("staff-seat-file", capacity_import_id=capacity_import_id)


@require_safe
@requires("capacity.list")
def calculator(request: HttpRequest) -> HttpResponse:
    """Say how many children a room and its staff allow, and how many staff a nursery needs."""
    form = CalculatorForm(request.GET if "class_age" in request.GET else None)
    whole = NurserySeatsForm(request.GET if "class_0" in request.GET else None)
    law = national_standards()
    answer = None
    if form.is_valid():
        age = form.cleaned_data["class_age"]
        by_floor = seats_by_floor(age, int(form.cleaned_data["area"] * 100), law)
        by_staff = seats_by_staff(age, form.cleaned_data["staff"], law)
        seats = form.cleaned_data["seats"]
        answer = {
            "by_floor": by_floor,
            "by_staff": by_staff,
            "allowed": min(by_floor, by_staff),
            "fits": seats <= min(by_floor, by_staff),
            "seats": seats,
        }
    ratios = [
        {"age": age, "staff": law.children_per_staff[age], "area": law.area_per_child[age] / 100}
        for age in sorted(law.children_per_staff)
    ]
    page = {
        "form": form, "answer": answer, "ratios": ratios, "law": law, "whole": whole,
        "needed": staff_needed(whole.seats(), law) if whole.is_valid() else None,
    }  # fmt: skip
    return render(request, "web/staff/calculator.html", page)
