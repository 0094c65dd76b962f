"""Why each child got what it got: its own wishes, beside what the seats went for.

What is shown of others is one number a class, the lowest points admitted, and only where five or
more were admitted without already having the seat: below that a number would speak of a child.
Another child's tie key is never shown: where points are equal it only says that the order decided.
Points are compared within one rank only: who stands in a later rank is told so, and no points.
Everything is said with the others as they are: with brothers and sisters about, one change can
move many.
"""

import gc
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Final

from childcare.admission.market import NO_GROUP, Market, Option

SHOWN_FROM: Final = 5  # admitted children in a class; fewer are suppressed


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """Let Python's collector of reference cycles rest: explanations are many and make none.

    It would look through the whole market again and again: half of the time of 8,000 children.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class Verdict(StrEnum):
    """What one wish came to."""

    GOT = "got"
    KEPT = "kept"  # the seat that the child holds already
    NO_SEAT = "no_seat"  # no seat was offered to anybody
    RANK = "rank"  # others stand in a rank that comes before points
    POINTS = "points"  # others have more points
    TIE = "tie"  # the last one in has the same points; the tie-break chain decided
    SIBLINGS = "siblings"  # there was room for this child, but not as the sibling form asks


_OUTRANKED: Final = {Verdict.NO_SEAT, Verdict.RANK, Verdict.POINTS, Verdict.TIE}


class Change(StrEnum):
    """The one fact that would have changed the result."""

    POINTS = "points"
    SEAT = "seat"  # one more seat: this child is next in line
    BOX = "box"  # another box of the sibling form
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class WishOutcome:
    """One wish. Points are half points; ``lowest`` is ``None`` where it may not be shown."""

    slot: int
    seats: int
    admitted: int
    verdict: Verdict
    own: Fraction | int
    lowest: Fraction | int | None
    is_next: bool  # the first who was refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One child: its wishes down to the one that came true, and what would have changed it."""

    wishes: tuple[WishOutcome, ...]
    change: Change
    change_at: int | None  # index in ``wishes``


@dataclass(frozen=True, slots=True, kw_only=True)
class _SlotFacts:
    """What is the same for all who wished for the class."""

    admitted: int
    lowest: Fraction | int | None  # the fewest points admitted, of those who did not hold the seat
    shown: Fraction | int | None  # the same where it may be shown
    next_in_line: int | None  # position


Standing = tuple[int, Fraction | int]  # rank (larger first), half points


