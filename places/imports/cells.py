"""Read one cell as city files write it, and say what had to be repaired.

Each reader returns ``Reading(value, repair)`` or raises :class:`Unreadable` with a problem's code.
An empty cell is ``None``: not known, which is not "no".
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal, InvalidOperation
from typing import Final
from urllib.parse import urlsplit

from jp.eras import read_date
from jp.municipality import check_digit, is_code

WEEK: Final = "月火水木金土日"
# Japan's outermost points, so that latitude and longitude cannot be taken for each other.
LATITUDES: Final = (Decimal(20), Decimal(46))
LONGITUDES: Final = (Decimal(122), Decimal(154))
_YES: Final = frozenset(("有", "可", "あり", "有り", "○", "◯", "〇", "1", "TRUE", "はい", "対応"))
_NO: Final = frozenset(("無", "不可", "なし", "無し", "×", "✕", "0", "FALSE", "いいえ", "非対応"))
_TIME: Final = re.compile(r"\A(\d{1,2})(?::|時)?(\d{2})?(?::\d{2}|分)?\Z")
_PHONE_BODY: Final = re.compile(r"\A[1-9]\d{8,9}\Z")  # a spreadsheet ate the first 0
_POSTAL_DIGITS: Final = 7
_HALF_KANA: Final = re.compile(r"[\uff61-\uff9f]")

# What a spreadsheet runs: =1+1, @SUM(1), +cmd|..., -cmd|...; a telephone number +81 and -1 are not.
_FORMULA: Final = re.compile(r"\A\s*(?:[=＝@＠]|[+＋-](?=[A-Za-z(@=]))")
# Control characters, and those that turn the direction of reading around.
_HIDDEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)


class Unreadable(ValueError):
    """The cell cannot be read; the argument is the code of its problem."""

    @property
    def code(self) -> str:
        """The problem's code."""
        return str(self.args[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A cell's value as a row stores it (JSON: text, number, truth value, list), and the repair."""

    value: str | int | bool | None
    repair: str = ""


Reader = Callable[[str], Reading]
EMPTY: Final = Reading(value=None)


def is_formula(text: str) -> bool:
    """Say whether a spreadsheet would run the cell instead of showing it."""
    return _FORMULA.match(text) is not None


def without_hidden(text: str) -> str:
    """Return ``text`` without characters that nobody sees."""
    return _HIDDEN.sub("", text)


def half_width(text: str) -> str:
    """Return ``text`` with half-width letters and digits."""
    return unicodedata.normalize("NFKC", text)


def read_text(text: str) -> Reading:
    """Return text as it stands; half-width kana, which many programs show badly, full width."""
    if _HALF_KANA.search(text):
        return Reading(value=unicodedata.normalize("NFKC", text), repair="kana-width")
    return Reading(value=text)


def read_number(text: str) -> Reading:
    """Return a whole number: 1,700円 and １７００ are 1700; 無料 is 0."""
    plain = half_width(text).replace(",", "").removesuffix("円").removesuffix("人").strip()
    if plain == "無料":
        return Reading(value=0)
    try:
        number = Decimal(plain)
    except InvalidOperation:
        raise Unreadable("number-wrong") from None
    if number != number.to_integral_value() or not 0 <= number < _NUMBER_END:
        raise Unreadable("number-wrong")
    return Reading(value=int(number), repair="" if plain == text else "width")


_NUMBER_END: Final = 2**31


def read_time(text: str) -> Reading:
    """Return ``HH:MM``; 24:00 is 00:00 of the day after, as opening hours mean it."""
    match = _TIME.match(half_width(text).replace("：", ":").strip())
    if match is None:
        raise Unreadable("time-wrong")
    digits = match[1]
    if match[2] is None and len(half_width(text).strip()) > len("9時"):
        raise Unreadable("time-wrong")
    hour, minute = int(digits), int(match[2] or 0)
    if (hour, minute) == (24, 0):
        hour = 0
    try:
        found = time(hour, minute).strftime("%H:%M")
    except ValueError:
        raise Unreadable("time-wrong") from None
    return Reading(value=found, repair="" if found == text else "time")


def read_day(text: str) -> Reading:
    """Return an ISO date, from any calendar of :mod:`jp.eras`."""
    try:
        day: date = read_date(text)
    except ValueError:
        raise Unreadable("date-wrong") from None
    return Reading(value=day.isoformat(), repair="" if day.isoformat() == text else "date")


def read_days(text: str) -> Reading:
    """Return the days of a week in order: 月~金, 月・水・金 and 毎日 are read."""
    plain = half_width(text).replace("曜日", "").replace("曜", "")
    if plain in {"毎日", "全日"}:
        return Reading(value=WEEK, repair="days")
    spans = re.sub(r"[・、,;/\s]", "", plain)
    spread = re.sub(rf"([{WEEK}])[~〜～\-ー]([{WEEK}])", _span, spans)
    found = "".join(day for day in WEEK if day in spread)
    if not found or set(spread) - set(WEEK):
        raise Unreadable("days-wrong")
    return Reading(value=found, repair="" if found == text else "days")


def _span(match: re.Match[str]) -> str:
    first, last = WEEK.index(match[1]), WEEK.index(match[2])
    return WEEK[first : last + 1] if first <= last else WEEK[first:] + WEEK[: last + 1]


def read_flag(text: str) -> Reading:
    """Return whether something is there: 有, 可, ○, 1 and their opposites."""
    plain = half_width(text).strip().upper()
    if plain in _YES or text in _YES:
        return Reading(value=True)
    if plain in _NO or text in _NO:
        return Reading(value=False)
    raise Unreadable("flag-wrong")


def read_url(text: str) -> Reading:
    """Return a web address."""
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.netloc or " " in text:
        raise Unreadable("url-wrong")
    return Reading(value=text)


def read_phone(text: str) -> Reading:
    """Return a telephone number as written, half width, with the first 0 that a program ate."""
    plain = half_width(text).replace("−", "-").replace("ー", "-").replace("‐", "-").strip()
    if _PHONE_BODY.match(plain):
        return Reading(value="0" + plain, repair="zeros")
    return Reading(value=plain, repair="" if plain == text else "width")


def read_postal(text: str) -> Reading:
    """Return seven digits; a first 0 that a program ate is put back."""
    plain = half_width(text).replace("〒", "").replace("-", "").replace("ー", "").strip()
    if not (plain.isascii() and plain.isdigit()) or len(plain) > _POSTAL_DIGITS:
        raise Unreadable("postal-wrong")
    if len(plain) == _POSTAL_DIGITS - 1:
        return Reading(value="0" + plain, repair="zeros")
    if len(plain) != _POSTAL_DIGITS:
        raise Unreadable("postal-wrong")
    return Reading(value=plain, repair="" if plain == text else "width")


def read_city(text: str, *, expected: str) -> Reading:
    """Return ``expected`` where ``text`` means it: without its first 0 or its check digit too."""
    plain = half_width(text).strip()
    if plain == expected:
        return Reading(value=expected, repair="" if plain == text else "width")
    if expected[0] == "0" and plain == expected[1:]:
        return Reading(value=expected, repair="zeros")
    if plain in {expected[:5], expected[1:5] if expected[0] == "0" else expected[:5]}:
        return Reading(value=expected, repair="check-digit")
    body = plain.zfill(5)
    whole = body + str(check_digit(body)) if body.isdigit() and len(body) == len("20217") else plain
    raise Unreadable("other-city" if is_code(whole) else "code-wrong")


def read_point(latitude: str, longitude: str) -> tuple[str, str, bool] | None:
    """Return both coordinates and whether they had been swapped; ``None`` where both are empty."""
    if not latitude and not longitude:
        return None
    if not latitude or not longitude:
        raise Unreadable("point-half")
    try:
        first, second = Decimal(half_width(latitude)), Decimal(half_width(longitude))
    except InvalidOperation:
        raise Unreadable("point-wrong") from None
    swapped = _inside(second, LATITUDES) and _inside(first, LONGITUDES)
    if swapped:
        first, second = second, first
    if not (_inside(first, LATITUDES) and _inside(second, LONGITUDES)):
        raise Unreadable("point-wrong")
    return str(round(first, 6)), str(round(second, 6)), swapped


def _inside(value: Decimal, ends: tuple[Decimal, Decimal]) -> bool:
    return value.is_finite() and ends[0] <= value <= ends[1]
