"""What childcare may cost at most: an estimate from the income band, never a bill.

Children of three and over are free, and so are those under three of households without
municipal tax (幼児教育・保育の無償化, 2019). For the others the table gives the nation's ceiling;
the second child before school pays half and the third nothing (施行令: 多子軽減).
"""

import csv
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

from core.refusals import gettext_noop as _

TABLE: Final = Path(__file__).parent.parent / "data" / "fee_ceilings_under_3.csv"
FREE_FROM_CLASS_AGE: Final = 3
ROUND_DOWN_TO_YEN: Final = 10


class Band(StrEnum):
    """The two bands that no amount of tax names."""

    WELFARE = "welfare"  # 生活保護世帯
    EXEMPT = "exempt"  # 市町村民税非課税世帯


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeRow:
    """One band of the table; ``levy_below_yen`` is outside, none in the last."""

    band: int
    levy_from_yen: int | None
    levy_below_yen: int | None
    standard_yen: int
    short_yen: int
    amounts_checked: bool  # held against the order's own text


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeEstimate:
    """At most so much a month, and why."""

    at_most_yen: int
    reason: str  # a message id
    band: int | None = None


FREE_BY_AGE: Final = _("3歳から5歳のクラスは、保育料がかかりません。")
FREE_BY_TAX: Final = _("住民税がかからない家庭は、保育料がかかりません。")
FREE_THIRD: Final = _("小学校に入る前の3人めからは、保育料がかかりません。")
CEILING: Final = _("国が決めた上の限りです。市の保育料は、これより高くなりません。")
CEILING_HALF: Final = _("小学校に入る前の2人めは、国が決めた上の限りの半分です。")


def estimate(
    *,
    class_age: int,
    levy_yen: int | None,
    band: Band | None = None,
    is_short: bool = False,
    nth_child: int = 1,
) -> FeeEstimate:
    """Return the most that a month may cost. ``levy_yen`` is the household's 所得割額."""
    if class_age >= FREE_FROM_CLASS_AGE:
        return FeeEstimate(at_most_yen=0, reason=FREE_BY_AGE)
    if band is not None:
        return FeeEstimate(at_most_yen=0, reason=FREE_BY_TAX)
    if nth_child > 2:  # noqa: PLR2004  the third
        return FeeEstimate(at_most_yen=0, reason=FREE_THIRD)
    row = row_of(levy_yen or 0)
    full = row.short_yen if is_short else row.standard_yen
    if nth_child == 2:  # noqa: PLR2004  the second
        return FeeEstimate(at_most_yen=half(full), reason=CEILING_HALF, band=row.band)
    return FeeEstimate(at_most_yen=full, reason=CEILING, band=row.band)


def half(yen: int) -> int:
    """Return half of ``yen``, rounded down to ten yen."""
    return yen // 2 // ROUND_DOWN_TO_YEN * ROUND_DOWN_TO_YEN


def row_of(levy_yen: int) -> FeeRow:
    """Return the band of a household that pays tax; ``ValueError`` for a negative amount."""
    for row in fee_rows():
        if row.levy_from_yen is None or levy_yen < row.levy_from_yen:
            continue
        if row.levy_below_yen is None or levy_yen < row.levy_below_yen:
            return row
    raise ValueError("no band for this amount")


@cache
def fee_rows() -> tuple[FeeRow, ...]:
    """Read the table."""
    with TABLE.open(encoding="utf-8", newline="") as lines:
        return tuple(
            FeeRow(
                band=int(one["band"]),
                levy_from_yen=int(one["levy_from_yen"]) if one["levy_from_yen"] else None,
                levy_below_yen=int(one["levy_below_yen"]) if one["levy_below_yen"] else None,
                standard_yen=int(one["standard_yen"]),
                short_yen=int(one["short_yen"]),
                amounts_checked=one["amounts_checked"] == "yes",
            )
            for one in csv.DictReader(lines)
        )
