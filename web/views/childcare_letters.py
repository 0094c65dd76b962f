"""Letters that the city prints: all of a round, in files of fifty, or one of one child."""

from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from childcare.models import Application, FacilityAnswer, Round
from core import audit, policy
from core.permissions import actor_of
from core.policy_pages import requires
from core.refusals import gettext_noop as _
from web.admission_page import round_title
from web.childcare_result_letters import LetterKind, letters_of, letters_pdf, to_print
from web.views.childcare_applications import pdf_answer
from web.views.staff_childcare import staff_row

A_FILE: Final = 50

_HEAPS: Final = {
    "offered": (LetterKind.RESULT, _("内定"), Q(decisions__outcome="offered")),
    "not_placed": (LetterKind.RESULT, _("保留"), Q(decisions__outcome="not_placed")),
    "held": (LetterKind.RESULT, _("転園保留"), Q(decisions__outcome="held")),
    "seat": (
        LetterKind.SEAT,
        _("空いた席の内定"),
        Q(offers__decision=None, offers__facility_id__isnull=False)
        & ~Q(offers__facility_answer=FacilityAnswer.REFUSED),
    ),
    "admission": (
        LetterKind.ADMISSION,
        _("承諾"),
        Q(state="admitted", offers__answer="accepted"),
    ),
}


def _round(request: HttpRequest, round_id: UUID) -> Round:
    rows = policy.allowed(actor_of(request), "staff.childcare.round.letters", Round.objects.all())
    return get_object_or_404(rows, pk=round_id)


def _heap(request: HttpRequest, round_: Round, name: str) -> QuerySet[Application]:
    """Return whose letters lie in the heap; a family is told once of each thing.

    The letter of a family that is protected from the officer is printed by another one.
    """
    _kind, _title, belongs = _HEAPS[name]
    ids = Application.objects.filter(belongs, round=round_).values("pk")
    rows = Application.objects.filter(pk__in=ids)
    return policy.allowed(actor_of(request), "staff.childcare.application.read", rows)


@requires("staff.childcare.round.letters")
@require_safe
def letters(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Show how many letters there are of each kind, and the files to print."""
    round_ = _round(request, round_id)
    heaps = []
    for name, (_kind, title, _belongs) in _HEAPS.items():
        count = _heap(request, round_, name).count()
        if count:
            files = [
                {"number": at // A_FILE + 1, "first": at + 1, "last": min(at + A_FILE, count)}
                for at in range(0, count, A_FILE)
            ]
            heaps.append({"name": name, "title": gettext(title), "count": count, "files": files})
    page = {"round": round_, "title": round_title(round_), "heaps": heaps}
    return render(request, "web/childcare/admission_letters.html", page)


@requires("staff.childcare.round.letters")
@require_safe
def letter_file(
    request: HttpRequest, round_id: UUID, heap_name: str, file_number: int
) -> HttpResponse:
    """Give one file of a heap, ready for the printer."""
    round_ = _round(request, round_id)
    if heap_name not in _HEAPS or file_number < 1:
        raise Http404
    kind, _title, _belongs = _HEAPS[heap_name]
    first = (file_number - 1) * A_FILE
    rows = list(to_print(_heap(request, round_, heap_name))[first : first + A_FILE])
    if not rows:
        raise Http404
    content = letters_pdf([(row, kind) for row in rows])
    audit.record(
        "childcare.round.letters",
        actor=actor_of(request),
        now=timezone.now(),
        municipality=round_.municipality,
        object_type="round",
        object_id=round_.pk,
        facts={"heap": heap_name, "letters": len(rows)},
    )
    return pdf_answer(content, f"{heap_name}-{file_number}.pdf")


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
