"""What an installation does once a night: each room registers its work, one command does it all.

Every work may run at any hour, and a second run finds nothing left to do; so a night that was
missed, or run twice, costs nothing. One that fails stops no other.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class NightlyWork:
    """One thing to do, and what it did in words for the log of the city's IT staff.

    ``run`` gets the time of the run and returns counts by name, never anything of a person.
    """

    name: str  # kebab-case, room first: childcare-visits
    what: str  # one English sentence for `manage.py nightly --list`
    run: Callable[[datetime], dict[str, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one work ended: ``counts`` where it did, ``failure`` (the error's class) where not."""

    work: NightlyWork
    counts: dict[str, int] | None = None
    failure: str = ""


_works: dict[str, NightlyWork] = {}


def every_night(work: NightlyWork) -> None:
    """Add a room's work; called once by its ``AppConfig.ready()``."""
    if work.name in _works:
        raise ValueError(f"registered twice: {work.name}")
    _works[work.name] = work


def nightly_works() -> Sequence[NightlyWork]:
    """Return all works in the order of registration: lower rooms first."""
    return tuple(_works.values())


def work_of_the_night(works: Sequence[NightlyWork], *, now: datetime) -> Iterator[Outcome]:
    """Do each work in turn and say how it ended."""
    for work in works:
        try:
            yield Outcome(work=work, counts=work.run(now))
        except Exception as exc:  # the next room's work must not wait for a mended one
            log.exception("nightly work failed: %s", work.name)
            yield Outcome(work=work, failure=type(exc).__name__)
