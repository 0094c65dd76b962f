"""My applications: where each stands, its result with the reason, the answer, the letters."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.counter import session_of
from accounts.notice_choices import ways_of
from childcare.applying.applicants import own_applications, told_by
from childcare.applying.deadlines import days_left, last_day
from childcare.applying.drafting import discard_draft
from childcare.applying.household_linking import link_served_household
from childcare.applying.states import BEFORE_SELECTION, ApplicationState, may_move
from childcare.applying.steps import rules_of_row
from childcare.applying.submission import withdraw_application
from childcare.applying.versions import content_of
from childcare.models import Application, CertificationChange, DocumentState, Offer, ParentAnswer
from childcare.placing.offers import accept_seat, decline_seat
from core.permissions import actor_of
from core.policy_pages import requires
from core.refusals import Refusal
from web.childcare_letters import receipt_pdf
from web.childcare_next_steps import address_of
from web.childcare_result_letters import LetterKind, letter_links, letters_of, result_pdf
from web.childcare_results import result_of
from web.childcare_words import wording_of
from web.refusal_words import in_words

_TAGS = {
    "draft": "attention", "documents_missing": "attention", "offered": "good", "confirmed": "good",
    "accepted": "good", "admitted": "good", "verified": "good",
}  # fmt: skip


def _row(request: HttpRequest, application_id: UUID, action: str) -> Application:
    return get_object_or_404(own_applications(actor_of(request), action), pk=application_id)


@requires("childcare.application.read")
@require_safe
def applications(request: HttpRequest) -> HttpResponse:
    """List the family's applications."""
    now = timezone.now()
    rows = [
        {
            "row": row,
            "name": row.child.name,
            "tag": _TAGS.get(row.state, "read"),
            "href": address_of(row),
            "days": days_left(row.round, now=now),
            "until": last_day(row.round),
        }
        for row in own_applications(actor_of(request), "childcare.application.read")
    ]
    page = {"rows": rows, "served": session_of(actor_of(request))}
    return render(request, "web/childcare/applications.html", page)


@requires("childcare.household.link")
@require_POST
def household_link(request: HttpRequest) -> HttpResponse:
    """Give the served person the application that came on paper, by its receipt number."""
    session = session_of(actor_of(request))
    if session is None:
        raise Http404
    try:
        link_served_household(
            session,
            request.POST.get("receipt_number", "")[:40],
            actor=actor_of(request),
            now=timezone.now(),
        )
    except Refusal as refusal:
        messages.error(request, in_words(refusal))
    else:
        messages.success(request, _("紙の申しこみを、この人の記録につなぎました。"))
    return redirect("childcare-applications")


@requires("childcare.application.read")
@require_safe
def application(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Show one application: state, what it says, papers, result."""
    row = _row(request, application_id, "childcare.application.read")
    if row.state == ApplicationState.DRAFT and row.current is None:
        return redirect("childcare-apply-check", application_id=row.pk)
    content = content_of(row)
    words = wording_of(rules_of_row(row), get_language() or "ja", content)
    now = timezone.now()
    page: dict[str, Any] = {
        "row": row,
        "tag": _TAGS.get(row.state, "read"),
        "wishes": [
            {"rank": rank, "name": words.names.get(one, one)}
            for rank, one in enumerate(content.preferences, start=1)
        ],
        "documents": [
            {"row": one, "name": words.paper(one), "is_missing": one.state in
             (DocumentState.MISSING, DocumentState.DEFICIENT)}
            for one in row.documents.all()
        ],
        "versions": row.versions.select_related("entered_by").order_by("-number"),
        "may_change": row.state in BEFORE_SELECTION and now < row.round.closes_at,
        "may_withdraw": may_move(row.state, ApplicationState.WITHDRAWN),
        "days": days_left(row.round, now=now),
        "until": last_day(row.round),
        "result": result_of(row, language=get_language() or "ja", now=now),
        "letters": letter_links(row),
        "ended": row.child.certifications.filter(change=CertificationChange.CANCELLED),
    }  # fmt: skip
    return render(request, "web/childcare/application.html", page)


@requires("childcare.application.read")
@require_safe
def submitted(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Say that it came in, with the number that people read aloud."""
    row = _row(request, application_id, "childcare.application.read")
    if row.receipt_number is None:
        raise Http404
    lacks = row.documents.filter(state__in=(DocumentState.MISSING, DocumentState.DEFICIENT)).count()
    applicant = row.child.household.applicant
    page = {
        "row": row,
        "lacks": lacks,
        "until": last_day(row.round),
        "by_mail": applicant is not None and ways_of(applicant).mail,
    }
    return render(request, "web/childcare/submitted.html", page)


@requires("childcare.application.read")
@require_safe
def receipt(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Give the receipt as a PDF."""
    row = _row(request, application_id, "childcare.application.read")
    if row.receipt_number is None:
        raise Http404
    return pdf_answer(receipt_pdf(row, now=timezone.now()), "receipt.pdf")


@requires("childcare.application.read")
@require_safe
def letter(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Give a letter as a PDF, with the way to appeal: the newest, or the one that is named."""
    row = _row(request, application_id, "childcare.application.read")
    there = letters_of(row)
    wanted = request.GET.get("letter") or (there[0] if there else "")
    if wanted not in there:
        raise Http404
    return pdf_answer(result_pdf(row, LetterKind(wanted)), f"{wanted}.pdf")


@requires("childcare.application.withdraw")
@require_POST
def withdraw(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Take the application back; a draft that was never submitted is thrown away."""
    row = _row(request, application_id, "childcare.application.withdraw")
    actor, now = actor_of(request), timezone.now()
    try:
        if row.state == ApplicationState.DRAFT:
            discard_draft(row, actor=actor, now=now)
        else:
            withdraw_application(row, if_match=None, told=told_by(actor, now=now))
    except Refusal as refusal:
        messages.error(request, in_words(refusal))
    else:
        messages.success(request, _("申しこみを取り下げました。"))
    return redirect("childcare-applications")


@requires("childcare.application.answer")
@require_POST
def answer(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Accept or decline the seat."""
    row = _row(request, application_id, "childcare.application.answer")
    offer = get_object_or_404(Offer.objects.exclude(answer=ParentAnswer.LAPSED).filter(
        application=row)[:1])  # fmt: skip
    told = told_by(actor_of(request), now=timezone.now())
    try:
        if request.POST.get("answer") == "accept":
            accept_seat(offer, told=told)
            messages.success(request, _("承諾しました。入園の準備のお知らせを待ってください。"))
        elif request.POST.get("answer") == "decline":
            decline_seat(offer, told=told)
            messages.success(request, _("辞退しました。"))
    except Refusal as refusal:
        messages.error(request, in_words(refusal))
    return redirect("childcare-application", application_id=row.pk)


def pdf_answer(content: bytes, name: str) -> HttpResponse:
    """Answer a PDF that nobody keeps on the way."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response
