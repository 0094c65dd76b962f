"""Worked examples: families whose points somebody worked out by hand, never a scorer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from childcare.facts import FactValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """One fact of a worked example; the subject ``facility`` stands for its one facility."""

    subject: str
    name: str
    value: FactValue
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A family whose points were worked out by hand; the further children come after the first."""

    id: str
    origin: str  # official | ours
    children: tuple[tuple[Stated, ...], ...]
    points: tuple[int, int]  # numerator and denominator, half points
    lines: Mapping[str, int]
    note: str = ""
    day: date | None = None
    starts_on: date | None = None
    documents: frozenset[str] = frozenset()
    rank: int | None = None
    left_out: frozenset[str] = frozenset()
    place: str = ""  # where it stands in the file
