"""Where a score and last year's lowest stand on a drawn scale. Numbers only; a page draws it."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from childcare.points import points_text

# The drawing's own units: narrow enough that its text is not under 14 pixels at 320.
WIDTH: Final = 288
_EDGE: Final = 16
# Half the width of the words at either mark: they must not leave the drawing.
_YOU_HALF: Final = 40
_LOWEST_HALF: Final = 96


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Places along the line, and the words at them."""

    you: str
    lowest: str
    left: str
    right: str
    you_at: int
    lowest_at: int
    you_words_at: int
    lowest_words_at: int
    is_below: bool  # under last year's lowest


def scale(points: Fraction, *, lowest: Fraction, ends: tuple[int, int]) -> Scale:
    """Place both on the line; one beyond its ends stands at the end."""
    you_at, lowest_at = (_place(one, ends) for one in (points, lowest))
    return Scale(
        you=points_text(points),
        lowest=points_text(lowest),
        left=points_text(ends[0]),
        right=points_text(ends[1]),
        you_at=you_at,
        lowest_at=lowest_at,
        you_words_at=_inside(you_at, _YOU_HALF),
        lowest_words_at=_inside(lowest_at, _LOWEST_HALF),
        is_below=points < lowest,
    )


def _place(points: Fraction, ends: tuple[int, int]) -> int:
    low, high = ends
    inside = min(max(points, Fraction(low)), Fraction(high))
    return _EDGE + int((inside - low) / max(1, high - low) * (WIDTH - 2 * _EDGE))


def _inside(at: int, half: int) -> int:
    return min(max(at, half), WIDTH - half)
