"""Sheets of places: list, upload, repairs and problems, apply, take back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from childcare.facility_opening import open_facilities
from core import policy
from core.permissions import actor_of
from core.policy_pages import requires
from core.refusals import Refusal
from places.catalogue import sheets_with_rows
from places.export import problems_csv
from places.models import ImportState, PlaceImport, Sheet
from places.place_import import (
    apply_place_import,
    problems_of,
    reject_place_import,
    repairs_of,
)
from places.policy import EDITORS
from places.sheets import newest_layout
from places.views.staff_imports import check_upload, imports_for
from web.forms.nursery import SheetForm
from web.refusal_words import in_words

_SHOWN_MAX = 200


@requires("place.import.list")
def import_list(request: HttpRequest) -> HttpResponse:
    """List the imports, with the form for a new file and the sheets to be taken out."""
    form = SheetForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        policy.demand(actor_of(request), "place.import.submit")
        found = check_upload(request, form.cleaned_data["file"], sheet=form.cleaned_data["sheet"])
        return redirect("staff-place-import", place_import_id=found.pk)
    city = min(actor_of(request).cities_of(*EDITORS))
    page = {
        "form": form,
        "imports": imports_for(request, "place.import.list").select_related("submitted_by")[:50],
        "sheets": [
            {"key": key, "name": Sheet(key).label, "label": _(label) if label else ""}
            for key in sheets_with_rows(city)
            for label in [newest_layout(key).label]
        ],
        "city": city,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "web/staff/place_imports.html", page, status=status)


@require_safe
@requires("place.import.list")
def import_page(request: HttpRequest, place_import_id: UUID) -> HttpResponse:
    """Show what applying would do, what was repaired, and what is wrong."""
    found = get_object_or_404(imports_for(request, "place.import.list"), pk=place_import_id)
    return render(request, "web/staff/place_import.html", _page(found))


def _page(found: PlaceImport) -> dict[str, Any]:
    return {
        "found": found,
        "sheet": Sheet(found.sheet).label if found.sheet else "",
        "repairs": [
            {"row": one.row, "column": one.column, "message": _(one.message),
             "before": one.before, "after": one.after}
            for one in repairs_of(found)[:_SHOWN_MAX]
        ],
        "problems": [
            {"row": one.row, "column": one.column, "is_error": one.is_error,
             "message": _(one.message), "mend": _(one.mend)}
            for one in problems_of(found)[:_SHOWN_MAX]
        ],
        "is_open": found.state == ImportState.CHECKED,
    }  # fmt: skip


@require_POST
@requires("place.import.apply")
def decide(request: HttpRequest, place_import_id: UUID) -> HttpResponse:
    """Write the rows of a checked file, or take it back."""
    actor, now = actor_of(request), timezone.now()
    found = get_object_or_404(imports_for(request, "place.import.apply"), pk=place_import_id)
    try:
        if request.POST.get("decision") == "apply":
            done = apply_place_import(found, actor=actor, now=now)
            if done.sheet == Sheet.CHILDCARE:
                open_facilities(done.municipality, actor=actor, now=now)
            messages.success(request, _("反映しました。"))
        else:
            reject_place_import(found, actor=actor, now=now)
            messages.success(request, _("取り下げました。何も変わっていません。"))
    except Refusal as refusal:
        messages.error(request, in_words(refusal))
    return redirect("staff-place-import", place_import_id=place_import_id)


@require_safe
@requires("place.import.list")
def problems(request: HttpRequest, place_import_id: UUID) -> HttpResponse:
    """Give the error file: row, column, what is wrong, the mend."""
    found = get_object_or_404(imports_for(request, "place.import.list"), pk=place_import_id)
    content = problems_csv(problems_of(found), translate=_)
    # With BOM: the clerk's spreadsheet program takes a bare UTF-8 file for Shift_JIS.
    response = HttpResponse(content.encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="problems-{found.pk}.csv"'
    return response
