"""Ledger imports: list, upload, plan, problems, approve, reject."""

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
from core import policy
from core.permissions import actor_of
from core.policy_pages import requires
from core.refusals import Refusal
from disability_card.imports.columns import columns
from disability_card.imports.ledger_writing import problems_csv
from disability_card.imports.problems import REPAIRS
from disability_card.ledger_changes import SHOWN_EFFECTS
from disability_card.ledger_import import (
    approve_import,
    problems_of,
    reject_import,
)
from disability_card.models import LedgerImport, LedgerImportState, RowEffect
from disability_card.views.staff_ledger import check_upload
from web.forms.staff import LedgerForm
from web.refusal_words import in_words

_SHOWN_MAX = 200


def _imports(request: HttpRequest) -> Any:
    rows = LedgerImport.objects.select_related("submitted_by", "decided_by")
    return policy.allowed(actor_of(request), "ledger.list", rows)


@requires("ledger.list")
def ledger_list(request: HttpRequest) -> HttpResponse:
    """List the imports, newest first, with the form for a new file."""
    found = _imports(request).order_by("-submitted_at")[:50]
    page = {"imports": found, "form": LedgerForm()}
    return render(request, "web/staff/ledger_list.html", page)


@requires("ledger.submit")
@require_http_methods(["GET", "HEAD", "POST"])
def ledger_upload(request: HttpRequest) -> HttpResponse:
    """Check an uploaded file; the file itself is not kept. GET leads back to the form."""
    if request.method != "POST":
        return redirect("staff-ledger")
    form = LedgerForm(request.POST, request.FILES)
    if not form.is_valid():
        page = {"imports": _imports(request).order_by("-submitted_at")[:50], "form": form}
        return render(request, "web/staff/ledger_list.html", page, status=422)
    found = check_upload(
        request, form.cleaned_data["file"], is_partial=form.cleaned_data["is_partial"]
    )
    return redirect("staff-ledger-import", import_id=found.pk)


@requires("ledger.list")
def ledger_import(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Show what approving would do, and what is wrong."""
    found = get_object_or_404(_imports(request), pk=import_id)
    return render(request, "web/staff/ledger_import.html", _import_page(request, found))


def _import_page(request: HttpRequest, found: LedgerImport) -> dict[str, Any]:
    japanese = {column.name: column.japanese for column in columns()}
    problems = [
        {
            "row": problem.row,
            "column": japanese.get(problem.column, ""),
            "is_error": problem.severity == "error",
            "message": _(problem.message),
            "mend": _(problem.mend),
        }
        for problem in problems_of(found)[:_SHOWN_MAX]
    ]
    effects = [
        {
            "label": effect.label,
            "count": found.summary["effects"][effect],
            "rows": effect if effect in SHOWN_EFFECTS else "",
        }
        for effect in RowEffect
    ]
    actor = actor_of(request)
    is_own = are_one(actor.user_id, found.submitted_by_id, now=timezone.now())
    repairs = found.summary.get("repairs", {})
    return {
        "found": found,
        "repairs": [_(REPAIRS[name]) % {"count": count} for name, count in repairs.items()],
        "effects": effects,
        "problems": problems,
        "is_open": found.state == LedgerImportState.CHECKED,
        "may_approve": policy.reason(actor, "ledger.approve", found) is not None and not is_own,
        "is_own": is_own,
        "may_read_rows": found.state in {LedgerImportState.CHECKED, LedgerImportState.APPLIED}
        and policy.reason(actor, "ledger.rows", found) is not None,
    }


@requires("ledger.approve")
@require_POST
def ledger_approve(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Apply an import as the second person."""
    actor = actor_of(request)
    rows = policy.allowed(actor, "ledger.approve", LedgerImport.objects.all())
    found = get_object_or_404(rows, pk=import_id)
    try:
        approve_import(
            found,
            approved_by=cast("User", request.user),
            actor=actor,
            now=timezone.now(),
            confirms_removals="confirms_removals" in request.POST,
        )
    except Refusal as refusal:
        messages.error(request, in_words(refusal))
    return redirect("staff-ledger-import", import_id=import_id)


@requires("ledger.reject")
@require_POST
def ledger_reject(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Take an import back; nothing changes."""
    actor = actor_of(request)
    rows = policy.allowed(actor, "ledger.reject", LedgerImport.objects.all())
    found = get_object_or_404(rows, pk=import_id)
    try:
        rejected_by = cast("User", request.user)
        reject_import(found, rejected_by=rejected_by, actor=actor, now=timezone.now())
    except Refusal as refusal:
        messages.error(request, in_words(refusal))
    return redirect("staff-ledger-import", import_id=import_id)


@requires("ledger.list")
def ledger_problems(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Give the error file: row, column, what is wrong, the mend."""
    found = get_object_or_404(_imports(request), pk=import_id)
    content = problems_csv(problems_of(found), translate=_)
    # With BOM: the clerk's spreadsheet program takes a bare UTF-8 file for Shift_JIS.
    response = HttpResponse(content.encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="problems-{found.pk}.csv"'
    return response
