"""Until when a round takes applications: to the second, in Japan's time.

``Round.closes_at`` is the first instant that is too late: a deadline "until 4 December" is
00:00:00 JST of 5 December, so that 23:59:59 counts and 00:00:00 does not (Civil Code art. 141: a
term of days ends with the end of its last day).
"""

from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import QuerySet

from childcare.applying.refusals import DeadlinePassed, NotYetOpen
from childcare.models import Round, RoundState
from jp.clock import civil_date

# The selection has begun: even a paper that came in time cannot be typed in any more.
DECIDED: Final = (RoundState.SELECTION, RoundState.NOTIFIED, RoundState.CLOSED)


def open_rounds(*, municipality: str, now: datetime) -> QuerySet[Round]:
    """Return the rounds that take applications at ``now``, the earliest first."""
    rows = Round.objects.filter(municipality=municipality, opens_at__lte=now, closes_at__gt=now)
    return rows.exclude(state__in=DECIDED).order_by("starts_on")


def next_round(after: Round, *, now: datetime) -> Round | None:
    """Return the next round that can still be applied for, open now or later."""
    later = Round.objects.filter(
        municipality=after.municipality,
        closes_at__gt=max(now, after.closes_at),
        starts_on__gte=after.starts_on,
    ).exclude(pk=after.pk)
    return later.order_by("starts_on", "closes_at").first()


def demand_open(round_: Round, *, at: datetime) -> None:
    """Raise :class:`DeadlinePassed` with the next round, or :class:`NotYetOpen`."""
    if at < round_.opens_at:
        raise NotYetOpen(opens_at=round_.opens_at.isoformat())
    if at >= round_.closes_at or round_.state in DECIDED:
        following = next_round(round_, now=at)
        raise DeadlinePassed(next_round=following.starts_on.isoformat() if following else "")


def last_day(round_: Round) -> date:
    """Return the last civil day on which the round takes applications."""
    return civil_date(round_.closes_at - timedelta(seconds=1))


def days_left(round_: Round, *, now: datetime) -> int:
    """Return how many days are left: 0 on the last one, negative when it is over."""
    if now >= round_.closes_at:
        return -1
    return (last_day(round_) - civil_date(now)).days
