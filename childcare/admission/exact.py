"""Settle by integer programming what the repair search could not.

1. One 0/1 variable an option of each free family, one an occupied position; the other families
stay where they are. 2. Capacities. 3. For each option of each family (the fixed ones too, where
free families can change anything): the family has it or a better one, or some slot or shared
entry does not choose its members, or, when the fewest blocking families are sought, the family
counts as blocking. 4. Fewest blocking families, then most children placed, then each family in
the order of identity as early in its list as it can be: so the answer is one.

OR-Tools' CP-SAT with one worker, a fixed seed and a limit in deterministic time: the same market
gives the same answer on every machine.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

from ortools.sat.python import cp_model

from childcare.admission.market import NO_GROUP, Market, Option
from childcare.admission.repair import OutOfTime

SEED: Final = 1
DETERMINISTIC_SECONDS_MAX: Final = 120.0
# Families whose options are decided in one lexicographic step: their product stays below this.
WEIGHT_MAX: Final = 2**50

Literal = Any  # OR-Tools has no stubs


class Undecided(Exception):
    """The deterministic time ended before an answer was proved."""


def settle(
    market: Market,
    current: Sequence[int],
    free: Iterable[int],
    *,
    may_block: bool,
    seconds_left: Callable[[], float],
) -> list[int] | None:
    """Return each family's option with ``free`` ones moved, or ``None`` if none is found.

    Without ``may_block`` no family of the answer blocks; with it the fewest do. ``current`` must
    keep within capacity. ``None``: there is no answer, or the deterministic time ended before one
    was proved, on every machine alike. Raise :class:`OutOfTime` when the caller's time ends.
    """
    program = _Program(market, current, sorted(free), may_block=may_block)
    try:
        return program.best(seconds_left)
    except Undecided:
        return None


class _Program:
    """The model and its variables."""

    def __init__(
        self, market: Market, current: Sequence[int], free: Sequence[int], *, may_block: bool
    ) -> None:
        self.market, self.current, self.free = market, list(current), free
        self.model = cp_model.CpModel()
        self.has: dict[int, list[Literal]] = {}  # family -> one literal an option
        self.at: dict[int, Literal] = {}  # position -> is somebody of a free family there
        self.blocks: dict[int, Literal] | None = {} if may_block else None
        self.index: dict[int, Any] = {}  # family -> its option's number
        self._rejects: dict[tuple[int, int, int, int], Literal] = {}
        self._variables()
        self._fixed = self._fixed_positions()
        self._capacities()
        for family in self._watched():
            self._stability(family)

    def _variables(self) -> None:
        for family in self.free:
            rows = self.market.options[family]
            has = [self.model.new_bool_var("") for _ in rows]
            self.model.add_exactly_one(has)
            self.has[family] = has
            self.index[family] = sum(number * literal for number, literal in enumerate(has))
            using: dict[int, list[Literal]] = defaultdict(list)
            for option, literal in zip(rows, has, strict=True):
                for position in option:
                    using[position].append(literal)
            for position, literals in using.items():
                here = self.model.new_bool_var("")
                self.model.add(sum(literals) == here)
                self.at[position] = here
        self.free_at: dict[int, list[int]] = defaultdict(list)  # slot -> positions
        for position in self.at:
            self.free_at[self.market.slot_at[position]].append(position)

    def _fixed_positions(self) -> dict[int, list[int]]:
        fixed: dict[int, list[int]] = defaultdict(list)
        for family, option in enumerate(self.current):
            if family not in self.has:
                for position in self.market.options[family][option]:
                    fixed[self.market.slot_at[position]].append(position)
        return fixed

    def _capacities(self) -> None:
        for slot, positions in list(self.free_at.items()):
            room = self.market.seats[slot] - len(self._fixed.get(slot, ()))
            self.model.add(sum(self.at[position] for position in positions) <= room)
        for slots, seats in self.market.groups:
            here = [self.at[position] for slot in slots for position in self.free_at.get(slot, ())]
            if here:
                room = seats - sum(len(self._fixed.get(slot, ())) for slot in slots)
                self.model.add(sum(here) <= room)

    def _watched(self) -> Iterator[int]:
        """Give the free families, and the others for whom free families could make room."""
        slot_at, group_of = self.market.slot_at, self.market.group_of
        touched = {slot for slot, positions in self.free_at.items() if positions}
        groups = {group_of[slot] for slot in touched} - {NO_GROUP}
        for group in groups:
            touched.update(self.market.groups[group][0])
        for family, rows in enumerate(self.market.options):
            if family in self.has or any(
                slot_at[position] in touched
                for option in rows[: self.current[family]]
                for position in option
            ):
                yield family

    def _stability(self, family: int) -> None:
        rows = self.market.options[family]
        has = self.has.get(family)
        before = len(rows) - 1 if has else self.current[family]
        reached: Literal | None = None  # has this option or a better one
        for number in range(before):
            clause = list(self._reasons(family, rows[number]))
            if has:
                reached = self._or(reached, has[number])
                clause.append(reached)
            if self.blocks is not None:
                if family not in self.blocks:
                    self.blocks[family] = self.model.new_bool_var("")
                clause.append(self.blocks[family])
            self.model.add_bool_or(clause)

    def _or(self, reached: Literal | None, literal: Literal) -> Literal:
        if reached is None:
            return literal
        both = self.model.new_bool_var("")
        self.model.add(reached + literal == both)
        return both

    def _reasons(self, family: int, option: Option) -> Iterator[Literal]:
        """Give literals that, if true, mean that the option's members are not all chosen."""
        slot_at = self.market.slot_at
        inside: dict[int, list[int]] = defaultdict(list)
        groups: dict[int, list[int]] = defaultdict(list)
        for position in option:
            slot = slot_at[position]
            inside[slot].append(position)
            if self.market.group_of[slot] != NO_GROUP:
                groups[self.market.group_of[slot]].append(position)
        for slot, members in inside.items():
            lowest = min(members)
            needed = self.market.seats[slot] - len(members) + 1
            key = (family, slot, lowest, needed)
            if key not in self._rejects:
                self._rejects[key] = self._at_least(self._higher(family, slot, lowest), needed)
            yield self._rejects[key]
        for group, members in groups.items():
            yield self._group_rejects(family, group, members, inside)

    def _higher(self, family: int, slot: int, lowest: int) -> tuple[list[Literal], int]:
        """Return (literals, count of fixed) of who sits above ``lowest`` outside the family."""
        owner = self.market.owner
        literals = [
            self.at[position]
            for position in self.free_at.get(slot, ())
            if position > lowest and owner[position] != family
        ]
        fixed = sum(
            position > lowest and owner[position] != family
            for position in self._fixed.get(slot, ())
        )
        return literals, fixed

    def _at_least(self, higher: tuple[list[Literal], int], needed: int) -> Literal:
        literals, fixed = higher
        rejects = self.model.new_bool_var("")
        self.model.add(sum(literals) + fixed >= needed).only_enforce_if(rejects)
        return rejects

    def _group_rejects(
        self, family: int, group: int, members: Sequence[int], inside: dict[int, list[int]]
    ) -> Literal:
        """Slots choose first: of those above the lowest member, each keeps what it has room for."""
        slots, seats = self.market.groups[group]
        chosen: list[Any] = []
        for slot in slots:
            literals, fixed = self._higher(family, slot, min(members))
            room = max(0, self.market.seats[slot] - len(inside.get(slot, ())))
            kept = self.model.new_int_var(0, room, "")
            self.model.add(kept <= sum(literals) + fixed)
            chosen.append(kept)
        rejects = self.model.new_bool_var("")
        self.model.add(sum(chosen) >= seats - len(members) + 1).only_enforce_if(rejects)
        return rejects

    # -- solving ------------------------------------------------------------------------------

    def best(self, seconds_left: Callable[[], float]) -> list[int] | None:
        """Return each family's option in the one best answer, or ``None``."""
        if self.blocks:
            few = sum(self.blocks.values())
            self.model.minimize(few)
            if (found := self._solve(seconds_left)) is None:
                return None
            self.model.add(few == round(found.objective_value))
        placed = sum(self.at.values()) if self.at else 0
        self.model.maximize(placed)
        if (found := self._solve(seconds_left)) is None:
            return None
        self.model.add(placed == round(found.objective_value))
        self._fix_in_order(
            seconds_left, {one: round(found.value(self.index[one])) for one in self.free}
        )
        return self.current

    def _fix_in_order(self, seconds_left: Callable[[], float], known: dict[int, int]) -> None:
        """Decide families in the order of identity, several at a time by one weighted sum."""
        rest = list(self.free)
        while rest:
            part, weight = [], 1
            while rest and weight * len(self.market.options[rest[0]]) < WEIGHT_MAX:
                weight *= len(self.market.options[rest[0]])
                part.append(rest.pop(0))
            if any(known[family] for family in part):
                total: Any = 0
                for family in part:
                    total = total * len(self.market.options[family]) + self.index[family]
                self.model.minimize(total)
                found = self._solve(seconds_left)
                if found is None:
                    raise AssertionError("an answer that was there is gone")
                known = {family: round(found.value(self.index[family])) for family in self.free}
            for family in part:
                self.current[family] = known[family]
                self.model.add(self.has[family][known[family]] == 1)

    def _solve(self, seconds_left: Callable[[], float]) -> Any:
        """Return the solver after an optimal answer, ``None`` if there is none."""
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = SEED
        solver.parameters.max_deterministic_time = DETERMINISTIC_SECONDS_MAX
        if (left := seconds_left()) <= 0:
            raise OutOfTime
        if left < DETERMINISTIC_SECONDS_MAX:
            solver.parameters.max_time_in_seconds = left
        status = solver.solve(self.model)
        if status == cp_model.INFEASIBLE:
            return None
        if status != cp_model.OPTIMAL:
            raise OutOfTime if seconds_left() <= 0 else Undecided
        return solver
