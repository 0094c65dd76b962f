"""Turn one family's wishes and its sibling box into one ordered list of joint options.

The boxes are those of a real form (小平市): A together in one facility or wait; B together in
time, different facilities accepted; C one alone accepted. The order is, unless the rule set names
another: number placed (more first), same facility first, who is placed where one is alone, sum of
wish ranks, the elder's rank, the younger ones' in age order. A child that holds a seat has it as
its last wish, and is never without one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from typing import Final

# More would make the joint list of one family larger than most whole markets.
FAMILY_OPTIONS_MAX: Final = 10_000


class SiblingBox(StrEnum):
    """What the parents ticked."""

    TOGETHER = "A"  # in one facility, or wait
    SAME_TIME = "B"  # together in time, different facilities accepted
    ONE_ALONE = "C"  # one alone accepted


class OneAlone(StrEnum):
    """Whose place comes first where not all get one; box C only."""

    ELDER = "elder"
    YOUNGER = "younger"
    EITHER = "either"


class TooManyOptions(ValueError):
    """The children's lists multiply to more options than one family may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """One child's wishes: (facility, slot), best first; its class age is in the slot."""

    child: str
    wishes: Sequence[tuple[str, str]]
    held: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SiblingForm:
    """The ticked box; ``same_first`` puts one facility for all before other joint options."""

    box: SiblingBox
    same_first: bool = False
    one_alone: OneAlone = OneAlone.EITHER


Placement = tuple[str, tuple[str, ...]]  # slot, children
Seat = tuple[int, str, str] | None  # rank of the wish, facility, slot

_NOBODY: Final[Seat] = None


def single_options(wishes: Wishes) -> list[list[Placement]]:
    """Return the options of a child that applies alone; its held seat is the fallback."""
    return [[(slot, (wishes.child,))] for _facility, slot in wishes.wishes]


def joint_options(children: Sequence[Wishes], form: SiblingForm) -> list[list[Placement]]:
    """Return the joint options of ``children`` (elder first), best first.

    Raise :class:`TooManyOptions` where the lists multiply beyond what one family may have.
    """
    choices = [_seats_of(child, form) for child in children]
    count = 1
    for row in choices:
        count *= len(row)
    if count > FAMILY_OPTIONS_MAX:
        raise TooManyOptions(f"{count} options, at most {FAMILY_OPTIONS_MAX}")
    joint = [seats for seats in product(*choices) if _is_accepted(children, seats, form)]
    joint.sort(key=lambda seats: _order(seats, form))
    return [
        [
            (seat[2], (child.child,))
            for child, seat in zip(children, seats, strict=True)
            if seat is not None
        ]
        for seats in joint
    ]


def _seats_of(child: Wishes, form: SiblingForm) -> list[Seat]:
    held = [] if child.held is None else [child.held]
    seats: list[Seat] = [
        (rank, facility, slot)
        for rank, (facility, slot) in enumerate([*child.wishes, *held], start=1)
    ]
    may_wait = form.box is SiblingBox.ONE_ALONE and child.held is None
    return [*seats, _NOBODY] if may_wait else seats


def _is_accepted(children: Sequence[Wishes], seats: Sequence[Seat], form: SiblingForm) -> bool:
    stays = all(
        seat is None or (child.held is not None and seat[2] == child.held[1])
        for child, seat in zip(children, seats, strict=True)
    )
    if stays:
        return False  # as without an option: each held child in its seat, the others waiting
    return form.box is not SiblingBox.TOGETHER or _is_one_facility(seats)


def _is_one_facility(seats: Sequence[Seat]) -> bool:
    return len({seat[1] for seat in seats if seat is not None}) == 1


def _order(seats: Sequence[Seat], form: SiblingForm) -> tuple[object, ...]:
    waits = tuple(seat is None for seat in seats)
    ranks = [seat[0] for seat in seats if seat is not None]
    apart = form.same_first and not _is_one_facility(seats)
    alone: tuple[bool, ...] = ()
    if form.one_alone is OneAlone.ELDER:
        alone = waits
    elif form.one_alone is OneAlone.YOUNGER:
        alone = waits[::-1]
    # A child that waits counts as the last rank when two options tie on all before.
    each = tuple(len(seats) * FAMILY_OPTIONS_MAX if seat is None else seat[0] for seat in seats)
    return (sum(waits), apart, alone, sum(ranks), each)
