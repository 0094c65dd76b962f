"""広域利用: open a consultation with another city, send it, keep or give the answer, print it."""

from collections.abc import Callable
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from childcare.models import Consultation, Exchange
from childcare.placing.consultation import (
    OtherCity,
    answer_consultation,
    name_nursery,
    open_consultation,
    send_consultation,
)
from core import audit, policy
from core.permissions import actor_of
from core.policy_pages import requires
from core.refusals import Refusal, gettext_noop
from web.childcare_consultation_letter import consultation_pdf
from web.refusal_words import in_words
from web.views.childcare_applications import pdf_answer
from web.views.staff_childcare import paper_told, staff_row

REASON_MAX: Final = 400
NAME_MAX: Final = 120
_STAGES: Final = {
    "ours": (gettext_noop("こちらがすること"), Q(state__in=("prepared", "received"))),
    "theirs": (gettext_noop("相手の返事待ち"), Q(state="sent")),
    "done": (gettext_noop("終わり"), Q(state__in=("agreed", "refused"))),
}


@requires("staff.childcare.consultation.list")
@require_safe
def consultations(request: HttpRequest) -> HttpResponse:
    """List the consultations by who has to act."""
    rows = policy.allowed(
        actor_of(request), "staff.childcare.consultation.edit", Consultation.objects.all()
    )
    counts = {name: rows.filter(belongs).count() for name, (_title, belongs) in _STAGES.items()}
    wanted = request.GET.get("tab", "")
    stage = wanted if wanted in _STAGES else next((one for one in counts if counts[one]), "ours")
    page = {
        "tabs": [
            {
                "address": f"?tab={name}",
                "label": _(_STAGES[name][0]),
                "count": count,
                "is_current": name == stage,
            }
            for name, count in counts.items()
        ],
        "rows": rows.filter(_STAGES[stage][1]).select_related("application__child"),
    }
    return render(request, "web/staff/childcare_consultations.html", page)


@requires("staff.childcare.application.edit")
@require_POST
def consultation_open(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Begin a consultation about an application."""
    row = staff_row(request, application_id, "staff.childcare.application.edit")
    direction = Exchange.IN if request.POST.get("direction") == "in" else Exchange.OUT
    other = OtherCity(
        code=request.POST.get("code", "").strip(),
        name=request.POST.get("name", "")[:60],
        facility=request.POST.get("facility", "")[:NAME_MAX],
    )
    _said(
        request,
        lambda: open_consultation(row, direction, other, told=paper_told(request)),
        _("協議を始めました。"),
    )
    return redirect("staff-childcare-application", application_id=row.pk)


@requires("staff.childcare.consultation.edit")
@require_POST
def consultation_step(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """Name another nursery, send it, or put down the answer."""
    row, told = _row(request, consultation_id), paper_told(request)
    reason = request.POST.get("reason", "")[:REASON_MAX]
    facility = request.POST.get("facility", "")[:NAME_MAX]
    steps: dict[str, Callable[[], Consultation]] = {
        "nursery": lambda: name_nursery(row, facility, told=told),
        "send": lambda: send_consultation(row, told=told),
        "agree": lambda: answer_consultation(row, agrees=True, told=told),
        "refuse": lambda: answer_consultation(row, agrees=False, reason=reason, told=told),
    }
    step = steps.get(request.POST.get("step", ""))
    if step is not None:
        _said(request, step, _("協議を記録しました。"))
    return redirect("staff-childcare-application", application_id=row.application_id)


@requires("staff.childcare.consultation.edit")
@require_safe
def consultation_letter(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """Give the letter to the other city: our request, or our answer."""
    row = _row(request, consultation_id)
    content = consultation_pdf(row, now=timezone.now())
    audit.record(
        "childcare.consultation.print",
        actor=actor_of(request),
        now=timezone.now(),
        municipality=row.municipality,
        object_type="application",
        object_id=row.application_id,
        subject=row.application.child.household.applicant_id,
    )
    return pdf_answer(content, "consultation.pdf")


def _row(request: HttpRequest, consultation_id: UUID) -> Consultation:
    rows = policy.allowed(
        actor_of(request),
        "staff.childcare.consultation.edit",
        Consultation.objects.select_related("application__round", "application__child__household"),
    )
    return get_object_or_404(rows, pk=consultation_id)


def _said(request: HttpRequest, act: Callable[[], object], done: str) -> None:
    try:
        act()
    except Refusal as refusal:
        messages.error(request, in_words(refusal))
    else:
        messages.success(request, done)
