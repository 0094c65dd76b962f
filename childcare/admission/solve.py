"""From a market to a result: the fast way first, then the exact one where it is needed.

1. Single children by deferred acceptance. 2. Families of several by the repair search. 3. Where it
gives up, the exact solver: on the families that were still moving, then on the whole market if it
is small, then for the fewest families that block. 4. Where even that cannot be proved in its
deterministic time, the repair goes on with the families that move most standing still: few block.
5. The certificate, a separate program, has the last word on which families block.
"""

import math
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from importlib import import_module
from typing import Final

from childcare.admission.certificate import Checker
from childcare.admission.deferred_acceptance import can_seat_singles, seat_singles
from childcare.admission.market import Market, compile_market
from childcare.admission.market_file import read_market_file
from childcare.admission.repair import OutOfTime, calm, repair, step_limit
from childcare.admission.result import Method, Result
from childcare.admission.seating import Seating

# A whole market of more options is not given to the exact solver at once.
EXACT_OPTIONS_MAX: Final = 10_000
# The fewest that block take the exact solver minutes in a larger core, for one or two fewer.
FEWEST_OPTIONS_MAX: Final = 2_000
# Steps of the first search for each search with one more family that stands still.
CALM_PART: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved:
    """The result and, for explanations, each family's option by the market's numbers."""

    result: Result
    current: Sequence[int]


def no_limit() -> float:
    """Answer how many seconds are left: as many as it takes."""
    return math.inf


def load_market(raw: bytes) -> Market:
    """Return the market in ``raw``; raise :class:`childcare.admission.market_file.BadMarket`."""
    return compile_market(read_market_file(raw))


def solve(market: Market, *, seconds_left: Callable[[], float] = no_limit) -> Solved:
    """Return the certified result of ``market``; interrupted if time runs out."""
    try:
        method, current = _assign(market, seconds_left)
    except OutOfTime:
        # Nobody moves: each held child in its seat, everybody else without one.
        method, current = Method.INTERRUPTED, [len(rows) - 1 for rows in market.options]
    assignment = market.assignment_in_file_order(current)
    checker = Checker(market.document, assignment)
    if overfull := checker.overfull():
        raise AssertionError(f"more children than seats: {overfull}")
    result = Result(
        assignment=assignment,
        placed=checker.placed,
        blocking_families=checker.blocking(),
        method=method,
        market_sha256=market.sha256,
    )
    return Solved(result=result, current=current)


def _assign(market: Market, seconds_left: Callable[[], float]) -> tuple[Method, list[int]]:
    if seconds_left() <= 0:
        raise OutOfTime
    if can_seat_singles(market):
        seating = Seating(market, *seat_singles(market))
        waiting, limit = market.siblings, step_limit(market)
        if not waiting:
            return Method.DEFERRED_ACCEPTANCE, _options(seating)
    else:
        # Shared seats: singles go through the search too. A child whose value differs between
        # slots that share may go round there even without siblings, so the limit holds for all.
        seating = Seating(market, [[] for _ in market.slots])
        waiting = [*market.singles, *market.siblings]
        limit = step_limit(market) + 2 * len(market.owner)
    for family in waiting:
        seating.current[family] = None
    repaired = repair(seating, waiting, limit=limit, seconds_left=seconds_left)
    if not repaired.moving:
        return Method.REPAIR, _options(seating)
    return _settle(seating, repaired.moving, seconds_left)


def _settle(
    seating: Seating, moves: Mapping[int, int], seconds_left: Callable[[], float]
) -> tuple[Method, list[int]]:
    """Settle exactly what still moves: the core, else more, else with the fewest that block."""
    market = seating.market
    still_moving = seating.copy()
    core = set(moves) | _send_back(seating)
    current = _options(seating)
    core.update(seating.blocking(range(len(current))))
    wide = _widened(market, core)
    # OR-Tools takes half a second to import, and most rounds never need it.
    exact = import_module("childcare.admission.exact")
    for method, free in ((Method.EXACT_CORE, core), (Method.EXACT_MARKET, wide)):
        found = exact.settle(market, current, free, may_block=False, seconds_left=seconds_left)
        if found is not None:
            return method, found
    if len(wide) == len(current):
        found = exact.settle(market, current, wide, may_block=True, seconds_left=seconds_left)
        if found is not None:
            return Method.MINIMUM_BLOCKING, found
    steps = step_limit(market) // CALM_PART
    seating = calm(still_moving, moves, limit=steps, seconds_left=seconds_left)
    few = _options(seating)
    blocking = list(seating.blocking(range(len(few))))
    if not blocking:
        return Method.REPAIR, few
    if len(blocking) > 1 and sum(len(market.options[one]) for one in core) <= FEWEST_OPTIONS_MAX:
        found = exact.settle(market, few, core, may_block=True, seconds_left=seconds_left)
        few = found or few
    return Method.FEW_BLOCKING, few


def _send_back(seating: Seating) -> set[int]:
    """Give each waiting family its fallback; return all families that this moves.

    A held seat that was given on meanwhile goes back to its child, and whoever sat there waits in
    turn. That ends: a held child outranks all others at its slot, so it is never pushed out again.
    """
    waiting = [family for family, option in enumerate(seating.current) if option is None]
    moved: set[int] = set()
    while waiting:
        family = waiting.pop()
        moved.add(family)
        waiting += seating.take(family, len(seating.market.options[family]) - 1)
    return moved


def _widened(market: Market, core: Set[int]) -> Set[int]:
    """Return all families if the market is small, else the core and its rivals, ring by ring."""
    if sum(len(rows) for rows in market.options) <= EXACT_OPTIONS_MAX:
        return set(range(len(market.options)))
    inside, ring = set(core), set(core)
    options = sum(len(market.options[family]) for family in inside)
    while ring:
        slots = {market.slot_at[one] for f in ring for row in market.options[f] for one in row}
        rivals = {market.owner[one] for slot in slots for one in market.candidates[slot]}
        ring = set()
        for family in sorted(rivals - inside):
            options += len(market.options[family])
            if options > EXACT_OPTIONS_MAX:
                return inside
            inside.add(family)
            ring.add(family)
    return inside


def _options(seating: Seating) -> list[int]:
    return [option for option in seating.current if option is not None]
