"""Dates, times and amounts as pages say them, in each language."""

from datetime import date, datetime
from typing import Final

from django.utils.html import format_html
from django.utils.safestring import SafeString

from jp.clock import civil_date
from jp.eras import era_of, era_year

_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
# 2日 is ふつか, 20日 はつか: a reading by rule would be wrong for twelve days of a month.
_DAY_READINGS: Final = {
    1: "ついたち", 2: "ふつか", 3: "みっか", 4: "よっか", 5: "いつか", 6: "むいか", 7: "なのか",
    8: "ようか", 9: "ここのか", 10: "とおか", 14: "じゅうよっか", 20: "はつか",
    24: "にじゅうよっか",
}  # fmt: skip
_ERA_READINGS: Final = {
    "明治": "めいじ",
    "大正": "たいしょう",
    "昭和": "しょうわ",
    "平成": "へいせい",
    "令和": "れいわ",
}


def date_in_words(value: date | datetime, language: str) -> SafeString:
    """Return ``2026年12月4日（令和8年）``, which breaks only before the bracket."""
    day, era = _day_and_era(value, language)
    if not era:
        return format_html('<span class="nowrap">{}</span>', day)
    return format_html(
        '<span class="nowrap">{}</span><wbr><span class="nowrap">（{}）</span>', day, era
    )


def date_as_text(value: date | datetime, language: str) -> str:
    """Return the same words without elements: inside a sentence, in a form, on paper."""
    day, era = _day_and_era(value, language)
    return f"{day}（{era}）" if era else day


def _day_and_era(value: date | datetime, language: str) -> tuple[str, str]:
    on = civil_date(value) if isinstance(value, datetime) else value
    if language == "en":
        return f"{on.day} {_MONTHS[on.month - 1]} {on.year}", ""
    if language == "ja-easy":
        return _easy_day(on), _easy_era(on)
    return f"{on.year}年{on.month}月{on.day}日", era_year(on)


def date_to_type(value: date, language: str) -> str:
    """Return ``令和9年4月1日``: how a form holds a day that ``jp.eras.read_date`` reads back."""
    if language == "en":
        return value.isoformat()
    return f"{era_year(value)}{value.month}月{value.day}日"


def month_as_text(value: date, language: str) -> str:
    """Return ``2026年12月（令和8年）`` of a day in the month."""
    if language == "en":
        return f"{_MONTHS[value.month - 1]} {value.year}"
    return f"{value.year}年{value.month}月（{era_year(value)}）"


def _easy_day(on: date) -> str:
    whole = _DAY_READINGS.get(on.day)
    last = f"{{{on.day}日|{whole}}}" if whole else f"{on.day}{{日|にち}}"
    return f"{on.year}{{年|ねん}}{on.month}{{月|がつ}}{last}"


def _easy_era(on: date) -> str:
    name = era_of(on).name
    return f"{{{name}|{_ERA_READINGS[name]}}}{era_year(on).removeprefix(name)[:-1]}{{年|ねん}}"


def time_in_words(at: datetime) -> str:
    """Return ``8:38`` of a local time."""
    return f"{at.hour}:{at.minute:02}"


def yen_in_words(amount: int, language: str) -> str:
    """Return ``1,700円`` (English: ``¥1,700``)."""
    if language == "en":
        return f"¥{amount:,}"
    return f"{amount:,}円" if language != "ja-easy" else f"{amount:,}{{円|えん}}"
