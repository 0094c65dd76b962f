"""Papers, and everything once more before an application is submitted."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext as _, ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from childcare.applying.applicants import told_by
from childcare.applying.child_details import may_mend
from childcare.applying.content_rules import errors
from childcare.applying.deadlines import days_left, last_day
from childcare.applying.drafting import draft_content
from childcare.applying.file_kinds import FileTooLarge
from childcare.applying.paper_files import read_file
from childcare.applying.papers import receive_file
from childcare.applying.questionnaire import Answers, asked, chosen
from childcare.applying.round_rules import papers_of
from childcare.applying.steps import rules_of_row, saved_answers
from childcare.applying.submission import circumstances, submit_application
from childcare.applying.upload_limit import limit_uploads, uploaded_content
from childcare.models import Application, Document, DocumentState
from core import policy
from core.permissions import actor_of
from core.policy_pages import requires
from core.refusals import Refusal
from web.childcare_words import facility_names, sibling_words, wording_of
from web.refusal_words import in_words
from web.views.childcare_apply import STEPS, editable_row, revision_of

_LACKING = (DocumentState.MISSING, DocumentState.DEFICIENT)


@csrf_exempt  # the limit must stand before anybody reads the form; the inner view checks
@requires("childcare.paper.send")
@require_http_methods(["GET", "HEAD", "POST"])
def papers(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Send photos of papers, one at a time, or go on and send them later."""
    if limit_uploads(request).is_too_large:
        messages.error(request, in_words(FileTooLarge()))
        return redirect("childcare-apply-papers", application_id=application_id)
    answer: HttpResponse = _papers(request, application_id)
    return answer


@csrf_protect
def _papers(request: HttpRequest, application_id: UUID) -> HttpResponse:
    row = editable_row(request, application_id)
    if request.method == "POST":
        try:
            _receive(request, row)
        except Refusal as refusal:
            messages.error(request, in_words(refusal))
        return redirect("childcare-apply-papers", application_id=row.pk)
    rules = rules_of_row(row)
    words = wording_of(rules, get_language() or "ja")
    page = {
        "row": row,
        "documents": [
            {
                "row": one,
                "name": words.paper(one),
                "where": words.where(one.kind),
                "is_missing": one.state in _LACKING,
            }
            for one in row.documents.all()
        ],
        "until": last_day(row.round),
        "at": 5,
        "of": STEPS,
    }
    return render(request, "web/childcare/apply_papers.html", page)


def _receive(request: HttpRequest, row: Application) -> None:
    handler = request.upload_handlers[0]
    name, content = uploaded_content(request, handler, "file")  # type: ignore[arg-type]
    document = get_object_or_404(row.documents, pk=request.POST.get("document") or None)
    if not content:
        messages.error(request, _("ファイルを選んでください"))
        return
    receive_file(
        row, kind=document.kind, subject=document.subject, name=name, content=content,
        told=told_by(actor_of(request), now=timezone.now()),
    )  # fmt: skip
    messages.success(request, _("書類を受け取りました。"))


@requires("childcare.paper.read")
@require_safe
def paper(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Give back one's own paper."""
    rows = policy.allowed(actor_of(request), "childcare.paper.read", Document.objects.all())
    return file_answer(get_object_or_404(rows, pk=document_id))


def file_answer(document: Document) -> HttpResponse:
    """Answer a paper's file: never guessed at, never run, never kept on the way."""
    try:
        content = read_file(document)
    except FileNotFoundError:
        return HttpResponse(status=404)
    response = HttpResponse(content, content_type=document.media_type)
    ending = document.media_type.rpartition("/")[2]
    response["Content-Disposition"] = f'attachment; filename="paper.{ending}"'
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "no-store"
    return response


@requires("childcare.application.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Show everything once more, and submit."""
    row = editable_row(request, application_id)
    if request.method == "POST":
        try:
            row = submit_application(
                row, if_match=revision_of(request), papers_of=papers_of,
                told=told_by(actor_of(request), now=timezone.now()),
            )  # fmt: skip
        except Refusal as refusal:
            messages.error(request, in_words(refusal))
            return redirect("childcare-apply-check", application_id=row.pk)
        return redirect("childcare-submitted", application_id=row.pk)
    return render(request, "web/childcare/apply_check.html", check_page(row))


def check_page(row: Application) -> dict[str, Any]:
    rules, content = rules_of_row(row), draft_content(row)
    language = get_language() or "ja"
    words = wording_of(rules, language, content)
    documents = [
        {"row": one, "name": words.paper(one), "is_missing": one.state in _LACKING}
        for one in row.documents.all()
    ]
    missing = sum(1 for one in documents if one["is_missing"])
    wrong = errors(content, circumstances(row, now=timezone.now()))
    answers = answer_rows(row, language)
    unanswered = [one for one in answers if not one["is_answered"]]
    return {
        "may_mend_child": may_mend(row.child),
        "row": row,
        "wishes": [
            {"rank": rank, "name": words.names.get(one, one)}
            for rank, one in enumerate(content.preferences, start=1)
        ],
        "held": words.names.get(content.held_facility, ""),
        "siblings": sibling_words(content.siblings.box) if content.siblings.box else "",
        "answers": answers,
        "unanswered": unanswered,
        # Without the way back to this page: one question after the other.
        "go_on": unanswered[0]["change"].partition("?")[0] if unanswered else "",
        "documents": documents,
        "missing": ngettext(
            "書類が %(count)sつ たりません。", "書類が %(count)sつ たりません。", missing
        )
        % {"count": missing}
        if missing
        else "",
        "until": last_day(row.round),
        "days": days_left(row.round, now=timezone.now()),
        "wrong": [{"text": _(one.text), "href": _where(row, one.pointer)} for one in wrong],
        "at": STEPS,
        "of": STEPS,
    }


_LACKING = (DocumentState.MISSING, DocumentState.DEFICIENT)


def _where(row: Application, pointer: str) -> str:
    """Return the page on which a place of the content is mended."""
    base = f"/childcare/apply/{row.pk}"
    if pointer.startswith("/siblings"):
        return f"{base}/siblings/"
    return f"{base}/wishes/" if pointer.startswith("/preferences") else f"{base}/questions/"


def _nursery_in(names: Mapping[str, str], answers: Answers, question: str) -> str:
    """Return the nursery that an answer names, in brackets; often there is none."""
    name = names.get(answers.facilities.get(question, ""))
    return f"（{name}）" if name else ""


def answer_rows(row: Application, language: str) -> list[dict[str, Any]]:
    rules = rules_of_row(row)
    if rules is None:
        return []
    answers = saved_answers(row, rules)
    found, unanswered = [], _("まだ答えていません")
    names = facility_names([UUID(pk) for pk in answers.facilities.values() if pk])
    for one in asked(rules, answers):
        option = chosen(one, answers)
        found.append(
            {
                "term": one.term.for_language(language),
                "answer": (
                    f"{option.label.for_language(language)}{_nursery_in(names, answers, one.id)}"
                    if option
                    else unanswered
                ),
                "is_answered": option is not None,
                "change": f"/childcare/apply/{row.pk}/questions/{one.id}/?back=check",
            }
        )
    return found
