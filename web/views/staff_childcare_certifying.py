"""認定: issue or change the certification of a child, and end one before its time."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from childcare.models import Application, CareAmount, Certification, CertificationClass, EndReason
from childcare.placing.certification import (
    cancel_certification,
    issue_certification,
    proposal_for,
)
from core import audit, policy
from core.permissions import actor_of
from core.policy_pages import requires
from core.refusals import Refusal
from web.childcare_certification_letter import certification_end_pdf
from web.forms.certification import CertificationForm, EndCertificationForm
from web.refusal_words import in_words
from web.views.childcare_applications import pdf_answer
from web.views.staff_childcare import paper_told, staff_row


@requires("staff.childcare.certify")
@require_http_methods(["GET", "HEAD", "POST"])
def certify(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Issue or change the certification of the child; the form proposes its class and days."""
    row = staff_row(request, application_id, "staff.childcare.certify")
    proposal = proposal_for(row.child, day=row.round.starts_on)
    form = CertificationForm(request.POST or None, child=row.child, proposal=proposal)
    if request.method == "POST" and form.is_valid() and _issue(request, row, form):
        messages.success(request, _("認定を出しました。"))
        return redirect("staff-childcare-application", application_id=row.pk)
    page = {"row": row, "form": form, "proposal": proposal}
    status = 422 if request.method == "POST" else 200
    return render(request, "web/staff/childcare_certify.html", page, status=status)


def _issue(request: HttpRequest, row: Application, form: CertificationForm) -> bool:
    given = form.cleaned_data
    try:
        issue_certification(
            row.child,
            class_code=CertificationClass(given["class_code"]),
            care_amount=CareAmount(given["care_amount"]),
            need_reason=given["need_reason"],
            valid_from=given["valid_from"],
            valid_to=given["valid_to"],
            told=paper_told(request),
        )
    except Refusal as refusal:
        form.add_error(None, in_words(refusal))
        return False
    return True


@requires("staff.childcare.certification.end")
@require_http_methods(["GET", "HEAD", "POST"])
def certification_end(request: HttpRequest, certification_id: UUID) -> HttpResponse:
    """End a certification with its last day and the reason that the family reads."""
    rows = policy.allowed(
        actor_of(request),
        "staff.childcare.certification.end",
        Certification.objects.select_related("child__household"),
    )
    row = get_object_or_404(rows, pk=certification_id)
    shown = _application_of(request, row)
    form = EndCertificationForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _end(request, row, form):
        messages.success(request, _("認定を終わりにしました。"))
        return redirect("staff-childcare-application", application_id=shown.pk)
    page = {"row": row, "form": form, "application": shown}
    status = 422 if request.method == "POST" else 200
    return render(request, "web/staff/childcare_certification_end.html", page, status=status)


def _end(request: HttpRequest, row: Certification, form: EndCertificationForm) -> bool:
    given = form.cleaned_data
    try:
        cancel_certification(
            row,
            on=given["on"],
            reason=EndReason(given["reason"]),
            words=given["words"],
            told=paper_told(request),
        )
    except Refusal as refusal:
        form.add_error(None, in_words(refusal))
        return False
    return True


@requires("staff.childcare.certification.end")
@require_safe
def certification_letter(request: HttpRequest, certification_id: UUID) -> HttpResponse:
    """Give the letter of a certification that was ended, for who has no account."""
    rows = policy.allowed(
        actor_of(request),
        "staff.childcare.certification.end",
        Certification.objects.select_related("child__household"),
    )
    row = get_object_or_404(rows, pk=certification_id)
    shown = _application_of(request, row)
    try:
        content = certification_end_pdf(row, is_demo=shown.round.is_demo)
    except LookupError:
        raise Http404 from None
    audit.record(
        "childcare.letter.print",
        actor=actor_of(request),
        now=timezone.now(),
        municipality=row.municipality,
        object_type="certification",
        object_id=row.pk,
        facts={"letter": "certification_end"},
        subject=row.child.household.applicant_id,
    )
    return pdf_answer(content, "certification.pdf")


def _application_of(request: HttpRequest, row: Certification) -> Application:
    """Return the child's newest application that the caller may see: there the page leads back."""
    rows = policy.allowed(
        actor_of(request),
        "staff.childcare.application.read",
        Application.objects.filter(child=row.child).order_by("-created_at"),
    )
    found = rows.first()
    return found if found is not None else get_object_or_404(rows)
