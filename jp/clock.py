"""The two clocks: an instant is an aware datetime, a day is a civil date in Japan."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

JST: Final = ZoneInfo("Asia/Tokyo")


def civil_date(instant: datetime) -> date:
    """Return the calendar day in Japan at ``instant``; ``ValueError`` if it is naive."""
    if instant.tzinfo is None:
        raise ValueError("an instant must be an aware datetime")
    return instant.astimezone(JST).date()


def start_of_day(day: date) -> datetime:
    """Return 00:00:00 JST of ``day`` as an aware UTC instant."""
    return datetime.combine(day, time(), tzinfo=JST).astimezone(UTC)


def end_of_day(day: date) -> datetime:
    """Return the first instant after ``day`` in Japan: 00:00:00 JST of the day after.

    A term of days ends with its last day (Civil Code art. 141), so this instant is outside.
    """
    return start_of_day(day + timedelta(days=1))


def day_rounded(instant: datetime) -> datetime:
    """Return 00:00:00 JST of the day of ``instant``: an ``iat`` that links no two cards."""
    return start_of_day(civil_date(instant))
