"""Points as people read them: exact halves, and fractions to two decimals."""

from fractions import Fraction

_HUNDREDTHS = 100


def points_text(half_points: Fraction | int) -> str:
    """Return half points as points: 93 is "46.5", a third is rounded to two decimals, half up.

    Only for reading: whoever compares scores compares the fractions.
    """
    hundredths = int(abs(Fraction(half_points)) / 2 * _HUNDREDTHS + Fraction(1, 2))
    whole, rest = divmod(hundredths, _HUNDREDTHS)
    sign = "-" if half_points < 0 and hundredths else ""
    decimals = f"{rest:02d}".rstrip("0")
    return f"{sign}{whole}.{decimals}" if decimals else f"{sign}{whole}"
