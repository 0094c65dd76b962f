"""Whether a seat that came free may go to one child of a family, by what the family ticked.

Plain: values in, an answer out. The box is read as the round reads it (`admission.options`), with
every brother or sister that has a seat staying on it. For a child at a class:

1. *Alone*, where this one seat is an option of the family: it ticked no box, or one alone is
   accepted, or every other child has a seat already (box A: in the same facility).
2. One alone accepted, but another child ticked to come first could have a seat now, and the free
   seats do not hold both: *skipped*, the other stands in the line itself.
3. *Together*, where the free seats hold an option that seats all who wait: the best of the
   family's own order in which nobody who waits before a sibling, for a seat alone, goes without.
4. Else *skipped*, with the reason.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from childcare.admission.options import (
    OneAlone,
    SiblingBox,
    SiblingForm,
    Wishes,
    joint_options,
)
from core.refusals import gettext_noop as _

Place = tuple[str, str]  # facility, slot
Seats = tuple[tuple[str, str], ...]  # (child, slot), the elder first


class Way(StrEnum):
    """How a family takes the seat."""

    ALONE = "alone"
    TOGETHER = "together"
    SKIPPED = "skipped"


class Why(StrEnum):
    """What keeps a child from the seat; ``WORDS`` says it to the officer."""

    NOT_IN_ONE = "not-in-one"
    SEAT_ELSEWHERE = "seat-elsewhere"
    NOT_AT_ONCE = "not-at-once"
    NOT_THEIR_TURN = "not-their-turn"
    ELDER_FIRST = "elder-first"
    YOUNGER_FIRST = "younger-first"


WORDS: Final[Mapping[Why, str]] = {
    Why.NOT_IN_ONE: _("同じ園にいっしょに入るときだけの家族です。この園に、全員の席はありません。"),
    Why.SEAT_ELSEWHERE: _(
        "同じ園にいっしょに入るときだけの家族です。きょうだいの席は、ほかの園にあります。"
    ),
    Why.NOT_AT_ONCE: _("いっしょに入るときだけの家族です。待っている全員の席は、空いていません。"),
    Why.NOT_THEIR_TURN: _(
        "いっしょに入るときだけの家族です。きょうだいの席を、先に待っている子どもがいます。"
    ),
    Why.ELDER_FIRST: _("ひとりだけのときは、上の子が先の家族です。上の子に知らせてください。"),
    Why.YOUNGER_FIRST: _("ひとりだけのときは、下の子が先の家族です。下の子に知らせてください。"),
}
# What an officer may still do with a written reason: no box is broken, only an order.
MAY_WITH_REASON: Final = frozenset({Why.ELDER_FIRST, Why.YOUNGER_FIRST, Why.NOT_THEIR_TURN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sibling:
    """One child of the round: it waits, or has a seat, or keeps one and waits for a better."""

    child: str
    wishes: tuple[Place, ...] = ()  # best first; none once a seat was offered
    seat: Place | None = None  # offered, taken, or kept until a transfer


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """The children of one household who still want a seat or have one, the elder first."""

    children: tuple[Sibling, ...]
    form: SiblingForm | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rooms:
    """The free seats of each slot, and of each group of slots that share seats."""

    left: Mapping[str, int]
    group_of: Mapping[str, str]
    left_in_group: Mapping[str, int]

    def free(self, slot: str) -> int:
        """Return the free seats of a slot; below 0 where too many were given."""
        left = self.left.get(slot, 0)
        group = self.group_of.get(slot)
        return left if group is None else min(left, self.left_in_group[group])

    def hold(self, slots: Iterable[str]) -> bool:
        """Say whether one more child for each named slot finds a seat, all at once."""
        asked = Counter(slots)
        of_groups: Counter[str] = Counter()
        for slot, count in asked.items():
            if slot in self.group_of:
                of_groups[self.group_of[slot]] += count
        return all(count <= self.left.get(slot, 0) for slot, count in asked.items()) and all(
            count <= self.left_in_group[group] for group, count in of_groups.items()
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What may be done with a seat for one child."""

    way: Way
    seats: Seats = ()  # who gets which, where it is more than this one seat
    why: Why | None = None


_ALONE: Final = Turn(way=Way.ALONE)


