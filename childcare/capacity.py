"""Judge the seats that a facility reports: by the legal standards, by last year, by its own word.

Plain rules. Ratios are data (`data/facility_standards.json`), because a prefecture's ordinance may
set stricter ones. Areas are whole hundredths of a square metre and ratios exact fractions: a child
more or less is never a matter of rounding.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Final

STANDARDS: Final = Path(__file__).with_name("data") / "facility_standards.json"
# A class that changes by as much as this is looked at by a person; small classes by seats.
CHANGE_MAX: Final = Fraction(1, 5)
CHANGE_SEATS_MIN: Final = 3
# A facility and a city whose totals fall by more than these: many small slips make one large one.
# In a city of 66 facilities, eight that reported 119 seats too few were noticed after the notices.
FACILITY_CHANGE_MAX: Final = Fraction(1, 10)
TOTAL_CHANGE_MAX: Final = Fraction(1, 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standards:
    """Children a member of staff, and floor a child, by class age."""

    children_per_staff: Mapping[int, int]
    area_per_child: Mapping[int, int]  # hundredths of a square metre
    staff_min: int
    source: str


@lru_cache(maxsize=1)
def national_standards() -> Standards:
    """Return the standards as shipped."""
    data = json.loads(STANDARDS.read_text(encoding="utf-8"))
    return Standards(
        children_per_staff={row["class_age"]: row["children_per_staff"] for row in data["staff"]},
        area_per_child={row["class_age"]: row["area_per_child"] for row in data["floor"]},
        staff_min=data["staff_min"],
        source=data["source"],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassSeats:
    """One class as reported; ``None`` where floor or staff were not told."""

    facility: str
    class_age: int
    seats: int
    area: int | None = None  # hundredths of a square metre
    staff: int | None = None
    group: str | None = None  # of classes that share seats; "" is none, None: nothing was said
    group_seats: int | None = None

    def __post_init__(self) -> None:
        if self.seats < 0 or not 0 <= self.class_age <= 5:  # noqa: PLR2004  classes are 0 to 5
            raise ValueError("a class has age 0 to 5 and no negative seats")


class Concern(StrEnum):
    """Why a person must look before these seats are used."""

    FELL = "fell"
    ROSE = "rose"
    MISSING = "missing"  # there was such a class last year
    TOTAL_FELL = "total-fell"  # of the city
    FLOOR = "floor"  # more seats than the floor allows
    STAFF = "staff"  # more seats than the staff may look after
    NOT_TOLD = "not-told"  # neither floor nor staff can be judged
    GROUPS = "groups"  # the nursery told other groups of classes
    NOT_CONFIRMED = "not-confirmed"  # the facility has not said that it is right


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One concern about one class, or about the city where ``facility`` is empty."""

    concern: Concern
    facility: str = ""
    class_age: int | None = None
    before: int | None = None  # last year's seats, or what the standard allows
    now: int | None = None


def seats_by_floor(class_age: int, area: int, standards: Standards) -> int:
    """Return how many children of a class the floor allows."""
    return area // standards.area_per_child[class_age]


def seats_by_staff(class_age: int, staff: int, standards: Standards) -> int:
    """Return how many children of a class the class's staff may look after."""
    return staff * standards.children_per_staff[class_age]


def staff_needed(seats: Mapping[int, int], standards: Standards) -> int:
    """Return how many members of staff a facility needs for its classes together.

    The exact sum over the classes, rounded up, and never fewer than the least number.
    """
    total = sum(
        (Fraction(count, standards.children_per_staff[age]) for age, count in seats.items()),
        start=Fraction(0),
    )
    return max(standards.staff_min, -(-total.numerator // total.denominator))


def check_standards(rows: Iterable[ClassSeats], standards: Standards) -> list[Finding]:
    """Return each class with more seats than its floor or staff allow, or that cannot be judged."""
    findings = []
    for row in rows:
        if row.seats and row.area is None and row.staff is None:
            findings.append(_finding(Concern.NOT_TOLD, row, None))
        if row.area is not None:
            allowed = seats_by_floor(row.class_age, row.area, standards)
            if row.seats > allowed:
                findings.append(_finding(Concern.FLOOR, row, allowed))
        if row.staff is not None:
            allowed = seats_by_staff(row.class_age, row.staff, standards)
            if row.seats > allowed:
                findings.append(_finding(Concern.STAFF, row, allowed))
    return findings


def _finding(concern: Concern, row: ClassSeats, before: int | None) -> Finding:
    return Finding(
        concern=concern,
        facility=row.facility,
        class_age=row.class_age,
        before=before,
        now=row.seats,
    )


def reconcile(last: Sequence[ClassSeats], now: Sequence[ClassSeats]) -> list[Finding]:
    """Return what changed from last year's seats by more than slips and births explain.

    Each class is compared with itself, each facility's total and the city's with last year's: a
    file in which many classes are a seat or two short looks harmless class by class.
    """
    before = {(row.facility, row.class_age): row.seats for row in last}
    after = {(row.facility, row.class_age): row.seats for row in now}
    findings = [
        Finding(concern=Concern.MISSING, facility=key[0], class_age=key[1], before=seats, now=None)
        for key, seats in sorted(before.items())
        if seats and key not in after
    ]
    for key in sorted(before.keys() & after.keys()):
        change = after[key] - before[key]
        if abs(change) >= CHANGE_SEATS_MIN and abs(change) > CHANGE_MAX * before[key]:
            concern = Concern.FELL if change < 0 else Concern.ROSE
            findings.append(
                Finding(
                    concern=concern,
                    facility=key[0],
                    class_age=key[1],
                    before=before[key],
                    now=after[key],
                )
            )
    findings += _fallen_facilities(before, after)
    total_before, total_after = sum(before.values()), sum(after.values())
    if total_before - total_after > TOTAL_CHANGE_MAX * total_before:
        findings.insert(
            0, Finding(concern=Concern.TOTAL_FELL, before=total_before, now=total_after)
        )
    return findings


def _fallen_facilities(
    before: Mapping[tuple[str, int], int], after: Mapping[tuple[str, int], int]
) -> list[Finding]:
    """Return the facilities whose seats together fell by too much, class by class unnoticed."""
    totals: dict[str, tuple[int, int]] = {}
    for key in before.keys() | after.keys():
        old, new = totals.get(key[0], (0, 0))
        totals[key[0]] = old + before.get(key, 0), new + after.get(key, 0)
    return [
        Finding(concern=Concern.FELL, facility=facility, before=old, now=new)
        for facility, (old, new) in sorted(totals.items())
        if old - new > FACILITY_CHANGE_MAX * old
    ]
