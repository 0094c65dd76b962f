"""Say whether a place is open at an instant: a pure rule over its week and its exceptions.

Three answers: open, closed, not known. No rule reads a note in words (「祝日の翌日は休み」): the
answer says that there is one, and pages show it beside the answer.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Final

from jp.clock import JST

WEEK: Final = "月火水木金土日"


class OpenState(StrEnum):
    """Whether somebody who goes there now finds it open."""

    OPEN = "open"
    CLOSED = "closed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exceptional:
    """Days on which the week does not hold: each year's ``first``-``last``, or those of ``year``.

    Both ends count; ``last`` before ``first`` runs over the new year. Without times it is closed.
    """

    first: tuple[int, int]
    last: tuple[int, int]
    year: int | None = None  # only this year's
    opens: time | None = None
    closes: time | None = None

    def holds_on(self, day: date) -> bool:
        """Say whether ``day`` is one of these days."""
        if self.year is not None and day.year != self.year:
            return False
        here = (day.month, day.day)
        if self.first <= self.last:
            return self.first <= here <= self.last
        return here >= self.first or here <= self.last

    @property
    def is_closed(self) -> bool:
        """Say whether nothing is open on these days."""
        return self.opens is None or self.closes is None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningHours:
    """A week and its exceptions; ``days`` is of 月火水木金土日, empty where nobody told."""

    days: str = ""
    opens: time | None = None
    closes: time | None = None
    exceptions: tuple[Exceptional, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """The answer at one instant; ``until`` is when it closes, ``has_note`` that words say more."""

    state: OpenState
    until: time | None = None
    has_note: bool = False


def opening_at(hours: OpeningHours, at: datetime) -> Opening:
    """Return whether the place is open at ``at`` (an aware instant)."""
    here = at.astimezone(JST)
    today, clock = here.date(), here.time()
    has_note = bool(hours.note)
    # Hours that run past midnight belong to the day before.
    last_night = _times(hours, today - timedelta(days=1))
    if last_night and last_night[1] <= last_night[0] and clock < last_night[1]:
        return Opening(state=OpenState.OPEN, until=last_night[1], has_note=has_note)
    if not _is_told(hours, today):
        return Opening(state=OpenState.UNKNOWN, has_note=has_note)
    times = _times(hours, today)
    if times and _inside(clock, times):
        return Opening(state=OpenState.OPEN, until=times[1], has_note=has_note)
    return Opening(state=OpenState.CLOSED, has_note=has_note)


def is_open(hours: OpeningHours, at: datetime) -> bool:
    """Say whether the place is surely open at ``at``."""
    return opening_at(hours, at).state is OpenState.OPEN


def covers(hours: OpeningHours, *, begins: time, ends: time, days: Iterable[str]) -> bool | None:
    """Say whether somebody's own hours fit into the week; ``None`` where the week is not known."""
    if hours.opens is None or hours.closes is None or not hours.days:
        return None
    whole_week = set(days) <= set(hours.days)
    return whole_week and hours.opens <= begins and ends <= hours.closes


def _is_told(hours: OpeningHours, day: date) -> bool:
    if any(one.holds_on(day) for one in hours.exceptions):
        return True
    if hours.days and WEEK[day.weekday()] not in hours.days:
        return True
    return bool(hours.days) and hours.opens is not None and hours.closes is not None


def _times(hours: OpeningHours, day: date) -> tuple[time, time] | None:
    """Return when ``day`` opens and closes; ``None`` where it does not open, or nobody told."""
    for one in hours.exceptions:
        if one.holds_on(day):
            if one.opens is None or one.closes is None:
                return None
            if one.year is not None or WEEK[day.weekday()] in (hours.days or WEEK):
                return one.opens, one.closes
            return None
    if WEEK[day.weekday()] not in hours.days or hours.opens is None or hours.closes is None:
        return None
    return hours.opens, hours.closes


def _inside(clock: time, times: tuple[time, time]) -> bool:
    opens, closes = times
    return opens <= clock < closes if opens < closes else clock >= opens


def read_exceptions(stored: Sequence[Mapping[str, Any]]) -> tuple[Exceptional, ...]:
    """Return stored exceptions as values.

    ``{"from": "11-01", "to": "03-31", "opens": "09:00", "closes": "16:00"}`` each year,
    ``{"from": "12-29", "to": "01-03"}`` closed each year, ``{"on": "2026-12-31"}`` closed once.
    ``ValueError`` or ``KeyError`` for anything else.
    """
    found = []
    for one in stored:
        if "on" in one:
            day = date.fromisoformat(one["on"])
            first = last = (day.month, day.day)
            year: int | None = day.year
        else:
            first, last, year = _month_day(one["from"]), _month_day(one["to"]), None
        found.append(
            Exceptional(
                first=first, last=last, year=year,
                opens=time.fromisoformat(one["opens"]) if "opens" in one else None,
                closes=time.fromisoformat(one["closes"]) if "closes" in one else None,
            )
        )  # fmt: skip
    return tuple(found)


def _month_day(text: str) -> tuple[int, int]:
    day = date.fromisoformat(f"2000-{text}")  # a leap year, so that 02-29 may be named
    return day.month, day.day