class Explainer:
    """Explains every child of a market under one assignment."""

    def __init__(
        self, market: Market, current: Sequence[int], standing: Callable[[int], Standing]
    ) -> None:
        self.market, self.current, self.standing = market, current, standing
        self.seated: list[list[int]] = [[] for _ in market.slots]
        self.is_held = [False] * len(market.owner)
        for rows, option in zip(market.options, current, strict=True):
            for position in rows[option]:
                self.seated[market.slot_at[position]].append(position)
            for position in rows[-1]:
                self.is_held[position] = True
        for present in self.seated:
            present.sort()
        self.pools = [
            (sorted(position for slot in slots for position in self.seated[slot]), seats)
            for slots, seats in market.groups
        ]
        self.facts = [self._facts(slot) for slot in range(len(market.slots))]

    def _facts(self, slot: int) -> _SlotFacts:
        present = self.seated[slot]
        new = [position for position in present if not self.is_held[position]]
        lowest = min((self.standing(position)[1] for position in new), default=None)
        return _SlotFacts(
            admitted=len(new),
            lowest=lowest,
            shown=lowest if len(new) >= SHOWN_FROM else None,
            next_in_line=self._next_in_line(slot),
        )

    def _next_in_line(self, slot: int) -> int | None:
        """Return the first who was refused, unless one seat more would not have been enough."""
        market = self.market
        group = market.group_of[slot]
        if group != NO_GROUP and len(self.pools[group][0]) >= self.pools[group][1]:
            return None
        taken = set(self.seated[slot])
        for position in reversed(market.candidates[slot]):
            family = market.owner[position]
            if position not in taken and market.first_option[position] < self.current[family]:
                return position if self._lacks_only(position, family) else None
        return None

    def _lacks_only(self, position: int, family: int) -> bool:
        """Say whether the family has a better option in which every other child has room."""
        rows, current = self.market.options[family], self.current[family]
        own = rows[current]
        return any(
            position in row
            and all(one == position or self._rivals(one, own) is None for one in row)
            for row in rows[:current]
        )

    def explain(self) -> Iterator[tuple[str, Explanation]]:
        """Give (child, explanation) for every child with a wish."""
        with collector_at_rest():
            yield from self._explain()

    def _explain(self) -> Iterator[tuple[str, Explanation]]:
        market = self.market
        for family, rows in enumerate(market.options):
            positions = self._wishes_of(rows)
            own = rows[self.current[family]]
            for child, wishes in positions.items():
                yield child, self._child(wishes, own)

    def _wishes_of(self, rows: Sequence[Option]) -> dict[str, list[int]]:
        """Return child -> positions in the order in which its options first name them."""
        found: dict[str, dict[int, None]] = {}
        child_at = self.market.child_at
        for row in rows:
            for position in row:
                found.setdefault(child_at[position], {})[position] = None
        return {child: list(positions) for child, positions in found.items()}

    def _child(self, wishes: Sequence[int], own: Option) -> Explanation:
        outcomes: list[WishOutcome] = []
        for position in wishes:
            slot = self.market.slot_at[position]
            facts = self.facts[slot]
            outcomes.append(
                WishOutcome(
                    slot=slot,
                    seats=self.market.seats[slot],
                    admitted=facts.admitted,
                    verdict=self._verdict(position, own),
                    own=self.standing(position)[1],
                    lowest=facts.shown,
                    is_next=facts.next_in_line == position,
                )
            )
            if position in own:
                break
        change, at = _change(outcomes)
        return Explanation(wishes=tuple(outcomes), change=change, change_at=at)

    def _verdict(self, position: int, own: Option) -> Verdict:
        if position in own:
            return Verdict.KEPT if self.is_held[position] else Verdict.GOT
        rivals = self._rivals(position, own)
        if rivals is None:
            return Verdict.SIBLINGS
        last = next((one for one in rivals if not self.is_held[one]), None)
        if last is None:
            return Verdict.NO_SEAT
        (rank, points), (own_rank, own_points) = self.standing(last), self.standing(position)
        if own_rank != rank:
            return Verdict.RANK
        return Verdict.TIE if own_points == points else Verdict.POINTS

    def _rivals(self, position: int, own: Option) -> Sequence[int] | None:
        """Return who fills the class, or the classes that share its seats; None if it has room.

        Lowest first. The family's own members, who would move, leave room.
        """
        market = self.market
        slot = market.slot_at[position]
        group = market.group_of[slot]
        full = [(self.seated[slot], market.seats[slot])]
        full += [] if group == NO_GROUP else [self.pools[group]]
        for present, seats in full:
            higher = len(present) - bisect_left(present, position)
            if higher < seats:
                continue
            leaving = [one for one in own if one >= position and one in present]
            if higher - len(leaving) >= seats:
                return present
        return None


def _change(outcomes: Sequence[WishOutcome]) -> tuple[Change, int | None]:
    """Choose what to say: the sibling form first, then one seat, then the smallest shortfall."""
    if outcomes and outcomes[0].verdict is Verdict.GOT:
        return Change.NOTHING, None
    for at, one in enumerate(outcomes):
        if one.verdict is Verdict.SIBLINGS:
            return Change.BOX, at
    for at, one in enumerate(outcomes):
        if one.is_next and one.verdict in _OUTRANKED:
            return Change.SEAT, at
    short = [
        (one.lowest - one.own, at)
        for at, one in enumerate(outcomes)
        if one.verdict is Verdict.POINTS and one.lowest is not None and one.lowest > one.own
    ]
    return (Change.POINTS, min(short)[1]) if short else (Change.NOTHING, None)
