"""A market as the solver sees it: positions instead of ids, in an order that the file cannot move.

Families are sorted by identity (their smallest child id) and slots by name. A *position* stands
for one child at one slot: among the children of one slot, or of slots that share seats, a larger
position is preferred by the slot. Every family ends in one more option than the file lists, its
fallback: each held child stays in its seat, every other child goes without.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from childcare.admission.market_file import MarketFile

Option = tuple[int, ...]  # positions, sorted by slot and then upwards
NO_GROUP: Final = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """Everything that the solver needs, by number; built by :func:`compile_market` only."""

    sha256: str
    document: Mapping[str, Any]  # as parsed: what the certificate reads
    slots: Sequence[str]
    seats: Sequence[int]
    group_of: Sequence[int]  # slot -> shared entry, or NO_GROUP
    groups: Sequence[tuple[tuple[int, ...], int]]  # shared entry -> its slots, its seats
    identities: Sequence[str]
    index_in_file: Sequence[int]  # family -> its place in the file
    options: Sequence[Sequence[Option]]  # family -> options, the fallback last
    owner: Sequence[int]  # position -> family
    slot_at: Sequence[int]  # position -> slot
    child_at: Sequence[str]  # position -> child
    candidates: Sequence[Sequence[int]]  # slot -> positions, best last
    first_option: Sequence[int]  # position -> index of the first option that uses it
    singles: Sequence[int]  # families of one child
    siblings: Sequence[int]  # families of several, those with most right first

    def assignment_in_file_order(self, current: Sequence[int]) -> list[int]:
        """Return the option index of each family in the file's order, -1 for the fallback."""
        found = [-1] * len(current)
        for family, option in enumerate(current):
            if option < len(self.options[family]) - 1:
                found[self.index_in_file[family]] = option
        return found


def compile_market(file: MarketFile) -> Market:
    """Number what ``file`` names.

    1. Sort slots and families. 2. Sort the children of each slot, or of slots that share, by
    (held here, value): their order numbers are the positions. 3. Write options in positions.
    """
    slots = sorted(file.capacity)
    slot_number = {slot: number for number, slot in enumerate(slots)}
    groups = [
        (tuple(sorted(slot_number[slot] for slot in entry.slots)), entry.seats)
        for entry in sorted(file.shared, key=lambda entry: min(entry.slots))
    ]
    group_of = [NO_GROUP] * len(slots)
    for group, (members, _seats) in enumerate(groups):
        for slot in members:
            group_of[slot] = group
    order = sorted(range(len(file.families)), key=lambda at: min(file.families[at].children))
    family_of = {
        child: family for family, at in enumerate(order) for child in file.families[at].children
    }
    positions = _Positions(file, slot_number, group_of)
    slot_at, child_at = positions.slot_at, positions.child_at
    options = [_options_of(file, at, positions.number) for at in order]
    first_option = [0] * len(slot_at)
    for row in options:
        for index in range(len(row) - 1, -1, -1):
            for position in row[index]:
                first_option[position] = index
    candidates: list[list[int]] = [[] for _ in slots]
    for position, slot in enumerate(slot_at):
        candidates[slot].append(position)
    siblings = [at for at in range(len(order)) if len(file.families[order[at]].children) > 1]
    return Market(
        sha256=file.sha256,
        document=file.document,
        slots=slots,
        seats=[file.capacity[slot] for slot in slots],
        group_of=group_of,
        groups=groups,
        identities=[min(file.families[at].children) for at in order],
        index_in_file=order,
        options=options,
        owner=[family_of[child] for child in child_at],
        slot_at=slot_at,
        child_at=child_at,
        candidates=candidates,
        first_option=first_option,
        singles=[at for at in range(len(order)) if len(file.families[order[at]].children) == 1],
        siblings=_by_standing(siblings, options, candidates, slot_at),
    )


class _Positions:
    """Positions of the pairs that options and held seats use, and no others."""

    def __init__(
        self, file: MarketFile, slot_number: Mapping[str, int], group_of: Sequence[int]
    ) -> None:
        pairs = {
            (child, slot)
            for family in file.families
            for option in family.options
            for slot, children in option
            for child in children
        }
        pairs.update(file.held.items())
        # Slots that share seats are one pool: their children are compared with one another.
        pools = sorted(
            (
                -1 - group_of[number] if group_of[number] != NO_GROUP else number,
                file.held.get(child) == slot,
                file.priority.get((child, slot), 0),
                number,
                child,
            )
            for child, slot in pairs
            for number in (slot_number[slot],)
        )
        self.slot_at = [row[3] for row in pools]
        self.child_at = [row[4] for row in pools]
        names = {number: slot for slot, number in slot_number.items()}
        self.number = {(row[4], names[row[3]]): at for at, row in enumerate(pools)}
        self._slot_number = slot_number


def _options_of(file: MarketFile, at: int, number: Mapping[tuple[str, str], int]) -> list[Option]:
    """Return the options of family ``at`` in positions, the fallback last.

    A held child that an option leaves out keeps its seat in it: no option costs a seat.
    """
    family = file.families[at]
    held = [(child, file.held[child]) for child in family.children if child in file.held]
    rows: list[Option] = []
    for option in family.options:
        pairs = [(child, slot) for slot, children in option for child in children]
        if held:
            placed = {child for child, _slot in pairs}
            pairs += [pair for pair in held if pair[0] not in placed]
        if len(pairs) > 1:
            pairs.sort(key=lambda pair: (pair[1], number[pair]))
        rows.append(tuple([number[pair] for pair in pairs]))
    rows.append(tuple([number[pair] for pair in sorted(held, key=lambda pair: pair[1])]))
    return rows


def _by_standing(
    families: Sequence[int],
    options: Sequence[Sequence[Option]],
    candidates: Sequence[Sequence[int]],
    slot_at: Sequence[int],
) -> list[int]:
    """Return ``families`` with most right first: by the mean rank of their members at slots.

    Ranks and not values, because values of different slots need not be on one scale. In
    millionths of the slot's list, rounded down; identity decides what is left.
    """
    rank = [0] * len(slot_at)
    for row in candidates:
        for above, position in enumerate(reversed(row)):
            rank[position] = above * 1_000_000 // len(row)

    def standing(family: int) -> tuple[int, int]:
        used = {position for option in options[family] for position in option}
        return (sum(rank[position] for position in used) // max(1, len(used)), family)

    return sorted(families, key=standing)
