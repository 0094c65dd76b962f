"""When one is where on a course: plain times added up. Opening hours are asked elsewhere."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time
from typing import Final

_DAY_MINUTES: Final = 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One stop: minutes on the way from the stop before, and minutes there."""

    travel_minutes: int
    stay_minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """When one arrives and leaves, in Japan."""

    arrives: time
    leaves: time


class CourseTooLong(ValueError):
    """The course would not end on the day it begins."""


def timetable(starts: time, legs: Iterable[Leg]) -> list[Visit]:
    """Return the visit of each leg; raise :class:`CourseTooLong` where midnight passes."""
    minutes = starts.hour * 60 + starts.minute
    visits = []
    for leg in legs:
        arrives = minutes + leg.travel_minutes
        minutes = arrives + leg.stay_minutes
        if minutes >= _DAY_MINUTES:
            raise CourseTooLong
        visits.append(Visit(arrives=_time(arrives), leaves=_time(minutes)))
    return visits


def _time(minutes: int) -> time:
    return time(minutes // 60, minutes % 60)
