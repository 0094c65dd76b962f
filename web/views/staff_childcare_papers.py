"""What staff do with papers and told facts: take in, enter, send back."""

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from childcare.applying.content import is_shared
from childcare.applying.needed_papers import Needed
from childcare.applying.papers import accept_paper, receive_paper, send_back
from childcare.applying.round_rules import paper_facts, papers_of, rules_of
from childcare.applying.told_facts import tell_facts
from childcare.applying.typed_values import typed_fact
from childcare.applying.versions import content_of
from childcare.facts import Fact
from childcare.models import Document
from core import policy
from core.permissions import actor_of
from core.policy_pages import requires
from core.refusals import Refusal
from web.refusal_words import in_words
from web.views.childcare_check import file_answer
from web.views.staff_childcare import paper_told, revision_of, staff_row


def _document(request: HttpRequest, document_id: UUID, action: str) -> Document:
    rows = Document.objects.select_related("application__round", "application__current")
    return get_object_or_404(policy.allowed(actor_of(request), action, rows), pk=document_id)


@requires("staff.childcare.paper.read")
@require_safe
def paper(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Give the file of a paper."""
    return file_answer(_document(request, document_id, "staff.childcare.paper.read"))


@requires("staff.childcare.paper.edit")
@require_POST
def paper_change(request: HttpRequest, document_id: UUID, paper_change: str) -> HttpResponse:
    """Note a paper that lies on the desk, accept one with what it says, or send it back."""
    document = _document(request, document_id, "staff.childcare.paper.edit")
    told = paper_told(request)
    try:
        if paper_change == "receive":
            receive_paper(
                document.application, kind=document.kind, subject=document.subject, told=told
            )
            messages.success(request, _("書類を受け取りました。"))
        elif paper_change == "accept":
            accept_paper(
                document,
                says=_says(request, document),
                if_match=revision_of(request),
                papers_of=papers_of,
                told=told,
            )
            messages.success(request, _("書類の内容を申しこみに入れました。"))
        else:
            send_back(document, reason=request.POST.get("reason", "")[:400], told=told)
            messages.success(request, _("直してほしいことを家族に伝えました。"))
    except Refusal as refusal:
        messages.error(request, in_words(refusal))
    return redirect("staff-childcare-application", application_id=document.application_id)


def _says(request: HttpRequest, document: Document) -> list[Fact]:
    """Return the facts of the paper as the form gives them."""
    row = document.application
    rules = rules_of(row.round)
    if rules is None:
        return []
    proves = paper_facts(
        rules,
        content_of(row),
        Needed(subject=document.subject, kind=document.kind),
        on=row.round.reference_on,
        starts_on=row.round.starts_on,
    )
    said = []
    for fact in proves:
        typed = request.POST.get(f"says-{fact.subject}|{fact.name}", "")
        if not typed:
            continue
        made = (
            fact
            if fact.facility_id
            else typed_fact(rules, subject=fact.subject, name=fact.name, typed=typed)
        )
        said.append(replace(made, document=str(document.pk)))
    return said


@requires("staff.childcare.application.edit")
@require_POST
def tell(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Write a fact that the family told at a desk into all its applications."""
    row = staff_row(request, application_id, "staff.childcare.application.edit")
    rules = rules_of(row.round)
    name, _of, subject = request.POST.get("fact", "").partition("|")
    try:
        if rules is None:
            return redirect("staff-childcare-application", application_id=row.pk)
        fact = typed_fact(
            rules, subject=_subject(subject, request), name=name,
            typed=request.POST.get("value", ""),
        )  # fmt: skip
        reached = tell_facts(
            row.child.household,
            [fact],
            child=None if is_shared(fact) else row.child,
            papers_of=papers_of,
            told=paper_told(request, request.POST.get("channel", "counter")[:10]),
        )
    except Refusal as refusal:
        messages.error(request, in_words(refusal))
    else:
        messages.success(
            request, _("%(count)s件の申しこみに入れました。") % {"count": len(reached)}
        )
    return redirect("staff-childcare-application", application_id=row.pk)


def _subject(of: str, request: HttpRequest) -> str:
    if of != "guardian":
        return of
    return "guardian:2" if request.POST.get("guardian") == "2" else "guardian:1"
