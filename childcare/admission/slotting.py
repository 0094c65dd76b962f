"""The seats of a round: proposed from the capacities, set by staff, never above them.

A class's seats in April are what its room holds less the children who move up from the class
below; in a later round of the year they are those that nobody took or that came back. Who leaves
is known to the nursery alone, so a proposal is a start and not an answer.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from uuid import UUID

from django.db import transaction

from childcare.admission.refusals import RoundIsAnnounced
from childcare.models import ClassCapacity, Facility, Round, RoundKind, RoundState, Slot
from childcare.placing.free_seats import free_in_groups, free_seats
from childcare.shared_seats import GroupKey, groups_of_year, proposed_shared
from core import audit
from core.actor import Actor
from core.refusals import Refusal, gettext_noop as _

SlotKey = tuple[UUID, int]  # facility, class age


class MoreSeatsThanCapacity(Refusal):
    """A round offers no seat that the class does not have."""

    code = "more-seats-than-capacity"
    title = _("定員より多い席は出せません")
    next_step = _("園の定員を確かめて、席の数を直してください。")
    status = HTTPStatus.UNPROCESSABLE_ENTITY


def capacities(round_: Round, *, fiscal_year: int | None = None) -> dict[SlotKey, int]:
    """Return the seats of every class of the round's year, or of another."""
    rows = ClassCapacity.objects.filter(
        facility__municipality=round_.municipality,
        fiscal_year=fiscal_year or round_.fiscal_year,
    )
    return {(row.facility_id, row.class_age): row.seats for row in rows}


def proposed_slots(round_: Round) -> dict[SlotKey, int]:
    """Return what each class could offer: what an earlier round of the year left.

    Without one, in April, what is there if everybody stays who was there last year.
    """
    rooms = capacities(round_)
    earlier = round_told_before(round_)
    if earlier is not None:
        free = {(one.slot.facility_id, one.slot.class_age): one.free for one in free_seats(earlier)}
        return {slot: min(free.get(slot, 0), seats) for slot, seats in rooms.items()}
    if round_.kind != RoundKind.APRIL:
        return dict.fromkeys(rooms, 0)
    # Without last year's numbers the rooms are taken to have been as they are.
    before = capacities(round_, fiscal_year=round_.fiscal_year - 1) or rooms
    return {
        (facility, age): max(0, seats - before.get((facility, age - 1), 0))
        for (facility, age), seats in rooms.items()
    }


def proposed_groups(
    round_: Round,
    groups: Mapping[GroupKey, Sequence[ClassCapacity]],
    offered: Mapping[SlotKey, int],
) -> dict[GroupKey, int]:
    """Return what each group could offer: no more than an earlier round of the year left of it."""
    seats = proposed_shared(groups, offered)
    earlier = round_told_before(round_)
    left = free_in_groups(earlier) if earlier is not None else {}
    return {key: min(most, left.get(key, most)) for key, most in seats.items()}


def round_told_before(round_: Round) -> Round | None:
    """Return the last round of the same year that was told, whose free seats are left."""
    return (
        Round.objects.filter(
            municipality=round_.municipality,
            fiscal_year=round_.fiscal_year,
            is_demo=round_.is_demo,
            state__in=(RoundState.NOTIFIED, RoundState.CLOSED),
            closes_at__lt=round_.closes_at,
        )
        .exclude(pk=round_.pk)
        .order_by("-closes_at")
        .first()
    )


def untold_slots(facility: Facility, *, fiscal_year: int) -> list[Slot]:
    """Return what the facility's classes offer in the rounds of the year that nobody was told of.

    A facility says that its numbers are right with these before its eyes.
    """
    return list(
        Slot.objects.filter(facility=facility, round__fiscal_year=fiscal_year)
        .exclude(round__state__in=(RoundState.NOTIFIED, RoundState.CLOSED))
        .select_related("round")
        .order_by("round__closes_at", "round", "class_age")
    )


def set_slots(
    round_: Round,
    offered: Mapping[SlotKey, int],
    *,
    shared: Mapping[GroupKey, int] | None = None,
    actor: Actor,
    now: datetime,
) -> int:
    """Set the seats of the named classes; return the sum of what the round's classes offer now.

    Where a number that stood is changed, the nursery's word for the class is asked anew: it was
    given for the number before.
    ``shared`` are the seats of groups; a group that it does not name gets what is proposed.
    Raise :class:`MoreSeatsThanCapacity` for the first class or group with too many.
    """
    with transaction.atomic():
        row = Round.objects.select_for_update().get(pk=round_.pk)
        if row.state in {RoundState.NOTIFIED, RoundState.CLOSED}:
            raise RoundIsAnnounced
        rooms = capacities(row)
        for (facility, age), seats in sorted(offered.items()):
            if not 0 <= seats <= rooms.get((facility, age), 0):
                raise MoreSeatsThanCapacity(facility=str(facility), class_age=age)
        changed = _changed(row, offered)
        for (facility, age), seats in sorted(offered.items()):
            Slot.objects.update_or_create(
                round=row, facility_id=facility, class_age=age, defaults={"offered": seats}
            )
        _ask_anew(row, changed)
        _set_shared(row, shared or {})
        total = sum(Slot.objects.filter(round=row).values_list("offered", flat=True))
        audit.record(
            "childcare.round.slots",
            actor=actor,
            now=now,
            municipality=row.municipality,
            object_type="round",
            object_id=row.pk,
            facts={"classes": len(offered), "seats": total, "asked_anew": len(changed)},
        )
    return total


def _changed(round_: Round, offered: Mapping[SlotKey, int]) -> list[SlotKey]:
    """Return the classes whose number stood already and is another one now."""
    stood = {(slot.facility_id, slot.class_age): slot.offered for slot in round_.slots.all()}
    return sorted(key for key, seats in offered.items() if stood.get(key, seats) != seats)


def _ask_anew(round_: Round, classes: Sequence[SlotKey]) -> None:
    for facility, age in classes:
        ClassCapacity.objects.filter(
            facility_id=facility, fiscal_year=round_.fiscal_year, class_age=age
        ).update(confirmed_by=None, confirmed_at=None)


def _set_shared(round_: Round, given: Mapping[GroupKey, int]) -> None:
    """Write each group into its slots; a class that left its group shares no more."""
    groups = groups_of_year(round_.municipality, round_.fiscal_year)
    unknown = min(given.keys() - groups.keys(), default=None)
    if unknown is not None:
        raise MoreSeatsThanCapacity(facility=str(unknown[0]), group=unknown[1])
    slots = {(slot.facility_id, slot.class_age): slot for slot in round_.slots.all()}
    seats_of = proposed_groups(
        round_, groups, {key: slot.offered for key, slot in slots.items()}
    ) | dict(given)
    of = {(key[0], row.class_age): key for key, rows in groups.items() for row in rows}
    for key, seats in sorted(given.items()):
        if not 0 <= seats <= (groups[key][0].shared_seats or 0):
            raise MoreSeatsThanCapacity(facility=str(key[0]), group=key[1])
    for slot_key, slot in slots.items():
        group = of.get(slot_key)
        slot.shared_group = "" if group is None else group[1]
        slot.shared_seats = None if group is None else seats_of[group]
    Slot.objects.bulk_update(slots.values(), ["shared_group", "shared_seats"])
