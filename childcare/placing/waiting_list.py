"""Who waits for a seat that came free after a round, in the order of the round, and gets it.

A free seat goes to one child, or to the brothers and sisters whom their family wants together, all
in one act: the classes and then the family are locked before the seats are counted, so that two
members of staff cannot give the same seat twice. What the family ticked is read by
``sibling_turns``.
"""

from collections.abc import Iterable, Mapping, Sequence, Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.db import transaction

from childcare.admission.sibling_forms import forms_of
from childcare.applying.content_rules import class_age_in
from childcare.applying.states import ApplicationState, demand_move
from childcare.applying.versions import Told
from childcare.models import (
    Application,
    FacilityAnswer,
    Offer,
    Round,
    Scorer,
    ScoreSheet,
    Slot,
)
from childcare.placing.free_seats import (
    ClassKey,
    Offers,
    is_live,
    lock_classes,
    offers_by_class,
    rooms_of,
)
from childcare.placing.refusals import (
    AgainstSiblingBox,
    DoesNotWait,
    OutOfTurn,
    SeatsChanged,
    SeatTaken,
    SiblingsTogether,
)
from childcare.placing.sibling_turns import (
    MAY_WITH_REASON,
    Family,
    Place,
    Rooms,
    Sibling,
    Turn,
    Turns,
    Way,
    Why,
)
from core import audit, outbox

_SEATED = (
    ApplicationState.OFFERED,
    ApplicationState.CONFIRMED,
    ApplicationState.ACCEPTED,
    ApplicationState.ADMITTED,
)
_Order = tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One child that waits for a class, with its wish and what a seat means to its family."""

    application: Application
    wish_rank: int
    turn: Turn
    is_next: bool  # nobody is passed over
    together: tuple[tuple[Application, Slot], ...]  # who comes with it, itself among them


@dataclass(frozen=True, slots=True, kw_only=True)
class _Round:
    """Who waits in a round, and where."""

    rows: Mapping[str, Application]
    slots: Mapping[str, Slot]
    lines: Mapping[str, Sequence[str]]  # slot -> children, best first
    rooms: Rooms
    turns: Turns


def waiting_for(slot: Slot) -> list[Waiting]:
    """Return who wished for this class and has no seat, best score first.

    The order is that of the round's first score sheets; who has none comes last. A child that
    this nursery could not take is not sent there again.
    """
    found, here = _read(slot.round), str(slot.pk)
    return [_waiting(found, child, found.slots[here]) for child in found.lines.get(here, ())]


def _waiting(found: _Round, child: str, slot: Slot) -> Waiting:
    row, turn = found.rows[child], found.turns.of(child, str(slot.pk))
    return Waiting(
        application=row,
        wish_rank=next(
            one.rank for one in row.preferences.all() if one.facility_id == slot.facility_id
        ),
        turn=turn,
        is_next=found.turns.is_next(child, str(slot.pk)),
        together=tuple((found.rows[one], found.slots[at]) for one, at in turn.seats),
    )


def offer_free_seat(
    slot: Slot, application: Application, *, answer_by: datetime, told: Told, reason: str = ""
) -> Offer:
    """Offer a free seat to a child that waits; raise :class:`SeatTaken` where none is free.

    Who does not stand first gets it with a ``reason`` only: else :class:`OutOfTurn`. Raises
    :class:`SiblingsTogether` and :class:`AgainstSiblingBox` where the family wants it otherwise.
    """
    with transaction.atomic():
        locked = next(one for one in lock_classes([slot.pk]) if one.pk == slot.pk)
        turn, is_next = _turn(locked, application)
        if turn.way is Way.TOGETHER:
            raise SiblingsTogether
        if turn.way is Way.SKIPPED and turn.why not in {Why.ELDER_FIRST, Why.YOUNGER_FIRST}:
            raise AgainstSiblingBox
        if not is_next and not reason.strip():
            raise OutOfTurn
        why = None if is_next else reason.strip()
        return _give(locked, application.pk, answer_by=answer_by, out_of_turn=why, told=told)


def offer_together(
    slot: Slot,
    application: Application,
    *,
    seats: Iterable[tuple[UUID, UUID]],
    answer_by: datetime,
    told: Told,
    reason: str = "",
) -> list[Offer]:
    """Offer the seats that a family takes together, all or none.

    ``seats`` are (application, slot) as the officer read them: where they are others by now,
    :class:`SeatsChanged` is raised, and nothing is offered.
    """
    asked = {str(child): at for child, at in seats}
    with transaction.atomic():
        locked = {str(one.pk): one for one in lock_classes([slot.pk, *asked.values()])}
        turn, is_next = _turn(locked[str(slot.pk)], application)
        if dict(turn.seats) != {child: str(at) for child, at in asked.items()}:
            raise SeatsChanged
        if turn.way is not Way.TOGETHER and turn.why not in MAY_WITH_REASON:
            raise AgainstSiblingBox
        if not is_next and not reason.strip():
            raise OutOfTurn
        why = None if is_next else reason.strip()
        return [
            _give(locked[at], UUID(child), answer_by=answer_by, out_of_turn=why, told=told)
            for child, at in turn.seats
        ]


def _turn(slot: Slot, application: Application) -> tuple[Turn, bool]:
    """Lock the child's family and return what this seat means to it now, and if it is next."""
    list(
        Application.objects.select_for_update(of=("self",))
        .filter(round_id=slot.round_id, child__household_id=application.child.household_id)
        .order_by("pk")
    )
    found, child, here = _read(slot.round), str(application.pk), str(slot.pk)
    if found.rooms.free(here) <= 0:
        raise SeatTaken
    if child not in found.lines.get(here, ()):
        raise DoesNotWait
    return found.turns.of(child, here), found.turns.is_next(child, here)


