"""Seats that came free after a round, and who waits for them, in the order of the round.

A free seat is offered to one child: the slot is locked before its seats are counted, so that two
members of staff cannot give the same seat twice.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from childcare.applying.content_rules import class_age_in
from childcare.applying.states import ApplicationState, demand_move
from childcare.applying.versions import Told
from childcare.models import (
    Application,
    FacilityAnswer,
    Offer,
    ParentAnswer,
    Round,
    Scorer,
    ScoreSheet,
    Slot,
)
from childcare.placing.refusals import OutOfTurn, SeatTaken
from core import audit, outbox


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeSeats:
    """One class with seats that nobody has."""

    slot: Slot
    free: int
    declined: int  # of them by a family's or a nursery's word after the notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One child that waits for a class, with its wish."""

    application: Application
    wish_rank: int


def free_seats(round_: Round) -> list[FreeSeats]:
    """Return the classes with free seats, the nursery's name first, then the age."""
    slots = (
        Slot.objects.filter(round=round_)
        .select_related("facility__place")
        .order_by("facility__place__name", "facility_id", "class_age")
    )
    offers = _offers_by_class(round_)
    rooms = _Rooms(slots, offers)
    found = []
    for slot in slots:
        here = offers.get((slot.facility_id, slot.class_age), [])
        free = rooms.free(slot)
        if free > 0:
            declined = sum(1 for one in here if not _is_live(one))
            found.append(FreeSeats(slot=slot, free=free, declined=declined))
    return found


def free_in_groups(round_: Round) -> dict[tuple[UUID, str], int]:
    """Return the seats that each group of classes has left: (facility, group) -> seats."""
    return _Rooms(Slot.objects.filter(round=round_), _offers_by_class(round_)).left_in_groups()


def waiting_for(slot: Slot) -> list[Waiting]:
    """Return who wished for this class and has no seat, best score first.

    The order is that of the round's first score sheets; who has none comes last. A child that
    this nursery could not take is not sent there again.
    """
    rows = (
        Application.objects.filter(
            round_id=slot.round_id,
            state=ApplicationState.NOT_PLACED,
            preferences__facility_id=slot.facility_id,
        )
        .exclude(pk__in=_refused_by(slot))
        .select_related("child", "round")
        .prefetch_related("preferences")
    )
    year = slot.round.fiscal_year
    waiting = [
        Waiting(application=row, wish_rank=_wish(row, slot.facility_id))
        for row in rows
        if class_age_in(row.child.birth_date, school_year=year) == slot.class_age
    ]
    sheets = _sheets(slot, [one.application.pk for one in waiting])
    return sorted(waiting, key=lambda one: _order(sheets.get(one.application.pk)))


def _refused_by(slot: Slot) -> QuerySet[Offer, Any]:
    return Offer.objects.filter(
        application__round_id=slot.round_id,
        facility_id=slot.facility_id,
        facility_answer=FacilityAnswer.REFUSED,
    ).values("application_id")


def offer_free_seat(
    slot: Slot, application: Application, *, answer_by: datetime, told: Told, reason: str = ""
) -> Offer:
    """Offer a free seat to a child that waits; raise :class:`SeatTaken` where none is free.

    Who does not stand first gets it with a ``reason`` only: else :class:`OutOfTurn`.
    """
    with transaction.atomic():
        group = _lock_group(slot)
        locked = next(one for one in group if one.pk == slot.pk)
        row = Application.objects.select_for_update().get(pk=application.pk)
        if _Rooms(group, _offers_by_class(locked.round)).free(locked) <= 0:
            raise SeatTaken
        line = [one.application.pk for one in waiting_for(locked)]
        is_first = line[:1] == [row.pk]
        if not is_first and not reason.strip():
            raise OutOfTurn
        row.state = demand_move(row.state, ApplicationState.OFFERED)
        row.revision += 1
        row.save(update_fields=["state", "revision"])
        offer = Offer.objects.create(
            application=row,
            facility_id=locked.facility_id,
            class_age=locked.class_age,
            offered_at=told.now,
            answer_by=answer_by,
            out_of_turn=None if is_first else reason.strip(),
        )
        _tell(offer, told=told)
    return offer


