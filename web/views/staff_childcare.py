"""The staff's queue of applications, and one application: papers, differences, two checks."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_POST, require_safe

from childcare.applying.content import differences, fields_of
from childcare.applying.content_rules import class_age_in
from childcare.applying.deadlines import days_left, last_day
from childcare.applying.round_rules import rules_of
from childcare.applying.states import BEFORE_SELECTION
from childcare.applying.verification import PEOPLE, check_version, checks_left
from childcare.applying.versions import Told, content_of, version_content
from childcare.models import Application, Channel, Consultation, DocumentState
from core import audit, policy
from core.ids import normal_reference
from core.permissions import actor_of
from core.policy_pages import requires
from core.refusals import Refusal, gettext_noop as _noop
from web.childcare_result_letters import letter_links
from web.childcare_staff_words import (
    check_rows,
    chosen_fact,
    document_rows,
    group_by_deadline,
    tellable_facts,
)
from web.childcare_words import wording_of
from web.refusal_words import in_words

A_PAGE = 20
_LACKING = (DocumentState.MISSING, DocumentState.DEFICIENT)
_TABS = ("review", "papers", "second", "done")


@requires("staff.childcare.application.list")
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Show what waits, the nearest deadline first, with the papers that are missing by name."""
    tab = request.GET.get("tab", "review")
    tab = tab if tab in _TABS else "review"
    found = request.GET.get("q", "").strip()
    rows = _searched(request, found) if found else _tab(request, tab)
    pages = Paginator(rows, A_PAGE)
    page = pages.get_page(request.GET.get("page"))
    language = get_language() or "ja"
    shown = [_queue_row(row, language) for row in page.object_list]
    context = {
        "tabs": [
            {
                "address": f"?tab={name}",
                "label": _(_TAB_WORDS[name]),
                "count": _tab(request, name).count(),
                "is_current": name == tab and not found,
            }
            for name in _TABS
        ],
        "groups": group_by_deadline(shown, now=timezone.now()),
        "page": page,
        "tab": tab,
        "found": found,
        "has_next": tab != "done" and not found and bool(shown),
    }
    return render(request, "web/staff/childcare_queue.html", context)


_TAB_WORDS = {
    "review": _noop("審査待ち"),
    "papers": _noop("書類待ち"),
    "second": _noop("2人めの確認"),
    "done": _noop("済み"),
}


def _all(request: HttpRequest, action: str) -> QuerySet[Application]:
    rows = Application.objects.select_related(
        "round__rule_set", "child__household", "current"
    ).order_by("round__closes_at", "submitted_at", "pk")
    return policy.allowed(actor_of(request), action, rows)


def _tab(request: HttpRequest, tab: str) -> QuerySet[Application]:
    """Return the applications of one tab; ``second`` are those one other person has checked."""
    rows = _all(request, "staff.childcare.application.read").exclude(state="draft")
    counted = rows.annotate(
        agreed=Count("current__checks", filter=Q(current__checks__agrees=True), distinct=True)
    )
    match tab:
        case "papers":
            return rows.filter(state="documents_missing")
        case "second":
            return counted.filter(state="under_review", agreed=PEOPLE - 1)
        case "done":
            return rows.exclude(state__in=BEFORE_SELECTION - {"verified"})
        case _:
            return counted.filter(state__in=("submitted", "under_review"), agreed=0)


def _searched(request: HttpRequest, typed: str) -> QuerySet[Application]:
    """Find by the receipt number alone: names never stand in an address."""
    rows = _all(request, "staff.childcare.application.read")
    return rows.filter(receipt_number=normal_reference(typed) or typed)


def _queue_row(row: Application, language: str) -> dict[str, Any]:
    words = wording_of(rules_of(row.round), language, content_of(row))
    missing = [words.paper(one) for one in row.documents.all() if one.state in _LACKING]
    wishes = row.current.preferences if row.current else []
    return {
        "row": row,
        "name": row.child.name,
        "age": class_age_in(row.child.birth_date, school_year=row.round.fiscal_year),
        "first_wish": words.names.get(wishes[0], "") if wishes else "",
        "missing": missing,
        "due": last_day(row.round),
    }


