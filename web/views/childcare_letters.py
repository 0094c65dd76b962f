"""Letters that the city prints: all of a round, in files of fifty, or one of one child."""

from typing import Final, cast
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from childcare.models import Application, LetterHeap, LetterRun, PrintedLetter, Round
from childcare.placing.letter_runs import A_FILE, not_printed, print_next
from core import audit, policy
from core.permissions import actor_of
from core.policy_pages import requires
from core.refusals import gettext_noop as _
from web.admission_page import round_title
from web.childcare_result_letters import LetterKind, letters_of, letters_pdf, to_print
from web.views.childcare_applications import pdf_answer
from web.views.staff_childcare import staff_row

_HEAPS: Final = {
    LetterHeap.OFFERED: (LetterKind.RESULT, _("内定")),
    LetterHeap.NOT_PLACED: (LetterKind.RESULT, _("保留")),
    LetterHeap.HELD: (LetterKind.RESULT, _("転園保留")),
    LetterHeap.SEAT: (LetterKind.SEAT, _("空いた席の内定")),
    LetterHeap.ADMISSION: (LetterKind.ADMISSION, _("承諾")),
}


def _round(request: HttpRequest, round_id: UUID) -> Round:
    rows = policy.allowed(actor_of(request), "staff.childcare.round.letters", Round.objects.all())
    return get_object_or_404(rows, pk=round_id)


def _rows(request: HttpRequest, round_: Round) -> QuerySet[Application]:
    """Return the applications whose letters the officer may print.

    The letter of a family that is protected from the officer is printed by another one.
    """
    rows = Application.objects.filter(round=round_)
    return policy.allowed(actor_of(request), "staff.childcare.application.read", rows)


def _heap(name: str) -> LetterHeap:
    if name not in LetterHeap.values:
        raise Http404
    return LetterHeap(name)


@requires("staff.childcare.round.letters")
@require_safe
def letters(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Show how many letters nobody has printed yet, and the files that were printed."""
    round_ = _round(request, round_id)
    rows = _rows(request, round_)
    seen = LetterRun.objects.filter(round=round_).select_related("printed_by")
    runs = seen.annotate(
        count=Count("letters", filter=Q(letters__application__in=rows.values("pk")))
    ).filter(count__gt=0)
    heaps = []
    for heap, (_kind, title) in _HEAPS.items():
        waiting = not_printed(heap, rows).count()
        files = [run for run in runs if run.heap == heap]
        if waiting or files:
            heaps.append(
                {
                    "name": heap.value,
                    "title": gettext(title),
                    "waiting": waiting,
                    "next": min(waiting, A_FILE),
                    "files": files,
                }
            )
    page = {"round": round_, "title": round_title(round_), "heaps": heaps}
    return render(request, "web/childcare/admission_letters.html", page)


@requires("staff.childcare.round.letters")
@require_POST
def letter_print(request: HttpRequest, round_id: UUID, heap_name: str) -> HttpResponse:
    """Make the next file of a heap: up to fifty letters that nobody has printed."""
    round_, heap = _round(request, round_id), _heap(heap_name)
    waiting = request.POST.get("waiting", "")
    run = print_next(
        round_,
        heap,
        _rows(request, round_),
        waiting=int(waiting) if waiting.isdecimal() else 0,
        officer=cast("User", request.user),
        actor=actor_of(request),
        now=timezone.now(),
    )
    if run is None:
        messages.info(
            request, gettext("まだ印刷していない数が変わりました。もう一度見てください。")
        )
    else:
        messages.success(request, gettext("ファイルを作りました。開いて印刷してください。"))
    return redirect("staff-admission-letters", round_id=round_.pk)


@requires("staff.childcare.round.letters")
@require_safe
def letter_file(request: HttpRequest, round_id: UUID, letter_run_id: UUID) -> HttpResponse:
    """Give one file, ready for the printer; it may be opened again."""
    round_ = _round(request, round_id)
    run = get_object_or_404(LetterRun, round=round_, pk=letter_run_id)
    kind, _title = _HEAPS[LetterHeap(run.heap)]
    ids = PrintedLetter.objects.filter(run=run).values("application")
    rows = to_print(_rows(request, round_).filter(pk__in=ids))
    there = [(row, kind) for row in rows if kind in letters_of(row)]
    if not there:
        raise Http404
    content = letters_pdf(there)
    audit.record(
        "childcare.round.letters-opened",
        actor=actor_of(request),
        now=timezone.now(),
        municipality=round_.municipality,
        object_type="round",
        object_id=round_.pk,
        facts={"heap": run.heap, "file": str(run.pk), "letters": len(there)},
    )
    return pdf_answer(content, f"{run.heap}.pdf")


@requires("staff.childcare.application.read")
@require_safe
def staff_letter(request: HttpRequest, application_id: UUID, letter_kind: str) -> HttpResponse:
    """Give one letter of one child, for the counter or to send again."""
    row = staff_row(request, application_id, "staff.childcare.application.read")
    if letter_kind not in letters_of(row):
        raise Http404
    content = letters_pdf([(row, LetterKind(letter_kind))])
    audit.record(
        "childcare.letter.print",
        actor=actor_of(request),
        now=timezone.now(),
        municipality=row.municipality,
        object_type="application",
        object_id=row.pk,
        facts={"letter": letter_kind},
        subject=row.child.household.applicant_id,
    )
    return pdf_answer(content, f"{letter_kind}.pdf")
