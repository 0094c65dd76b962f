"""A month of verifications for the demo: invented numbers, so that the statistics show some."""

from datetime import datetime, timedelta
from itertools import product
from typing import Final

from disability_card.models import Venue, VerificationCount
from disability_card.statistics import closed_months, last_of_month
from jp.clock import start_of_day

VENUES: Final = 3
_HOUR: Final = timedelta(hours=11)  # 11 o'clock: one row a day and outcome is enough
_OUTCOMES: Final = ("ok", "suspended")


def prepare_counts(*, municipality: str, now: datetime) -> None:
    """Count for a few venues over the newest month that is told; twice changes nothing."""
    if VerificationCount.objects.filter(municipality=municipality).exists():
        return
    (month,) = closed_months(1, now=now)
    venues = Venue.objects.filter(place__municipality=municipality).order_by("place__number")
    days = [month + timedelta(days=n) for n in range((last_of_month(month) - month).days + 1)]
    VerificationCount.objects.bulk_create(
        VerificationCount(
            municipality=municipality, venue=venue.code, hour=start_of_day(day) + _HOUR,
            outcome=outcome, medium="phone", count=_number(at, day.day, outcome),
        )
        for (at, venue), day, outcome in product(enumerate(venues[:VENUES]), days, _OUTCOMES)
        if _number(at, day.day, outcome)
    )  # fmt: skip


def _number(venue: int, day: int, outcome: str) -> int:
    """Return an invented number: more on some days than on others, refusals now and then."""
    accepted = 14 + (day * 7 + venue * 11) % 23
    return accepted if outcome == "ok" else (11 if (day + venue) % 9 == 0 else 0)
