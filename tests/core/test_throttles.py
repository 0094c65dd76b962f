"""Limits that all processes and machines count together, for the whole of their window."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from core.models import TryCount
from core.throttles import Limit, TooManyTries, forget_tries

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 3, 40, tzinfo=UTC)
AN_HOUR = Limit(name="test", tries=3, seconds=3_600)
CALLERS = 16


def use_up(limit: Limit, key: str = "somebody", *, now: datetime = NOW) -> None:
    for _try in range(limit.tries):
        limit.count(key, now=now)


def test_a_limit_an_hour_holds_for_an_hour_from_the_first_try() -> None:
    use_up(AN_HOUR)
    for minutes in (0, 6, 30, 59):
        with pytest.raises(TooManyTries) as caught:
            AN_HOUR.count("somebody", now=NOW + timedelta(minutes=minutes, seconds=59))
        assert caught.value.extra["retry_after_seconds"] == 3_600 - minutes * 60 - 59
    AN_HOUR.count("somebody", now=NOW + timedelta(hours=1))


def test_keys_and_limits_are_counted_apart() -> None:
    use_up(AN_HOUR)
    AN_HOUR.count("somebody else", now=NOW)
    Limit(name="another", tries=3, seconds=3_600).count("somebody", now=NOW)


def test_to_ask_whether_a_key_is_locked_counts_nothing() -> None:
    for _look in range(5):
        assert AN_HOUR.locked_seconds("somebody", now=NOW) == 0
    use_up(AN_HOUR)
    assert AN_HOUR.locked_seconds("somebody", now=NOW + timedelta(minutes=10)) == 3_000
    assert AN_HOUR.locked_seconds("somebody", now=NOW + timedelta(hours=1)) == 0


def test_thousands_who_try_unlock_nobody() -> None:
    """A cache that is full drops what it likes: then a crowd would open a thief's lock."""
    use_up(AN_HOUR)
    for number in range(1_000):
        AN_HOUR.note(f"passer-by {number}", now=NOW)
    with pytest.raises(TooManyTries):
        AN_HOUR.count("somebody", now=NOW)


def test_the_night_takes_the_windows_that_are_over_and_no_other() -> None:
    use_up(AN_HOUR)
    use_up(AN_HOUR, "an hour ago", now=NOW - timedelta(hours=1))
    assert forget_tries(now=NOW) == 1
    with pytest.raises(TooManyTries):
        AN_HOUR.count("somebody", now=NOW)


def test_no_address_stands_in_the_table() -> None:
    AN_HOUR.count("192.0.2.7", now=NOW)
    (row,) = TryCount.objects.values_list()
    assert "192.0.2.7" not in str(row)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_who_tries_on_many_connections_at_once_is_counted_each_time() -> None:
    start, seen = threading.Barrier(CALLERS), []

    def call() -> None:
        start.wait()
        try:
            seen.append(AN_HOUR.note("somebody", now=NOW))
        finally:
            connection.close()

    threads = [threading.Thread(target=call) for _caller in range(CALLERS)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(seen) == list(range(1, CALLERS + 1))
