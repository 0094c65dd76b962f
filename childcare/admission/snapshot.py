"""Freeze a round into a MARKET: random names, values as ranks, nothing that names a family.

Ids are drawn anew for each run, so that two snapshots cannot be laid side by side; the key to
them stays in the run's rows. With the same key and the same stored facts the bytes are the same:
that is the first link of the proof.
"""

import json
import secrets
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from uuid import UUID

from childcare.admission.options import (
    SiblingForm,
    TooManyOptions,
    Wishes,
    joint_options,
    single_options,
)
from childcare.admission.refusals import ListsTooLong, NoSlots, ScoresMissing, ScoresTied
from childcare.admission.sibling_forms import forms_of
from childcare.applying.content_rules import class_age_in
from childcare.applying.selection import selectable
from childcare.models import (
    Application,
    Preference,
    Round,
    Scorer,
    ScoreSheet,
    Slot,
)

SlotKey = tuple[UUID, int]  # facility, class age
Order = tuple[int, Fraction, tuple[int, ...]]  # larger comes first


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """One application as the round sees it."""

    application: UUID
    household: UUID
    class_age: int
    birth: tuple[int, int, int]  # to order brothers and sisters
    held: SlotKey | None
    wishes: tuple[SlotKey, ...]  # best first, offered classes only
    ranks: tuple[int, ...]  # the wish numbers that the family wrote


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """Who is who in the snapshot."""

    children: Mapping[UUID, str]  # application -> code
    slots: Mapping[SlotKey, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """All that a round's admission reads from the database."""

    applicants: Sequence[Applicant]
    offered: Mapping[SlotKey, int]
    shared: Sequence[tuple[tuple[SlotKey, ...], int]]
    forms: Mapping[UUID, SiblingForm]  # household -> what it ticked
    orders: Mapping[tuple[UUID, UUID | None], Order]  # application, facility or all

    def order(self, application: UUID, facility: UUID) -> Order:
        """Return where the application stands at the facility."""
        own = self.orders.get((application, facility))
        found = own or self.orders.get((application, None))
        if found is None:
            raise ScoresMissing
        return found


def read_inputs(round_: Round, *, of: Set[UUID] | None = None) -> Inputs:
    """Read what counts now; raise :class:`NoSlots` where there is nothing to place.

    ``of`` are the applications of an earlier run, wherever they stand now; ``None`` takes those
    that wait for their place.
    """
    slots = list(Slot.objects.filter(round=round_))
    offered = {(slot.facility_id, slot.class_age): slot.offered for slot in slots}
    applicants = list(_applicants(round_, offered, of))
    if not offered or not applicants:
        raise NoSlots
    return Inputs(
        applicants=applicants,
        offered=offered,
        shared=_shared(slots),
        forms=forms_of(round_),
        orders=_orders(round_),
    )


def _applicants(
    round_: Round, offered: Mapping[SlotKey, int], of: Set[UUID] | None
) -> Iterator[Applicant]:
    rows = selectable(round_) if of is None else Application.objects.filter(round=round_)
    wishes: dict[UUID, list[tuple[int, UUID]]] = defaultdict(list)
    for application, rank, facility in Preference.objects.filter(
        application__in=rows.values("pk")
    ).values_list("application_id", "rank", "facility_id"):
        wishes[application].append((rank, facility))
    for row in rows.select_related("child").order_by("pk"):
        if of is not None and row.pk not in of:
            continue
        birth = row.child.birth_date
        age = class_age_in(birth, school_year=round_.fiscal_year)
        held = (row.held_facility_id, age) if row.held_facility_id else None
        open_wishes = [
            (rank, (facility, age))
            for rank, facility in sorted(wishes[row.pk])
            if (facility, age) in offered and (facility, age) != held
        ]
        yield Applicant(
            application=row.pk,
            household=row.child.household_id,
            class_age=age,
            birth=(birth.year, birth.month, birth.day),
            held=held,
            wishes=tuple(slot for _rank, slot in open_wishes),
            ranks=tuple(rank for rank, _slot in open_wishes),
        )


def _shared(slots: Sequence[Slot]) -> list[tuple[tuple[SlotKey, ...], int]]:
    groups: dict[tuple[UUID, str], list[Slot]] = defaultdict(list)
    for slot in slots:
        if slot.shared_group and slot.shared_seats is not None:
            groups[slot.facility_id, slot.shared_group].append(slot)
    return [
        (
            tuple((slot.facility_id, slot.class_age) for slot in group),
            min(slot.shared_seats for slot in group if slot.shared_seats is not None),
        )
        for _key, group in sorted(groups.items())
    ]


def _orders(round_: Round) -> dict[tuple[UUID, UUID | None], Order]:
    rows = ScoreSheet.objects.filter(round=round_, scorer=Scorer.FIRST).values_list(
        "application_id", "facility_id", "rank", "points_numerator", "points_denominator",
        "tie_keys",
    )  # fmt: skip
    return {
        # A lower rank comes first, and so does having one.
        (application, facility): (-(rank or 0), Fraction(numerator, denominator), tuple(ties))
        for application, facility, rank, numerator, denominator, ties in rows
    }


def new_key(inputs: Inputs) -> Key:
    """Draw codes for every child and every slot of the round."""
    slots = sorted({*inputs.offered, *(one.held for one in inputs.applicants if one.held)})
    codes = iter(_codes(len(slots) + len(inputs.applicants)))
    return Key(
        slots={slot: f"s{next(codes)}" for slot in slots},
        children={one.application: f"c{next(codes)}" for one in inputs.applicants},
    )


def _codes(count: int) -> list[str]:
    found: set[str] = set()
    while len(found) < count:
        found.add(secrets.token_hex(6))
    return secrets.SystemRandom().sample(sorted(found), count)


def market_bytes(inputs: Inputs, key: Key) -> bytes:
    """Return the MARKET of ``inputs`` under ``key``: the same twice is the same bytes."""
    held = {
        key.children[one.application]: key.slots[one.held] for one in inputs.applicants if one.held
    }
    capacity = {code: inputs.offered.get(slot, 0) for slot, code in key.slots.items()}
    for code in held.values():
        capacity[code] += 1
    market: dict[str, object] = {
        "capacity": capacity,
        "families": _families(inputs, key),
        "priority": _priority(inputs, key),
        "held": held,
        "shared": [
            {
                "slots": sorted(key.slots[slot] for slot in slots),
                # On top of what is offered, each transfer keeps its seat.
                "seats": seats + sum(one.held in slots for one in inputs.applicants),
            }
            for slots, seats in inputs.shared
        ],
    }
    return json.dumps(market, sort_keys=True, separators=(",", ":")).encode()


def _families(inputs: Inputs, key: Key) -> list[dict[str, Any]]:
    homes: dict[UUID, list[Applicant]] = defaultdict(list)
    for one in inputs.applicants:
        homes[one.household].append(one)
    families = []
    for household, members in homes.items():
        form = inputs.forms.get(household)
        together = len(members) > 1 and form is not None
        groups = [members] if together else [[one] for one in members]
        for group in groups:
            group.sort(key=lambda one: (one.birth, key.children[one.application]))
            families.append(_family(group, form, key))
    return sorted(families, key=lambda family: min(family["children"]))


def _family(group: Sequence[Applicant], form: SiblingForm | None, key: Key) -> dict[str, Any]:
    wishes = [
        Wishes(
            child=key.children[one.application],
            wishes=[(str(slot[0]), key.slots[slot]) for slot in one.wishes],
            held=None if one.held is None else (str(one.held[0]), key.slots[one.held]),
        )
        for one in group
    ]
    try:
        options = (
            joint_options(wishes, form)
            if form is not None and len(wishes) > 1
            else single_options(wishes[0])
        )
    except TooManyOptions as cause:
        raise ListsTooLong(str(cause)) from None
    return {"children": [one.child for one in wishes], "options": list(options)}


def _priority(inputs: Inputs, key: Key) -> list[tuple[str, str, int]]:
    """Give each slot's children their ranks, counted over the slots that share seats with it."""
    pool_of = {slot: slots[0] for slots, _seats in inputs.shared for slot in slots}
    pools: dict[SlotKey, list[tuple[Order, str, str]]] = defaultdict(list)
    for one in inputs.applicants:
        child = key.children[one.application]
        held = () if one.held is None else (one.held,)
        for slot in (*one.wishes, *held):
            order = inputs.order(one.application, slot[0])
            pools[pool_of.get(slot, slot)].append((order, child, key.slots[slot]))
    rows: list[tuple[str, str, int]] = []
    for pool in pools.values():
        pool.sort()
        for rank, (order, child, slot) in enumerate(pool):
            if rank and pool[rank - 1][0] == order and pool[rank - 1][1] != child:
                raise ScoresTied
            rows.append((child, slot, rank))
    return sorted(rows)
