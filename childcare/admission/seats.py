"""The seats of a round beside what the facilities confirmed and beside last year's."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.db.models import Sum

from childcare.models import ClassCapacity, Facility, Round, Slot

# A class that lost so many seats, or a third of them, against last year's round is looked at.
FEWER_SEATS_ASKED: Final = 3
FEWER_PERCENT_ASKED: Final = 34


class Why(StrEnum):
    """What is asked about a class."""

    NOT_CONFIRMED = "not_confirmed"  # the facility has not said that its number is right
    MORE_THAN_CAPACITY = "more_than_capacity"  # more seats offered than the class has
    FEWER_THAN_LAST_YEAR = "fewer_than_last_year"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One class about which somebody has to say that it is right."""

    facility: Facility
    class_age: int
    why: Why
    offered: int
    compared_with: int


def open_questions(round_: Round) -> list[Question]:
    """Return the classes that nobody has confirmed; an outlier is one until it is confirmed."""
    capacity = {
        (row.facility_id, row.class_age): row
        for row in ClassCapacity.objects.filter(
            fiscal_year=round_.fiscal_year, facility__municipality=round_.municipality
        )
    }
    found = []
    for slot in _slots(round_):
        row = capacity.get((slot.facility_id, slot.class_age))
        if row is None or row.confirmed_at is None:
            found.append(_question(slot, Why.NOT_CONFIRMED, 0 if row is None else row.seats))
        elif slot.offered > row.seats:
            found.append(_question(slot, Why.MORE_THAN_CAPACITY, row.seats))
    return found


def outliers(round_: Round) -> list[Question]:
    """Return the classes far below last year's round, for two people to look at."""
    before = _last_year(round_)
    found = []
    for slot in _slots(round_):
        was = before.get((slot.facility_id, slot.class_age), 0)
        fewer = was - slot.offered
        if fewer >= FEWER_SEATS_ASKED or (fewer > 0 and fewer * 100 >= was * FEWER_PERCENT_ASKED):
            found.append(_question(slot, Why.FEWER_THAN_LAST_YEAR, was))
    return found


def _slots(round_: Round) -> list[Slot]:
    return list(
        Slot.objects.filter(round=round_)
        .select_related("facility__place")
        .order_by("facility__place__name", "class_age")
    )


def _question(slot: Slot, why: Why, compared_with: int) -> Question:
    return Question(
        facility=slot.facility,
        class_age=slot.class_age,
        why=why,
        offered=slot.offered,
        compared_with=compared_with,
    )


def _last_year(round_: Round) -> Mapping[tuple[UUID, int], int]:
    rows = (
        Slot.objects.filter(
            round__municipality=round_.municipality,
            round__fiscal_year=round_.fiscal_year - 1,
            round__kind=round_.kind,
        )
        .values_list("facility_id", "class_age")
        .annotate(seats=Sum("offered"))
    )
    return {(facility, age): seats for facility, age, seats in rows}
