"""Statistics against subtraction: answers that overlap, and one question asked on two days."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given, strategies as st

from core.ids import uuid7
from disability_card.models import VerificationCount
from disability_card.offline_log import AGE_MAX, OfflineEntry, upload_log
from disability_card.statistics import (
    CELL_MIN,
    MonthNotClosed,
    Table,
    by_day_and_venue,
    closed_months,
    is_closed,
    last_of_month,
)
from jp.clock import JST, start_of_day
from tests.disability_card.factories import CITY
from tests.disability_card.test_scanning import Desk
from tests.disability_card.test_statistics import Scans, together

MONTHS = (date(2026, 9, 1), date(2026, 10, 1))
DAYS = [MONTHS[0] + timedelta(days=offset) for offset in range(61)]
LONG_AFTER = datetime(2027, 3, 1, tzinfo=JST)
# Twenty at the library before the 10th of October, three on it.
LIBRARY: Scans = [
    ("2026-10-02", "library", "accepted", 20),
    ("2026-10-10", "library", "accepted", 3),
    ("2026-10-02", "baths", "accepted", 40),
    ("2026-10-10", "baths", "accepted", 30),
]
Answer = tuple[frozenset[date], tuple[Table, Table]]


def of_period(scans: Scans, days: Iterable[date]) -> Answer:
    asked = frozenset(days)
    return asked, together([one for one in scans if date.fromisoformat(one[0]) in asked])


def found_by_subtraction(answers: list[Answer]) -> set[int]:
    """What follows for one venue from an answer less another that it contains."""
    found = set()
    for (wide, wide_tables), (narrow, narrow_tables) in permutations(answers, 2):
        if not narrow < wide:
            continue
        for venue, more in wide_tables[1].row_totals.items():
            less = narrow_tables[1].row_totals.get(venue, 0)
            if more is not None and less is not None and 0 < more - less < CELL_MIN:
                found.add(more - less)
    return found


def test_with_free_periods_subtraction_finds_the_three_who_came_on_one_day() -> None:
    periods = [DAYS[30:39], DAYS[30:40]]
    assert found_by_subtraction([of_period(LIBRARY, days) for days in periods]) == {3}


def put(scans: Scans, venue_codes: dict[str, str]) -> None:
    for day, venue, outcome, number in scans:
        VerificationCount.objects.create(
            municipality=CITY,
            venue=venue_codes.get(venue, venue),
            hour=start_of_day(date.fromisoformat(day)) + timedelta(hours=9),
            outcome="ok" if outcome == "accepted" else "expired",
            medium="phone",
            count=number,
        )


@pytest.mark.django_db
def test_of_all_that_can_be_asked_no_answer_lies_in_another() -> None:
    put(LIBRARY, {})
    answers: list[Answer] = []
    for day in DAYS:
        month = day.replace(day=1)
        tables = by_day_and_venue(CITY, month=month, now=LONG_AFTER)
        asked = frozenset(one for one in DAYS if one.replace(day=1) == month)
        assert {date.fromisoformat(row) for row in tables[0].rows} <= asked
        answers.append((asked, tables))
    assert len({asked for asked, _tables in answers}) == len(MONTHS)
    assert found_by_subtraction(answers) == set()


@pytest.mark.django_db
def test_a_count_that_comes_late_changes_no_answer_that_was_given() -> None:
    """A desk without a network sends the last day of October on every later day that it may."""
    desk, hour = Desk(), datetime(2026, 10, 31, 23, tzinfo=JST)
    put([("2026-10-31", "library", "accepted", 20)], {})
    given_answers = []
    for day in range(1, 60):
        now = hour + timedelta(days=day)
        entry = OfflineEntry(hour=hour, outcome="ok", medium="phone", count=1)
        if now - hour <= AGE_MAX:
            upload_log(uuid7(), [entry], venue=desk.venue, device_id=desk.device.pk, now=now)
        try:
            given_answers.append(by_day_and_venue(CITY, month=MONTHS[1], now=now))
        except MonthNotClosed:
            continue
    assert timedelta(days=31) == AGE_MAX  # the refusal and the page say so in words
    assert len(given_answers) > 1
    assert all(answer == given_answers[0] for answer in given_answers)


@given(
    month=st.dates(date(2020, 1, 1), date(2040, 1, 1)).map(lambda day: day.replace(day=1)),
    seconds=st.integers(0, 100 * 86_400),
)
def test_a_month_is_told_when_no_count_of_its_last_second_is_taken(
    month: date, seconds: int
) -> None:
    last_second = start_of_day(last_of_month(month) + timedelta(days=1)) - timedelta(seconds=1)
    now = last_second + timedelta(seconds=seconds)
    is_taken = now - AGE_MAX <= last_second
    assert not (is_taken and is_closed(month, now=now))
    newest = closed_months(2, now=now)
    assert is_closed(newest[0], now=now)
    assert not is_closed(last_of_month(newest[0]) + timedelta(days=1), now=now)
    assert last_of_month(newest[1]) + timedelta(days=1) == newest[0]
