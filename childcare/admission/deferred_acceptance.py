"""Place single children: each proposes down its list, each slot keeps its best.

1. Every child that is not seated proposes to the next slot of its list. 2. A slot takes it while
there is a seat; else the lowest of those present and itself leaves. 3. Who left goes on with the
next wish. It ends when nobody proposes. Each child proposes to each wish once: O(wishes log seats).
The result is the stable one that is best for every child, whatever the order of proposals (Gale
and Shapley 1962), so no tie-break stands here.

It does not know slots that share seats, nor families of several: :mod:`repair` does.
"""

from collections.abc import Sequence
from heapq import heappush, heappushpop

from childcare.admission.market import Market


def seat_singles(market: Market) -> tuple[list[list[int]], list[int]]:
    """Return (positions seated in each slot, upwards; option of each family).

    Families of several children and singles without a seat get their fallback.
    """
    slot_at, owner, seats, options = market.slot_at, market.owner, market.seats, market.options
    seated: list[list[int]] = [[] for _ in seats]
    tried = [0] * len(options)
    for first in market.singles:
        family = first
        rows = options[family]
        at = tried[family]
        while rows[at]:  # only a fallback without a held seat is empty
            position = rows[at][0]
            slot = slot_at[position]
            present = seated[slot]
            if len(present) < seats[slot]:
                heappush(present, position)
                break
            if present and position > present[0]:
                tried[family] = at
                family = owner[heappushpop(present, position)]
                rows = options[family]
                at = tried[family]
            at += 1
        tried[family] = at
    for family in market.siblings:
        tried[family] = len(options[family]) - 1
    return [sorted(present) for present in seated], tried


def can_seat_singles(market: Market) -> bool:
    """Say whether :func:`seat_singles` knows all that this market asks."""
    return not market.groups


__all__: Sequence[str] = ["can_seat_singles", "seat_singles"]
