"""Decide on which day a bank pays.

Banks rest on Saturdays, Sundays, national holidays and from 31 December to 3 January
(銀行法施行令 art. 5). The holidays are data: the Cabinet Office publishes the next year's each
February, and a day behind the last known year is refused rather than guessed.
"""

import csv
from collections.abc import Set as AbstractSet
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final

from core.refusals import Refusal, gettext_noop as _

_FILE: Final = Path(__file__).parent / "data" / "national_holidays.csv"
_SATURDAY: Final = 5


class HolidaysNotKnown(Refusal):
    """The list of holidays does not reach this year."""

    code = "holidays-not-known"
    title = _("この年の祝日が、まだ登録されていません")
    next_step = _("システムの担当に、祝日の一覧をたしてもらってください。")


@lru_cache(maxsize=1)
def national_holidays() -> AbstractSet[date]:
    """Return the national holidays that the product knows (国民の祝日に関する法律)."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        return frozenset(date.fromisoformat(row["day"]) for row in csv.DictReader(file))


def last_known_day() -> date:
    """Return the last day for which the national holidays are published."""
    return date(max(national_holidays()).year, 12, 31)


def holidays_are_known(day: date) -> bool:
    """Say whether it can be told if banks work on ``day``."""
    return min(national_holidays()).year <= day.year <= last_known_day().year


def is_bank_day(day: date) -> bool:
    """Say whether banks work on ``day``; raise :class:`HolidaysNotKnown` where it is unknown."""
    holidays = national_holidays()
    if not holidays_are_known(day):
        raise HolidaysNotKnown(day=day.isoformat())
    is_new_year = (day.month, day.day) in {(12, 31), (1, 1), (1, 2), (1, 3)}
    return day.weekday() < _SATURDAY and day not in holidays and not is_new_year


def next_bank_day(day: date) -> date:
    """Return the first bank business day after ``day``."""
    day += timedelta(days=1)
    while not is_bank_day(day):
        day += timedelta(days=1)
    return day
