"""How many seats of a round nobody has: offered, less those given, and those that transfers leave.

A transfer that got a better seat leaves its old one in the class of its age.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from childcare.models import FacilityAnswer, Offer, ParentAnswer, Round, Slot
from childcare.placing.sibling_turns import Rooms

ClassKey = tuple[UUID, int]  # facility, class age
Offers = Mapping[ClassKey, Sequence[Offer]]


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeSeats:
    """One class with seats that nobody has."""

    slot: Slot
    free: int
    declined: int  # of them by a family's or a nursery's word after the notice


def free_seats(round_: Round) -> list[FreeSeats]:
    """Return the classes with free seats, the nursery's name first, then the age."""
    slots = list(
        Slot.objects.filter(round=round_)
        .select_related("facility__place")
        .order_by("facility__place__name", "facility_id", "class_age")
    )
    offers = offers_by_class(round_)
    rooms = rooms_of(slots, offers)
    found = []
    for slot in slots:
        here = offers.get((slot.facility_id, slot.class_age), [])
        free = rooms.free(str(slot.pk))
        if free > 0:
            declined = sum(1 for one in here if not is_live(one))
            found.append(FreeSeats(slot=slot, free=free, declined=declined))
    return found


def free_in_groups(round_: Round) -> dict[tuple[UUID, str], int]:
    """Return the seats that each group of classes has left: (facility, group) -> seats."""
    slots = list(Slot.objects.filter(round=round_))
    left = rooms_of(slots, offers_by_class(round_)).left_in_group
    return {
        (slot.facility_id, slot.shared_group): max(0, left[_group(slot)])
        for slot in slots
        if slot.shared_seats is not None
    }


def offers_by_class(round_: Round) -> dict[ClassKey, list[Offer]]:
    """Return every offer of the round, whatever was answered."""
    found: dict[ClassKey, list[Offer]] = {}
    rows = Offer.objects.filter(application__round=round_).select_related("application")
    for offer in rows:
        found.setdefault((offer.facility_id, offer.class_age), []).append(offer)
    return found


def rooms_of(slots: Iterable[Slot], offers: Offers) -> Rooms:
    """Return what is left in each class, and in each group of classes that share seats."""
    leaving = _leaving(offers)
    left: dict[str, int] = {}
    group_of: dict[str, str] = {}
    left_in_group: dict[str, int] = {}
    for slot in slots:
        key = slot.facility_id, slot.class_age
        moved = leaving.get(key, 0) - sum(_takes_seat(one) for one in offers.get(key, []))
        left[str(slot.pk)] = slot.offered + moved
        if slot.shared_seats is not None:
            group = group_of[str(slot.pk)] = _group(slot)
            left_in_group[group] = left_in_group.get(group, slot.shared_seats) + moved
    return Rooms(left=left, group_of=group_of, left_in_group=left_in_group)


def lock_classes(slots: Iterable[UUID]) -> list[Slot]:
    """Lock these classes and every one that shares seats with them, in one order."""
    wanted = Q(pk__in=slots)
    for slot in Slot.objects.filter(pk__in=slots).exclude(shared_group=""):
        wanted |= Q(
            round_id=slot.round_id, facility_id=slot.facility_id, shared_group=slot.shared_group
        )
    return list(Slot.objects.select_for_update().filter(wanted).order_by("pk"))


def is_live(offer: Offer) -> bool:
    """Say whether the seat is still this child's."""
    return (
        offer.answer in (ParentAnswer.WAITING, ParentAnswer.ACCEPTED)
        and offer.facility_answer != FacilityAnswer.REFUSED
    )


def _takes_seat(offer: Offer) -> bool:
    """A child that was here already sits on its own seat, not on an offered one."""
    return is_live(offer) and offer.application.held_facility_id != offer.facility_id


def _leaving(offers: Offers) -> dict[ClassKey, int]:
    """Return how many seats transfers leave, by the class that they leave."""
    found: dict[ClassKey, int] = {}
    for (_facility, age), here in offers.items():
        for one in here:
            held = one.application.held_facility_id
            if held is not None and is_live(one) and held != one.facility_id:
                found[held, age] = found.get((held, age), 0) + 1
    return found


def _group(slot: Slot) -> str:
    return f"{slot.facility_id}:{slot.shared_group}"
