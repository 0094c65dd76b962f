"""What a handbook means for its card: the discount, and until when.

The handbook prints the fare class and the city follows it; nothing here overrides it.
"""

import calendar
from dataclasses import dataclass
from datetime import date
from typing import Final

from disability_card.ledger_row import ChangeKind, HandbookType, LedgerRow

FIRST_CLASS: Final = 1  # 第1種: holder and one caregiver


@dataclass(frozen=True, slots=True, kw_only=True)
class Discount:
    """What a venue may learn."""

    discount_class: int  # 0 no fare class, 1, 2
    caregivers: int  # 0 or 1


def discount_of(row: LedgerRow, *, attendant_rule: bool) -> Discount:
    """Return the discount of a handbook.

    One caregiver for 第1種; also where the ledger says that an attendant is needed, but only
    where the city's setting (``attendant_rule``) allows it.
    """
    discount_class = row.fare_class or 0
    by_attendant = attendant_rule and row.attendant_needed
    caregivers = 1 if discount_class == FIRST_CLASS or by_attendant else 0
    return Discount(discount_class=discount_class, caregivers=caregivers)


def ends_on(row: LedgerRow) -> date | None:
    """Return the last day on which the handbook is valid, or ``None`` where it has no end.

    精神: 有効期限 (two years). 療育: the last day of 次回判定年月. 身体: the last day of
    再認定年月 where one is set, else none.
    """
    if row.handbook_type is HandbookType.MENTAL:
        return row.valid_until
    if row.handbook_type is HandbookType.INTELLECTUAL:
        return _last_day(row.next_assessment_month) or row.valid_until
    return _last_day(row.recert_month)


def is_gone(row: LedgerRow) -> bool:
    """Say whether the handbook was given back: death, moving out, no longer eligible, declined."""
    return row.returned_on is not None or row.change_kind is ChangeKind.RETURNED


def printed_grade(row: LedgerRow) -> str:
    """Return the grade as the handbook prints it: 級 for 身体 and 精神, 判定 for 療育."""
    return row.assessment if row.handbook_type is HandbookType.INTELLECTUAL else row.overall_grade


def _last_day(month: str) -> date | None:
    if not month:
        return None
    year, number = int(month[:4]), int(month[5:7])
    return date(year, number, calendar.monthrange(year, number)[1])
