"""和暦: read dates as municipal files write them, and say them as pages do.

An era begins on a day (明治 is taken from the Gregorian calendar's introduction in 1873): the day
before still belongs to the old one, so 昭和64年1月7日 exists and 昭和64年1月8日 does not.
Source: 元号法 (Act No. 43 of 1979) and the orders that name each era.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Final


@dataclass(frozen=True, slots=True)
class Era:
    """One era: its first day and how files abbreviate it."""

    name: str
    letter: str
    number: str  # the one-digit code of older municipal systems
    starts: date


ERAS: Final = (
    Era("明治", "M", "1", date(1868, 1, 25)),
    Era("大正", "T", "2", date(1912, 7, 30)),
    Era("昭和", "S", "3", date(1926, 12, 25)),
    Era("平成", "H", "4", date(1989, 1, 8)),
    Era("令和", "R", "5", date(2019, 5, 1)),
)
_BY_WORD: Final = {word: era for era in ERAS for word in (era.name, era.letter)}
_SEPARATOR: Final = r"\s*[./\-年]\s*"
_JAPANESE: Final = re.compile(
    rf"\A(明治|大正|昭和|平成|令和|[MTSHR])\s*(元|\d{{1,2}}){_SEPARATOR}(\d{{1,2}})[./\-月]\s*"
    r"(\d{1,2})\s*日?\Z"
)
_WESTERN: Final = re.compile(r"\A(\d{4})\s*[./\-年]\s*(\d{1,2})\s*[./\-月]\s*(\d{1,2})\s*日?\Z")
_COMPACT: Final = re.compile(r"\A(\d{4})(\d{2})(\d{2})\Z")
_JAPANESE_MONTH: Final = re.compile(
    rf"\A(明治|大正|昭和|平成|令和|[MTSHR])\s*(元|\d{{1,2}}){_SEPARATOR}(\d{{1,2}})\s*月?\Z"
)
_WESTERN_MONTH: Final = re.compile(r"\A(\d{4})\s*[./\-年]\s*(\d{1,2})\s*月?\Z")


def read_date(text: str) -> date:
    """Return the day that ``text`` names, in 和暦 or the Western calendar.

    Full-width digits, 元年, ``R7.4.1``, ``令和7年4月1日``, ``2025-04-01`` and ``20250401`` are
    read. Raises ``ValueError`` for anything else, for a day that does not exist, and for a day
    outside the era that it names.
    """
    folded = unicodedata.normalize("NFKC", text).strip().upper()
    if match := _WESTERN.match(folded) or _COMPACT.match(folded):
        year, month, day = map(int, match.groups())
        return date(year, month, day)
    if match := _JAPANESE.match(folded):
        era = _BY_WORD[match[1]]
        found = date(_year(era, match[2]), int(match[3]), int(match[4]))
        if era_of(found) != era:
            raise ValueError(f"{found} is not in {era.name}")
        return found
    raise ValueError("not a date")


def read_month(text: str) -> tuple[int, int]:
    """Return (year, month) of ``2027-03``, ``R9.3`` or ``令和9年3月``; ``ValueError`` otherwise.

    A month may lie beyond its era: 再認定 平成33年3月 was printed before 令和 had its name.
    """
    folded = unicodedata.normalize("NFKC", text).strip().upper()
    if match := _WESTERN_MONTH.match(folded):
        year, month = int(match[1]), int(match[2])
    elif match := _JAPANESE_MONTH.match(folded):
        year, month = _year(_BY_WORD[match[1]], match[2]), int(match[3])
    else:
        raise ValueError("not a month")
    date(year, month, 1)
    return year, month


def _year(era: Era, text: str) -> int:
    number = 1 if text == "元" else int(text)
    if number < 1:
        raise ValueError("an era has no year 0")
    return era.starts.year + number - 1


def era_of(day: date) -> Era:
    """Return the era of ``day``; ``ValueError`` before 明治."""
    for era in reversed(ERAS):
        if day >= era.starts:
            return era
    raise ValueError("before the eras that are used")


def era_year(day: date) -> str:
    """Return ``令和8年`` (or ``令和元年``) for ``day``."""
    era = era_of(day)
    number = day.year - era.starts.year + 1
    return f"{era.name}{'元' if number == 1 else number}年"


def in_words(day: date) -> str:
    """Return ``2026年4月1日（令和8年）``: how pages and letters say a date."""
    return f"{day.year}年{day.month}月{day.day}日（{era_year(day)}）"
