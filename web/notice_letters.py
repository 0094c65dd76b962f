"""Notices for people who want a letter: printed in one run, and then they count as sent.

A letter says that there is news and how to read it, with a phone or at the counter; never what
the news is: whoever opens the letter box may be somebody else.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string

from accounts.models import Person
from accounts.people_search import people_open_to
from core import audit
from core.actor import Actor
from core.models import NoticeChannel, NoticeDelivery
from core.pdf import pdf_ua
from core.print_fonts import print_font
from jp.clock import civil_date
from jp.eras import in_words


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterRun:
    """A printed run: how many letters, and whose name or address no font here can print."""

    letters: int
    by_hand: Sequence[str]


def print_letters(
    municipality: str, *, write: Callable[[bytes], object], actor: Actor, now: datetime
) -> LetterRun:
    """Print a letter for each person who waits for one, and ``write`` the PDF.

    Several notices of a person are one letter. Whoever is protected from the officer (支援措置)
    goes on waiting, for another officer. What has to be written by hand stays waiting, and so
    does everything where ``write`` fails.
    """
    font = print_font()
    with transaction.atomic():
        waiting = list(
            NoticeDelivery.objects.select_for_update(of=("self",))
            .filter(
                channel=NoticeChannel.LETTER,
                sent_at__isnull=True,
                gave_up_at__isnull=True,
                notice__municipality=municipality,
            )
            .select_related("notice")
            .order_by("pk")
        )
        people = people_open_to(actor, "staff.person.read").filter(
            pk__in={one.notice.person_id for one in waiting}
        )
        readers = list(people.order_by("pk"))
        by_hand = [one for one in readers if font.missing_from(one.name + one.address)]
        printable = [one for one in readers if one not in by_hand]
        if printable:
            write(_render(printable, font=font.family, now=now))
        printed = {person.pk for person in printable}
        NoticeDelivery.objects.filter(
            pk__in=[one.pk for one in waiting if one.notice.person_id in printed]
        ).update(sent_at=now)
        audit.record(
            "notice.letters-printed",
            actor=actor,
            now=now,
            municipality=municipality,
            object_type="print-run",
            facts={"printed": len(printable)},
        )
    return LetterRun(letters=len(printable), by_hand=[str(one.pk) for one in by_hand])


def _render(people: Sequence[Person], *, font: str, now: datetime) -> bytes:
    page = render_to_string(
        "web/print/notice_letters.html",
        {
            "font": font,
            "made_on": in_words(civil_date(now)),
            "address": settings.PUBLIC_URL,
            "letters": [{"name": one.name, "address": one.address} for one in people],
        },
    )
    return pdf_ua(page)