@requires("staff.childcare.application.check")
@require_safe
def next_one(request: HttpRequest) -> HttpResponse:
    """Lead to the next application that the caller may look at."""
    mine = actor_of(request).user_id
    for tab in ("second", "review"):
        rows = _tab(request, tab).exclude(current__checks__checker_id=mine)
        first = rows.exclude(documents__state__in=_LACKING).first()
        if first is not None:
            return redirect("staff-childcare-application", application_id=first.pk)
    messages.success(request, _("いま審査できる申しこみは ありません。"))
    return redirect("staff-childcare-applications")


def staff_row(request: HttpRequest, application_id: UUID, action: str) -> Application:
    """Return an application on which the caller may do ``action``; others answer 404."""
    return get_object_or_404(_all(request, action), pk=application_id)


@requires("staff.childcare.application.read")
@require_safe
def application(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Show one application with its papers, what changed, and who checked. Reading is audited."""
    row = staff_row(request, application_id, "staff.childcare.application.read")
    now = timezone.now()
    audit.record(
        "childcare.application.read", actor=actor_of(request), now=now,
        municipality=row.municipality, object_type="application", object_id=row.pk,
        subject=row.child.household.applicant_id,
    )  # fmt: skip
    page = _page(row, tell=request.GET.get("tell", ""), now=now)
    return render(request, "web/staff/childcare_application.html", page)


def _page(row: Application, *, tell: str, now: Any) -> dict[str, Any]:
    language = get_language() or "ja"
    rules, content = rules_of(row.round), content_of(row)
    versions = list(row.versions.select_related("entered_by").order_by("-number"))
    before = version_content(versions[1]) if len(versions) > 1 else None
    words = wording_of(rules, language, content, *([before] if before else []))
    checks = list(row.current.checks.select_related("checker")) if row.current else []
    return {
        "row": row,
        "age": class_age_in(row.child.birth_date, school_year=row.round.fiscal_year),
        "fields": check_rows(words, content),
        "changed": [words.difference(one) for one in differences(before, content)]
        if before is not None
        else [],
        "documents": document_rows(row, words, rules, content),
        "versions": versions,
        "checks": [
            {
                "row": one,
                "found": [
                    {
                        "field": words.field(found["subject"], found["name"]),
                        "entered": words.said(found["subject"], found["name"], found["entered"]),
                        "read": words.said(found["subject"], found["name"], found["read"]),
                    }
                    for found in one.differences
                ],
            }
            for one in checks
        ],
        "left": checks_left(row),
        "may_check": row.state in BEFORE_SELECTION and row.state != "verified",
        "may_tell": row.state in BEFORE_SELECTION,
        "facts": tellable_facts(words),
        "telling": chosen_fact(words, tell),
        "until": last_day(row.round),
        "days": days_left(row.round, now=now),
        "certifications": row.child.certifications.order_by("-valid_from", "-issued_at"),
        "letters": letter_links(row),
        "consultation": Consultation.objects.filter(application=row).first(),
        "siblings": Application.objects.filter(
            child__household_id=row.child.household_id, round=row.round
        ).exclude(pk=row.pk),
    }


@requires("staff.childcare.application.check")
@require_POST
def check(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Record that the caller held the newest version against its papers."""
    row = staff_row(request, application_id, "staff.childcare.application.check")
    content = content_of(row)
    read = {}
    for number, key in enumerate(fields_of(content)):
        said = request.POST.get(f"read-{number}", "").strip()
        if said:
            read[key] = said
    try:
        found = check_version(
            row, if_match=revision_of(request), read=read, told=paper_told(request)
        )
    except Refusal as refusal:
        messages.error(request, in_words(refusal))
        return redirect("staff-childcare-application", application_id=row.pk)
    if found.agrees:
        messages.success(request, _("確認を記録しました。"))
        return redirect("staff-childcare-next")
    messages.success(
        request, _("ちがうところを記録しました。申しこみを直すと、2人がもう一度確認します。")
    )
    return redirect("staff-childcare-application", application_id=row.pk)


def paper_told(request: HttpRequest, channel: str = Channel.PAPER) -> Told:
    """Return the caller as who says what a paper or a person says."""
    return Told(channel=channel, actor=actor_of(request), now=timezone.now())


def revision_of(request: HttpRequest) -> int | None:
    """Return the revision that the page was made from."""
    try:
        return int(request.POST.get("revision", ""))
    except ValueError:
        return None
