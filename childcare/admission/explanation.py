"""Why each child got what it got: its own wishes, beside what the seats went for.

What is shown of others is one number a class, the lowest points admitted, and only where five or
more were admitted without already having the seat: below that a number would speak of a child.
Another child's tie key is never shown: where points are equal it only says that the order decided.
Everything is said with the others as they are: with brothers and sisters about, one change can
move many.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Final

from childcare.admission.market import Market, Option

SHOWN_FROM: Final = 5  # admitted children in a class; fewer are suppressed


class Verdict(StrEnum):
    """What one wish came to."""

    GOT = "got"
    KEPT = "kept"  # the seat that the child holds already
    POINTS = "points"  # others have more points
    TIE = "tie"  # the last one in has the same points; the tie-break chain decided
    SIBLINGS = "siblings"  # there was room for this child, but not as the sibling form asks


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
    lowest: Fraction | int | None  # points of the last one in who did not hold the seat
    shown: Fraction | int | None  # the same where it may be shown
    next_in_line: int | None  # position


Points = Callable[[int], Fraction | int]  # position -> half points


class Explainer:
    """Explains every child of a market under one assignment."""

    def __init__(self, market: Market, current: Sequence[int], points: Points) -> None:
        self.market, self.current, self.points = market, current, points
        self.seated: list[list[int]] = [[] for _ in market.slots]
        self.is_held = [False] * len(market.owner)
        for rows, option in zip(market.options, current, strict=True):
            for position in rows[option]:
                self.seated[market.slot_at[position]].append(position)
            for position in rows[-1]:
                self.is_held[position] = True
        for present in self.seated:
            present.sort()
        self.facts = [self._facts(slot) for slot in range(len(market.slots))]

    def _facts(self, slot: int) -> _SlotFacts:
        market, present = self.market, self.seated[slot]
        new = [position for position in present if not self.is_held[position]]
        taken = set(present)
        following = None
        for position in reversed(market.candidates[slot]):
            family = market.owner[position]
            if position not in taken and market.first_option[position] < self.current[family]:
                following = position
                break
        lowest = self.points(new[0]) if new else None
        return _SlotFacts(
            admitted=len(new),
            lowest=lowest,
            shown=lowest if len(new) >= SHOWN_FROM else None,
            next_in_line=following,
        )

    def explain(self) -> Iterator[tuple[str, Explanation]]:
        """Give (child, explanation) for every child with a wish."""
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
                    own=self.points(position),
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
        market = self.market
        slot = market.slot_at[position]
        present = self.seated[slot]
        higher = len(present) - bisect_left(present, position)
        higher -= sum(one >= position and market.slot_at[one] == slot for one in own)
        if higher < market.seats[slot]:
            return Verdict.SIBLINGS
        return Verdict.TIE if self.facts[slot].lowest == self.points(position) else Verdict.POINTS


def _change(outcomes: Sequence[WishOutcome]) -> tuple[Change, int | None]:
    """Choose what to say: the sibling form first, then one seat, then the smallest shortfall."""
    if outcomes and outcomes[0].verdict is Verdict.GOT:
        return Change.NOTHING, None
    for at, one in enumerate(outcomes):
        if one.verdict is Verdict.SIBLINGS:
            return Change.BOX, at
    for at, one in enumerate(outcomes):
        if one.is_next and one.verdict in {Verdict.POINTS, Verdict.TIE}:
            return Change.SEAT, at
    short = [
        (one.lowest - one.own, at)
        for at, one in enumerate(outcomes)
        if one.verdict is Verdict.POINTS and one.lowest is not None and one.lowest > one.own
    ]
    return (Change.POINTS, min(short)[1]) if short else (Change.NOTHING, None)
