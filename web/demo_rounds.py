"""The demo city's rounds: last year's, closed; this year's, open; one to practise on.

The practice round is past its deadline, so that staff can score and run it at once.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Final

from django.db import transaction

from childcare.admission.slotting import SlotKey, capacities, proposed_slots, set_slots
from childcare.models import Round, RoundKind, RoundState
from childcare.selectors import school_year_of
from core.audit import SYSTEM
from core.refusals import gettext_noop as _
from jp.clock import JST, civil_date, end_of_day

PRACTICE: Final = _("（練習）")
OPEN_DAYS: Final = 24
PRACTICE_CLOSED_DAYS: Final = 2  # ago
FEWER_SEATS: Final = 3  # than the year before, in one class
# Somebody moves away from every class in the end: a seat beside what the rooms give.
LEAVERS_A_CLASS: Final = 1


@transaction.atomic
def prepare_rounds(*, municipality: str, now: datetime) -> None:
    """Make whatever round is not there yet; a second run finds them."""
    if Round.objects.filter(municipality=municipality, is_demo=True).exists():
        return
    today = civil_date(now)
    year = school_year_of(today)
    closed = end_of_day(today - timedelta(days=PRACTICE_CLOSED_DAYS + 1))
    rounds = [
        _make(municipality, year, opens_at=_october(year - 1), closes_at=_december(year - 1)),
        _make(
            municipality,
            year + 1,
            opens_at=min(_october(year), now - timedelta(days=1)),
            closes_at=end_of_day(today + timedelta(days=OPEN_DAYS)),
        ),
        _make(
            municipality,
            year + 1,
            name=PRACTICE,
            opens_at=closed - timedelta(days=45),
            closes_at=closed,
        ),
    ]
    offered: dict[SlotKey, int] = {}
    for round_ in rounds[1:]:
        rooms = capacities(round_)
        offered = {
            slot: min(rooms[slot], seats + (LEAVERS_A_CLASS if slot[1] else 0))
            for slot, seats in proposed_slots(round_).items()
        }
        set_slots(round_, offered, actor=SYSTEM, now=now)
    set_slots(rounds[0], _year_before(rounds[0], offered), actor=SYSTEM, now=now)
    Round.objects.filter(pk=rounds[0].pk).update(state=RoundState.CLOSED)


def _year_before(round_: Round, offered: Mapping[SlotKey, int]) -> dict[SlotKey, int]:
    """Return the same seats as this year's, save for one class: something to see when compared."""
    rooms = capacities(round_)
    seats = {slot: min(number, rooms.get(slot, 0)) for slot, number in offered.items()}
    had_more = next(
        slot for slot in sorted(seats) if seats[slot] + FEWER_SEATS <= rooms.get(slot, 0)
    )
    return {slot: seats[slot] for slot in seats if slot in rooms} | {
        had_more: seats[had_more] + FEWER_SEATS
    }


def _make(
    municipality: str, fiscal_year: int, *, opens_at: datetime, closes_at: datetime, name: str = ""
) -> Round:
    return Round.objects.create(
        municipality=municipality,
        fiscal_year=fiscal_year,
        kind=RoundKind.APRIL,
        starts_on=_april(fiscal_year),
        reference_on=civil_date(closes_at - timedelta(microseconds=1)),
        opens_at=opens_at,
        closes_at=closes_at,
        state=RoundState.REVIEW if name else RoundState.OPEN,
        is_demo=True,
        name=name,
    )


def _april(year: int) -> date:
    return date(year, 4, 1)


def _october(year: int) -> datetime:
    return datetime.combine(date(year, 10, 15), time(9), tzinfo=JST)


def _december(year: int) -> datetime:
    return end_of_day(date(year, 12, 4))
