"""A day is a civil date in Japan, wherever the server stands."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, strategies as st

from jp.clock import JST, civil_date, day_rounded, end_of_day, start_of_day

instants = st.datetimes(
    min_value=datetime(1952, 1, 1),  # noqa: DTZ001  hypothesis wants naive bounds
    max_value=datetime(2100, 1, 1),  # noqa: DTZ001  hypothesis wants naive bounds
    timezones=st.sampled_from([UTC, JST, timezone(timedelta(hours=-8))]),
)


def test_until_nine_in_the_morning_utc_is_still_yesterday() -> None:
    assert civil_date(datetime(2026, 3, 31, 14, 59, 59, tzinfo=UTC)) == date(2026, 3, 31)
    assert civil_date(datetime(2026, 3, 31, 15, 0, tzinfo=UTC)) == date(2026, 4, 1)


def test_a_naive_instant_is_a_bug() -> None:
    with pytest.raises(ValueError, match="aware"):
        civil_date(datetime(2026, 4, 1))  # noqa: DTZ001  the point of the test


@given(instant=instants)
def test_every_instant_lies_in_its_own_day_and_the_end_is_outside(instant: datetime) -> None:
    day = civil_date(instant)
    assert start_of_day(day) <= instant < end_of_day(day)
    assert end_of_day(day) == start_of_day(day + timedelta(days=1))
    assert civil_date(end_of_day(day)) == day + timedelta(days=1)


@given(one=instants, other=instants)
def test_rounded_instants_tell_the_day_and_nothing_else(one: datetime, other: datetime) -> None:
    assert (day_rounded(one) == day_rounded(other)) == (civil_date(one) == civil_date(other))
