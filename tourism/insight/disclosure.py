"""Decide what may be told of a table of people, so that no part of it can be computed back.

Plain Python: cells in, parts out. The cells are the finest that any question can ask for, and
each person is in one of them. They are joined to parts of at least ten people, once; each part is
rounded once; and every number that leaves is a sum of whole parts. So whatever two answers are
subtracted from each other, the difference is made of whole parts too, and never of a small cell.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set as AbstractSet
from dataclasses import dataclass
from typing import Final

PEOPLE_MIN: Final = 10
PEOPLE_STEP: Final = 5  # numbers of people are rounded to these
YEN_STEP: Final = 5_000  # sums of money too: one bill must not show in them
SHOPS_MIN: Final = 3
# One shop with more than this share of a sum could be read from it (dominance rule).
SHOP_PERCENT_MAX: Final = 70
OTHERS: Final = "others"  # stands for the values that were joined

Key = tuple[str, ...]
Wanted = Sequence[AbstractSet[str] | None]  # a dimension each: these values, or all of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """People who are alike in every dimension, and what they did.

    ``spreads`` say over which shops something of theirs is spread (each a share by shop); none of
    them may be mostly one shop.
    """

    key: Key
    people: int
    own_yen: int = 0
    coupon_yen: int = 0
    spreads: tuple[Mapping[str, int], ...] = ()

    def joined(self, other: "Cell", *, key: Key) -> "Cell":
        """Return both as one cell under ``key``."""
        pairs = zip(self.spreads or other.spreads, other.spreads or self.spreads, strict=True)
        both = bool(self.spreads and other.spreads)
        return Cell(
            key=key,
            people=self.people + other.people,
            own_yen=self.own_yen + other.own_yen,
            coupon_yen=self.coupon_yen + other.coupon_yen,
            spreads=tuple(Counter(a) + Counter(b) if both else a for a, b in pairs),
        )

    @property
    def may_be_told(self) -> bool:
        """Say whether this is enough people, and no single shop's customers or takings."""
        return self.people >= PEOPLE_MIN and all(is_spread(one) for one in self.spreads)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What may be told of at least ten people: rounded, and under values that they share."""

    key: Key  # ``OTHERS`` where several values were joined
    people: int
    own_yen: int = 0
    coupon_yen: int = 0

    def is_inside(self, wanted: Wanted) -> bool:
        """Say whether everybody in this part has one of the wanted values."""
        return all(
            values is None or value in values
            for value, values in zip(self.key, wanted, strict=True)
        )


def is_spread(shares: Mapping[str, int]) -> bool:
    """Say whether these shares by shop hide each single shop; nothing to share hides nobody."""
    total = sum(shares.values())
    if total == 0:
        return not shares
    shops = sum(share > 0 for share in shares.values())
    return shops >= SHOPS_MIN and max(shares.values()) * 100 <= total * SHOP_PERCENT_MAX


def rounded(value: int, *, step: int) -> int:
    """Return ``value`` rounded to ``step``; a half goes up."""
    return (value + step // 2) // step * step


def parts_of(cells: Iterable[Cell]) -> list[Part]:
    """Join ``cells`` to parts that may be told, each rounded; empty where nothing may.

    1. a cell that may be told is a part;
    2. the others are joined with those that share their first values, from the last dimension to
       the first: what may be told then is a part;
    3. a rest that still may not be told takes the smallest part with it, and again until it may
       (secondary suppression: else the total would give the rest away);
    4. where the rest took everything and still may not be told, nothing is.

    Ties go to the smaller key, so that the same cells give the same parts.
    """
    parts = [cell for cell in cells if cell.may_be_told]
    left = [cell for cell in cells if cell.people and not cell.may_be_told]
    depth = max((len(cell.key) for cell in left), default=0)
    for kept in range(depth - 1, -1, -1):
        left = _joined_by_prefix(left, kept=kept, depth=depth)
        parts += [cell for cell in left if cell.may_be_told]
        left = [cell for cell in left if not cell.may_be_told]
    for rest in left:  # all in one cell by now
        whole = rest
        while not whole.may_be_told:
            if not parts:
                return []
            smallest = min(parts, key=lambda cell: (cell.people, cell.key))
            parts.remove(smallest)
            whole = whole.joined(smallest, key=(OTHERS,) * depth)
        parts.append(whole)
    return [_rounded(cell) for cell in sorted(parts, key=lambda cell: cell.key)]


def _joined_by_prefix(cells: Iterable[Cell], *, kept: int, depth: int) -> list[Cell]:
    groups: dict[Key, Cell] = {}
    for cell in cells:
        key = cell.key[:kept] + (OTHERS,) * (depth - kept)
        groups[key] = cell if key not in groups else groups[key].joined(cell, key=key)
    return [_named(cell, key) for key, cell in groups.items()]


def _named(cell: Cell, key: Key) -> Cell:
    return Cell(
        key=key,
        people=cell.people,
        own_yen=cell.own_yen,
        coupon_yen=cell.coupon_yen,
        spreads=cell.spreads,
    )


def _rounded(cell: Cell) -> Part:
    return Part(
        key=cell.key,
        people=rounded(cell.people, step=PEOPLE_STEP),
        own_yen=rounded(cell.own_yen, step=YEN_STEP),
        coupon_yen=rounded(cell.coupon_yen, step=YEN_STEP),
    )


def people_in(parts: Iterable[Part], wanted: Wanted) -> int:
    """Return the people of the parts that lie wholly inside ``wanted``: the only way to ask."""
    return sum(part.people for part in parts if part.is_inside(wanted))