def _tell(offer: Offer, *, told: Told) -> None:
    row = offer.application
    audit.record(
        "childcare.offer.free_seat",
        actor=told.actor,
        now=told.now,
        municipality=row.municipality,
        object_type="application",
        object_id=row.pk,
        facts={"offer": str(offer.pk), "out_of_turn": int(bool(offer.out_of_turn))},
        subject=row.child.household.applicant_id,
    )
    if row.child.household.applicant_id is not None:
        outbox.put_notice(
            municipality=row.municipality,
            person_id=row.child.household.applicant_id,
            kind="childcare.offer",
            link=f"/childcare/applications/{row.pk}/",
            dedupe_key=f"childcare.offer:{offer.pk}:offered",
            now=told.now,
        )


def _offers_by_class(round_: Round) -> dict[tuple[UUID, int], list[Offer]]:
    found: dict[tuple[UUID, int], list[Offer]] = {}
    rows = Offer.objects.filter(application__round=round_).select_related("application")
    for offer in rows:
        found.setdefault((offer.facility_id, offer.class_age), []).append(offer)
    return found


def _lock_group(slot: Slot) -> list[Slot]:
    """Lock this class and every one that shares seats with it, in one order."""
    of_group = Q(
        round_id=slot.round_id, facility_id=slot.facility_id, shared_group=slot.shared_group
    )
    return list(
        Slot.objects.select_for_update()
        .filter(of_group if slot.shared_group else Q(pk=slot.pk))
        .order_by("pk")
    )


class _Rooms:
    """How many seats are left in a class, and in the group whose seats it shares."""

    def __init__(self, slots: Iterable[Slot], offers: Mapping[tuple[UUID, int], list[Offer]]):
        self._left: dict[UUID, int] = {}
        self._left_in_group: dict[tuple[UUID, str], int] = {}
        for slot in slots:
            here = offers.get((slot.facility_id, slot.class_age), [])
            taken = sum(1 for one in here if _takes_seat(one, slot))
            leaving = _leaving(slot)
            self._left[slot.pk] = slot.offered + leaving - taken
            if slot.shared_seats is not None:
                group = slot.facility_id, slot.shared_group
                self._left_in_group.setdefault(group, slot.shared_seats)
                self._left_in_group[group] += leaving - taken

    def left_in_groups(self) -> dict[tuple[UUID, str], int]:
        """Return what is left of the seats that classes share, never below 0."""
        return {group: max(0, left) for group, left in self._left_in_group.items()}

    def free(self, slot: Slot) -> int:
        """Return the free seats of a class; below 0 where too many were given."""
        left = self._left[slot.pk]
        return min(left, self._left_in_group.get((slot.facility_id, slot.shared_group), left))


def _is_live(offer: Offer) -> bool:
    return (
        offer.answer in (ParentAnswer.WAITING, ParentAnswer.ACCEPTED)
        and offer.facility_answer != FacilityAnswer.REFUSED
    )


def _takes_seat(offer: Offer, slot: Slot) -> bool:
    """A child that was here already sits on its own seat, not on an offered one."""
    return _is_live(offer) and offer.application.held_facility_id != slot.facility_id


def _leaving(slot: Slot) -> int:
    """Return how many seats transfers leave."""
    leaving = Application.objects.filter(
        Q(offers__answer__in=(ParentAnswer.WAITING, ParentAnswer.ACCEPTED)),
        ~Q(offers__facility_answer=FacilityAnswer.REFUSED),
        ~Q(offers__facility_id=slot.facility_id),
        round_id=slot.round_id,
        held_facility_id=slot.facility_id,
        offers__class_age=slot.class_age,
    )
    return leaving.distinct().count()


def _wish(row: Application, facility_id: UUID) -> int:
    return next(one.rank for one in row.preferences.all() if one.facility_id == facility_id)


def _sheets(slot: Slot, applications: Sequence[UUID]) -> dict[UUID, ScoreSheet]:
    """Return the first scorer's sheet of each; the one of this facility where there is one."""
    rows = ScoreSheet.objects.filter(
        Q(facility_id=slot.facility_id) | Q(facility__isnull=True),
        round_id=slot.round_id,
        scorer=Scorer.FIRST,
        application_id__in=applications,
    ).defer("lines", "left_out")
    found: dict[UUID, ScoreSheet] = {}
    for sheet in rows:
        if sheet.facility_id is not None or sheet.application_id not in found:
            found[sheet.application_id] = sheet
    return found


def _order(sheet: ScoreSheet | None) -> tuple[Any, ...]:
    if sheet is None:
        return (1,)
    score = Fraction(sheet.points_numerator, sheet.points_denominator)
    return (0, sheet.rank or 0, -score, [-key for key in sheet.tie_keys])
