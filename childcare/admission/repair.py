"""Place families of several children into a market of seated singles, and mend what that moves.

1. The family with most right that waits takes its best option that it may take; whom it pushes
out waits. 2. When nobody waits, a seat that was left is offered down its slot's list: the first
family that would rather sit there, and may, moves. 3. When no seat is left to offer, look through
all families once more; who blocks, moves. It ends when nobody does: then no family blocks.

With siblings a stable result need not exist, and where one exists this search may miss it, so it
gives up after a number of steps (a step is one family seated) and names the families that were
still moving. Nothing is drawn by chance: waiting families go by standing, slots by number.

:func:`calm` goes on from there where nothing exact can: it lets one family after another stand
still, those that move most, until the others find their seats.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import Final

from childcare.admission.market import Market
from childcare.admission.seating import Seating

# Markets of 8,000 to 30,000 that settle do so in two to three; one that goes round never does.
STEPS_A_FAMILY: Final = 12
FAMILIES_MIN: Final = 50  # a small market may take as many steps as one with 50 sibling families
LOOK_AT_THE_CLOCK_EVERY: Final = 256  # steps


class OutOfTime(Exception):
    """The caller's time is used up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repaired:
    """``moving`` is empty if the seating is stable; else who moved in the last half, how often."""

    steps: int
    moving: Mapping[int, int]


def step_limit(market: Market) -> int:
    """Return after how many steps the search gives up."""
    return STEPS_A_FAMILY * max(FAMILIES_MIN, len(market.siblings))


class _Waiting:
    """Families that wait for a seat, most right first."""

    def __init__(self, market: Market, families: Sequence[int]) -> None:
        self._place = {family: at for at, family in enumerate(market.siblings)}
        self._siblings = market.siblings
        self._heap = [self._key(family) for family in families]
        heapify(self._heap)

    def _key(self, family: int) -> tuple[int, int]:
        # Singles first: they move on quickly, and a family then sees the seats as they are.
        return (self._place.get(family, -1), family)

    def push(self, families: list[int]) -> None:
        for family in families:
            heappush(self._heap, self._key(family))

    def pop(self) -> int:
        return heappop(self._heap)[1]

    def __len__(self) -> int:
        return len(self._heap)


def repair(
    seating: Seating,
    waiting_first: Sequence[int],
    *,
    limit: int,
    seconds_left: Callable[[], float],
    still: Set[int] = frozenset(),
) -> Repaired:
    """Seat ``waiting_first`` and mend within ``limit`` steps; raise :class:`OutOfTime`.

    Families that stand ``still`` take their fallback and nothing else.
    """
    market = seating.market
    waiting = _Waiting(market, waiting_first)
    moving: Counter[int] = Counter()
    steps = 0
    while True:
        family = waiting.pop() if waiting else _next_to_move(seating, still)
        if family is None:
            return Repaired(steps=steps, moving={})
        current = seating.current[family]
        last = len(market.options[family]) - 1
        better = last
        if family not in still:
            better = seating.best_option(family, before=last if current is None else current)
        displaced = seating.take(family, better)
        waiting.push(displaced)
        steps += 1
        if steps > limit // 2:
            moving.update((*displaced, family))
            if steps >= limit:
                return Repaired(steps=steps, moving=moving)
        if steps % LOOK_AT_THE_CLOCK_EVERY == 0 and seconds_left() <= 0:
            raise OutOfTime


def calm(
    seating: Seating, moving: Mapping[int, int], *, limit: int, seconds_left: Callable[[], float]
) -> Seating:
    """Return everybody seated so that few block, no more than stand still; raise OutOfTime.

    1. Of the families still moving let the one that moves most stand still, the first by identity
    of several. 2. Repair within ``limit`` steps. 3. Again, until nobody moves. 4. Let each that
    stands still go again, in the order of identity, and leave it so where nobody goes on moving.
    """
    still: set[int] = set()
    while moving:
        busiest = min(moving.keys() - still, key=lambda family: (-moving[family], family))
        still.add(busiest)
        seating.stand_up(busiest)
        waiting = [family for family, option in enumerate(seating.current) if option is None]
        steps = limit + 2 * len(still)  # each that stands still takes its fallback once
        moving = repair(
            seating, waiting, limit=steps, seconds_left=seconds_left, still=still
        ).moving
    for family in sorted(still):
        freed = seating.copy()
        freed.stand_up(family)
        others = still - {family}
        if not repair(freed, [family], limit=limit, seconds_left=seconds_left, still=others).moving:
            seating, still = freed, others
    return seating


def _next_to_move(seating: Seating, still: Set[int]) -> int | None:
    """Return a family that blocks, found down the lists of the seats that were left."""
    while seating.vacated:
        slot = min(seating.vacated)
        family = _first_at(seating, slot, still)
        if family is not None:
            return family
        seating.vacated.discard(slot)
    # A second look at everybody: what the lists of single slots cannot show.
    others = (family for family in range(len(seating.current)) if family not in still)
    return next(seating.blocking(others), None)


def _first_at(seating: Seating, slot: int, still: Set[int]) -> int | None:
    market, current = seating.market, seating.current
    present, seats = seating.seated[slot], market.seats[slot]
    for position in reversed(market.candidates[slot]):
        if len(present) >= seats and (not present or position < present[0]):
            return None
        family = market.owner[position]
        now = current[family]
        if now is None or family in still or market.first_option[position] >= now:
            continue
        if seating.best_option(family, before=now) < now:
            return family
    return None