def _give(
    slot: Slot, application: UUID, *, answer_by: datetime, out_of_turn: str | None, told: Told
) -> Offer:
    row = Application.objects.select_related("child__household").get(pk=application)
    row.state = demand_move(row.state, ApplicationState.OFFERED)
    row.revision += 1
    row.save(update_fields=["state", "revision"])
    offer = Offer.objects.create(
        application=row,
        facility_id=slot.facility_id,
        class_age=slot.class_age,
        offered_at=told.now,
        answer_by=answer_by,
        out_of_turn=out_of_turn,
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


def _read(round_: Round) -> _Round:
    """Read a whole round: whether a family can come together depends on other classes' lines."""
    slots = list(Slot.objects.filter(round=round_).select_related("facility__place"))
    slot_at = {(slot.facility_id, slot.class_age): str(slot.pk) for slot in slots}
    offers = offers_by_class(round_)
    rooms = rooms_of(slots, offers)
    waits = list(
        Application.objects.filter(round=round_, state=ApplicationState.NOT_PLACED)
        .select_related("child", "round")
        .prefetch_related("preferences")
        .order_by("pk")
    )
    wishes = _wishes(round_, waits, slot_at, _refused(offers))
    lines = _lines(round_, wishes)
    families = _families(round_, waits, wishes, _seats(offers, slot_at))
    return _Round(
        rows={str(row.pk): row for row in waits},
        slots={str(slot.pk): slot for slot in slots},
        lines=lines,
        rooms=rooms,
        turns=Turns(families=families, lines=lines, rooms=rooms),
    )


def _refused(offers: Offers) -> set[tuple[UUID, UUID]]:
    """Return (application, facility) where the nursery could not take the child."""
    return {
        (one.application_id, one.facility_id)
        for here in offers.values()
        for one in here
        if one.facility_answer == FacilityAnswer.REFUSED
    }


def _wishes(
    round_: Round,
    waits: Sequence[Application],
    slot_at: Mapping[ClassKey, str],
    refused: AbstractSet[tuple[UUID, UUID]],
) -> dict[UUID, tuple[Place, ...]]:
    """Return each child's wishes for which the round has a class of its age, best first."""
    found = {}
    for row in waits:
        age = class_age_in(row.child.birth_date, school_year=round_.fiscal_year)
        found[row.pk] = tuple(
            (str(wish.facility_id), slot_at[wish.facility_id, age])
            for wish in row.preferences.all()
            if (wish.facility_id, age) in slot_at and (row.pk, wish.facility_id) not in refused
        )
    return found


def _lines(round_: Round, wishes: Mapping[UUID, Sequence[Place]]) -> dict[str, list[str]]:
    orders = _orders(round_)
    lines: dict[str, list[tuple[_Order, str]]] = {}
    for application, places in wishes.items():
        for facility, slot in places:
            order = orders.get((application, UUID(facility))) or orders.get((application, None))
            lines.setdefault(slot, []).append((order or (1,), str(application)))
    return {slot: [child for _order, child in sorted(line)] for slot, line in lines.items()}


def _orders(round_: Round) -> dict[tuple[UUID, UUID | None], _Order]:
    """Return where each stands by the first scorer, at a facility or at all of them."""
    rows = ScoreSheet.objects.filter(
        round=round_, scorer=Scorer.FIRST, application__state=ApplicationState.NOT_PLACED
    ).defer("lines", "left_out")
    return {(one.application_id, one.facility_id): _order(one) for one in rows}


def _order(sheet: ScoreSheet) -> _Order:
    score = Fraction(sheet.points_numerator, sheet.points_denominator)
    return (0, sheet.rank or 0, -score, [-key for key in sheet.tie_keys])


def _seats(offers: Offers, slot_at: Mapping[ClassKey, str]) -> dict[UUID, Place]:
    return {
        one.application_id: (str(key[0]), slot_at.get(key, ""))
        for key, here in offers.items()
        for one in here
        if is_live(one)
    }


def _families(
    round_: Round,
    waits: Sequence[Application],
    wishes: Mapping[UUID, tuple[Place, ...]],
    seats: Mapping[UUID, Place],
) -> list[Family]:
    """Return the families of who waits, with their children who have a seat."""
    forms = forms_of(round_)
    homes: dict[UUID, list[Application]] = {}
    for row in waits:
        homes.setdefault(row.child.household_id, []).append(row)
    seated = Application.objects.filter(
        round=round_, state__in=_SEATED, child__household__in=homes.keys() & forms.keys()
    ).select_related("child")
    for row in seated:
        homes[row.child.household_id].append(row)
    return [
        Family(
            children=tuple(
                Sibling(
                    child=str(row.pk),
                    wishes=wishes.get(row.pk, ()),
                    seat=seats.get(row.pk) or _kept(row),
                )
                for row in sorted(rows, key=lambda row: (row.child.birth_date, row.pk))
            ),
            form=forms.get(home),
        )
        for home, rows in homes.items()
    ]


def _kept(row: Application) -> Place | None:
    """Return the seat of a transfer, which no class of the round offers."""
    return (str(row.held_facility_id), "kept") if row.held_facility_id else None
