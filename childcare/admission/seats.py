"""The seats of a round beside what the facilities confirmed, the standards and last year's."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from childcare.capacity import (
    ClassSeats,
    Concern,
    Finding,
    check_standards,
    national_standards,
    reconcile,
)
from childcare.models import ClassCapacity, Facility, Round, RoundKind, Slot


class Why(StrEnum):
    """What is asked about a class."""

    NOT_CONFIRMED = "not_confirmed"  # the facility has not said that its number is right
    MORE_THAN_CAPACITY = "more_than_capacity"  # more seats offered than the class has
    AGAINST_STANDARDS = "against_standards"  # more than its floor or its staff allow (香芝 2025)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One class about which somebody has to say that it is right."""

    facility: Facility
    class_age: int
    why: Why
    offered: int
    compared_with: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlier:
    """One class far from last year's round; ``class_age`` is empty for a whole facility."""

    facility: Facility
    class_age: int | None
    was: int
    now: int


def open_questions(round_: Round) -> list[Question]:
    """Return the classes whose seats cannot be used as they are."""
    capacity = {
        (row.facility_id, row.class_age): row
        for row in ClassCapacity.objects.filter(
            fiscal_year=round_.fiscal_year, facility__municipality=round_.municipality
        )
    }
    found = []
    for slot in _slots(round_):
        row = capacity.get((slot.facility_id, slot.class_age))
        why = _why(slot, row)
        if why is not None:
            found.append(
                Question(
                    facility=slot.facility,
                    class_age=slot.class_age,
                    why=why,
                    offered=slot.offered,
                    compared_with=0 if row is None else row.seats,
                )
            )
    return found


def _why(slot: Slot, row: ClassCapacity | None) -> Why | None:
    if row is None or row.confirmed_at is None:
        return Why.NOT_CONFIRMED
    if slot.offered > row.seats:
        return Why.MORE_THAN_CAPACITY
    told = ClassSeats(
        facility=str(row.facility_id),
        class_age=row.class_age,
        seats=row.seats,
        area=row.area_dm2,
        staff=row.staff,
    )
    broken = {one.concern for one in check_standards([told], national_standards())}
    return Why.AGAINST_STANDARDS if broken & {Concern.FLOOR, Concern.STAFF} else None


def outliers(round_: Round) -> list[Outlier]:
    """Return the classes and facilities far from last year's round (豊橋 2024).

    A class that is not offered at all has no seats now: what a file left out is missed most. What
    a later month offers is what came free, and no month is like another.
    """
    if round_.kind != RoundKind.APRIL:
        return []
    slots, last = _slots(round_), _last_year(round_)
    if not last:
        return []
    facilities = {str(slot.facility_id): slot.facility for slot in (*last, *slots)}
    found = reconcile([_seats(slot) for slot in last], [_seats(slot) for slot in slots])
    return [_outlier(one, facilities) for one in found if one.facility]


def _outlier(one: Finding, facilities: Mapping[str, Facility]) -> Outlier:
    return Outlier(
        facility=facilities[one.facility],
        class_age=one.class_age,
        was=one.before or 0,
        now=one.now or 0,
    )


def _seats(slot: Slot) -> ClassSeats:
    return ClassSeats(facility=str(slot.facility_id), class_age=slot.class_age, seats=slot.offered)


def _slots(round_: Round) -> list[Slot]:
    return list(
        Slot.objects.filter(round=round_)
        .select_related("facility__place")
        .order_by("facility__place__name", "class_age")
    )


def _last_year(round_: Round) -> list[Slot]:
    return list(
        Slot.objects.filter(
            round__municipality=round_.municipality,
            round__fiscal_year=round_.fiscal_year - 1,
            round__kind=round_.kind,
        )
        .select_related("facility__place")
        .order_by("facility__place__name", "class_age")
    )
