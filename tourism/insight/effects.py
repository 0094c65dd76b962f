"""Say how much more people spent with the coupon than without, and how sure that is.

Plain statistics over sums: no person comes in here. The interval is Welch's with the normal
quantile, which is why an arm needs thirty people.
"""

import math
from dataclasses import dataclass
from typing import Final

ARM_MIN: Final = 30
_QUANTILE: Final = 1.959964  # of the normal distribution at 97.5 %: an interval of 95 %
MEAN_STEP_YEN: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """The outcomes of one arm as sums: people, their yen, and the squares of their yen."""

    people: int
    total_yen: int
    total_squares: int
    givers: int = 0  # of them, how many kept a receipt

    @property
    def mean(self) -> float:
        return self.total_yen / self.people

    @property
    def variance(self) -> float:
        """The sample variance; the sums are exact integers, so nothing cancels."""
        return (self.total_squares * self.people - self.total_yen**2) / (
            self.people * (self.people - 1)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Yen a person that the coupon added, with an interval of 95 %; rounded to five yen."""

    yen: int
    low_yen: int
    high_yen: int
    with_yen: int
    without_yen: int

    @property
    def is_sure(self) -> bool:
        """Say whether the interval leaves out nothing at all (0)."""
        return self.low_yen > 0 or self.high_yen < 0


def difference(with_coupon: Arm, without: Arm) -> Difference | None:
    """Return what the coupon added; ``None`` where an arm has too few people to say."""
    if min(with_coupon.people, without.people) < ARM_MIN:
        return None
    yen = with_coupon.mean - without.mean
    width = _QUANTILE * math.sqrt(
        with_coupon.variance / with_coupon.people + without.variance / without.people
    )
    return Difference(
        yen=_to_step(yen),
        low_yen=math.floor((yen - width) / MEAN_STEP_YEN) * MEAN_STEP_YEN,
        high_yen=math.ceil((yen + width) / MEAN_STEP_YEN) * MEAN_STEP_YEN,
        with_yen=_to_step(with_coupon.mean),
        without_yen=_to_step(without.mean),
    )


def _to_step(yen: float) -> int:
    return round(yen / MEAN_STEP_YEN) * MEAN_STEP_YEN
