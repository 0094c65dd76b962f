"""Arithmetic on yen that names its rounding."""

from collections.abc import Sequence
from typing import Final

WHOLE: Final = 10_000  # basis points


def part_of(amount_yen: int, *, basis_points: int) -> int:
    """Return the part of ``amount_yen`` at a rate, rounded down: a rate is an upper bound."""
    return amount_yen * basis_points // WHOLE


def split_by_largest_remainder(total_yen: int, weights: Sequence[int]) -> list[int]:
    """Split ``total_yen`` in proportion to ``weights``; the parts add up to it exactly.

    1. Give each weight its exact share, rounded down.
    2. Give what is left, a yen each, to the largest remainders; ties go to the earlier one.

    ``ValueError`` where there is nothing to split by.
    """
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0 or total_yen < 0:
        raise ValueError("weights and the total must not be negative, and some weight above zero")
    shares = [divmod(total_yen * weight, whole) for weight in weights]
    parts = [quotient for quotient, _rest in shares]
    by_rest = sorted(range(len(shares)), key=lambda place: (-shares[place][1], place))
    for place in by_rest[: total_yen - sum(parts)]:
        parts[place] += 1
    return parts
