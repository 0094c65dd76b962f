"""Print the letters of a round in files: each letter once, whoever prints.

Two officers share the work, and what one of them sees is not what the other sees: a family that is
protected from an officer (支援措置) is missing there, and a seat that is refused leaves its heap.
So a file is not "rows 51 to 100" but what nobody has printed yet, and it is written down which
letters it holds. It can be opened again; nothing of it falls into another one.
"""

from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import F, OuterRef, QuerySet, Subquery

from accounts.models import User
from childcare.models import (
    Application,
    Decision,
    FacilityAnswer,
    LetterHeap,
    LetterRun,
    Offer,
    ParentAnswer,
    PrintedLetter,
    Round,
)
from core import audit
from core.actor import Actor

A_FILE: Final = 50
_DECISIONS: Final = {LetterHeap.OFFERED, LetterHeap.NOT_PLACED, LetterHeap.HELD}


def letters_in(heap: LetterHeap, rows: QuerySet[Application]) -> QuerySet[Any]:
    """Return those of ``rows`` whose letter lies in ``heap``, with ``about``: what it tells."""
    mine = OuterRef("pk")
    told: QuerySet[Any]
    if heap in _DECISIONS:
        told = Decision.objects.filter(application=mine, outcome=heap).order_by("-sent_at", "-pk")
    elif heap == LetterHeap.SEAT:
        told = (
            Offer.objects.filter(application=mine, decision=None)
            .exclude(facility_answer=FacilityAnswer.REFUSED)
            .order_by("-offered_at", "-pk")
        )
    else:
        told = Offer.objects.filter(
            application=mine, application__state="admitted", answer=ParentAnswer.ACCEPTED
        ).order_by("-pk")
    found: QuerySet[Any] = rows.annotate(about=Subquery(told.values("pk")[:1]))
    return found.filter(about__isnull=False)


def not_printed(heap: LetterHeap, rows: QuerySet[Application]) -> QuerySet[Any]:
    """Return those whose letter stands in no file yet, in the order of their numbers."""
    printed = PrintedLetter.objects.filter(heap=heap).values("about")
    found = letters_in(heap, rows).exclude(about__in=printed)
    return found.order_by(F("receipt_number").asc(nulls_last=True), "pk")


def print_next(
    round_: Round,
    heap: LetterHeap,
    rows: QuerySet[Application],
    *,
    waiting: int,
    officer: User,
    actor: Actor,
    now: datetime,
) -> LetterRun | None:
    """Make a file out of what nobody has printed; ``None`` where that is no longer ``waiting``.

    ``rows`` are those that the officer may see, ``waiting`` is how many letters the page showed. A
    second tap says the same number, and so does a page older than a colleague's file: neither
    makes a file that nobody meant.
    """
    with transaction.atomic():
        Round.objects.select_for_update().get(pk=round_.pk)
        found = list(not_printed(heap, rows))
        if not found or len(found) != waiting:
            return None
        letters = found[:A_FILE]
        run = LetterRun.objects.create(round=round_, heap=heap, printed_by=officer, printed_at=now)
        PrintedLetter.objects.bulk_create(
            PrintedLetter(run=run, application=row, heap=heap, about=row.about) for row in letters
        )
        audit.record(
            "childcare.round.letters",
            actor=actor,
            now=now,
            municipality=round_.municipality,
            object_type="round",
            object_id=round_.pk,
            facts={"heap": str(heap), "file": str(run.pk), "letters": len(letters)},
        )
    return run