class Turns:
    """The lines of a round, best first, read with the boxes of the families who stand in them."""

    def __init__(
        self, *, families: Iterable[Family], lines: Mapping[str, Sequence[str]], rooms: Rooms
    ) -> None:
        self._families = {one.child: family for family in families for one in family.children}
        self._lines, self._rooms = lines, rooms
        self._found: dict[tuple[str, str], Turn] = {}

    def of(self, child: str, slot: str) -> Turn:
        """Return what a seat of ``slot`` means to ``child``, who stands in its line."""
        key = child, slot
        if key not in self._found:
            self._found[key] = self._decide(child, slot)
        return self._found[key]

    def is_next(self, child: str, slot: str) -> bool:
        """Say whether nobody is passed over: not here, and not where brothers and sisters go."""
        turn = self.of(child, slot)
        if turn.way is Way.SKIPPED:
            return False
        if any(self._may_have(one, slot) for one in self._before(child, slot, turn)):
            return False
        return all(
            sum(self._may_have(one, at) for one in self._before(sibling, at, turn))
            + _count(turn.seats, at)
            <= self._rooms.free(at)
            for sibling, at in turn.seats
            if sibling != child
        )

    def _may_have(self, child: str, slot: str) -> bool:
        return self.of(child, slot).way is not Way.SKIPPED

    def _decide(self, child: str, slot: str) -> Turn:
        if self._may_be_alone(child, slot):
            why = self._goes_after(child, slot)
            return _ALONE if why is None else Turn(way=Way.SKIPPED, why=why)
        family, form = self._families[child], self._families[child].form
        assert form is not None  # a family without one takes seats alone
        # Where one alone is not accepted, every option seats the child: here, its only wish.
        options = joint_options([_wishes(one, child, slot) for one in family.children], form)
        found = (_new_seats(option, family) for option in options)
        fitting = [seats for seats in found if self._rooms.hold(at for _one, at in seats)]
        for seats in fitting:
            if all(self._comes(one, at, seats) for one, at in seats if one != child):
                return Turn(way=Way.TOGETHER, seats=seats)
        if fitting:
            return Turn(way=Way.SKIPPED, why=Why.NOT_THEIR_TURN, seats=fitting[0])
        return Turn(way=Way.SKIPPED, why=_missing(family, form, _place(family, child, slot)[0]))

    def _may_be_alone(self, child: str, slot: str) -> bool:
        """Say whether the family accepts this seat while every other child stays as it is."""
        family = self._families[child]
        if family.form is None or len(family.children) == 1:
            return True
        as_they_are = [
            _wishes(one if one.child == child else replace(one, wishes=()), child, slot)
            for one in family.children
        ]
        return bool(joint_options(as_they_are, family.form))

    def _goes_after(self, child: str, slot: str) -> Why | None:
        """Return the tick by which another child of the family comes before this one."""
        family = self._families[child]
        if family.form is None or family.form.box is not SiblingBox.ONE_ALONE:
            return None
        number = next(at for at, one in enumerate(family.children) if one.child == child)
        before: tuple[Sibling, ...] = ()
        why = Why.ELDER_FIRST
        match family.form.one_alone:
            case OneAlone.ELDER:
                before = family.children[:number]
            case OneAlone.YOUNGER:
                before, why = family.children[number + 1 :], Why.YOUNGER_FIRST
            case OneAlone.EITHER:
                pass
        for other in before:
            if other.seat is None and self._competes(other, slot):
                return why
        return None

    def _competes(self, other: Sibling, slot: str) -> bool:
        """Say whether the sibling could have a seat now, but not beside one of ``slot``."""
        now = [at for _of, at in other.wishes if self._comes(other.child, at, ((other.child, at),))]
        return bool(now) and not any(self._rooms.hold((slot, at)) for at in now)

    def _comes(self, child: str, slot: str, seats: Seats) -> bool:
        """Say whether a seat is left when all before the child that take one alone have it."""
        before = self._before(child, slot, Turn(way=Way.TOGETHER, seats=seats))
        served = sum(self._may_be_alone(one, slot) for one in before)
        return served + _count(seats, slot) <= self._rooms.free(slot)

    def _before(self, child: str, slot: str, turn: Turn) -> list[str]:
        """Return who stands before the child; without its family, which moves with it."""
        line = self._lines.get(slot, ())
        ahead = list(line[: line.index(child)] if child in line else line)
        if turn.way is not Way.TOGETHER:
            return ahead
        return [one for one in ahead if self._families[one] is not self._families[child]]


def _count(seats: Seats, slot: str) -> int:
    return sum(at == slot for _one, at in seats)


def _place(family: Family, child: str, slot: str) -> Place:
    row = next(one for one in family.children if one.child == child)
    return next(place for place in row.wishes if place[1] == slot)


def _wishes(one: Sibling, child: str, slot: str) -> Wishes:
    """Return what a child could have: the one that is asked about this slot, nothing else."""
    if one.child != child:
        return Wishes(child=one.child, wishes=one.wishes, held=one.seat)
    return Wishes(child=child, wishes=[place for place in one.wishes if place[1] == slot])


def _new_seats(option: Sequence[tuple[str, tuple[str, ...]]], family: Family) -> Seats:
    """Return who moves in an option; who stays on its seat does not."""
    stays = {one.child: one.seat[1] for one in family.children if one.seat is not None}
    return tuple(
        (child, slot) for slot, members in option for child in members if stays.get(child) != slot
    )


def _missing(family: Family, form: SiblingForm, facility: str) -> Why:
    if form.box is not SiblingBox.TOGETHER:
        return Why.NOT_AT_ONCE
    elsewhere = any(
        one.seat is not None and not one.wishes and one.seat[0] != facility
        for one in family.children
    )
    return Why.SEAT_ELSEWHERE if elsewhere else Why.NOT_IN_ONE
