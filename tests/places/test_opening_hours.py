"""Open, closed or not known: by the week, its exceptions and the clock in Japan."""

from datetime import UTC, datetime, time

import pytest

from jp.clock import JST
from places.opening_hours import OpeningHours, OpenState, covers, opening_at, read_exceptions

MUSEUM = OpeningHours(
    days="火水木金土日",
    opens=time(9),
    closes=time(17),
    exceptions=read_exceptions(
        [
            {"from": "12-29", "to": "01-03"},
            {"from": "11-01", "to": "03-31", "opens": "09:00", "closes": "16:00"},
            {"on": "2026-07-07"},
        ]
    ),
)
BAR = OpeningHours(days="金土", opens=time(18), closes=time(2))


@pytest.mark.parametrize(
    ("at", "state"),
    [
        pytest.param((2026, 6, 2, 9, 0), OpenState.OPEN, id="opens at nine to the second"),
        pytest.param((2026, 6, 2, 8, 59), OpenState.CLOSED, id="not a minute before"),
        pytest.param((2026, 6, 2, 17, 0), OpenState.CLOSED, id="closed at the closing time"),
        pytest.param((2026, 6, 1, 12, 0), OpenState.CLOSED, id="Monday"),
        pytest.param((2026, 11, 3, 16, 30), OpenState.CLOSED, id="the short season"),
        pytest.param((2026, 11, 3, 15, 30), OpenState.OPEN, id="in the short season"),
        pytest.param((2026, 11, 2, 12, 0), OpenState.CLOSED, id="Monday of the short season"),
        pytest.param((2027, 1, 2, 12, 0), OpenState.CLOSED, id="over the new year"),
        pytest.param((2026, 7, 7, 12, 0), OpenState.CLOSED, id="closed once"),
        pytest.param((2027, 7, 7, 12, 0), OpenState.OPEN, id="and open a year later"),
    ],
)
def test_a_museum_is_open_by_its_week_and_its_exceptions(
    at: tuple[int, ...], state: OpenState
) -> None:
    moment = datetime(*at, tzinfo=JST)  # type: ignore[arg-type,misc]
    assert opening_at(MUSEUM, moment).state is state


def test_the_clock_is_japans_wherever_the_server_stands() -> None:
    assert opening_at(MUSEUM, datetime(2026, 6, 2, 0, 0, tzinfo=UTC)).state is OpenState.OPEN


def test_a_night_belongs_to_the_day_on_which_it_began() -> None:
    sunday_morning = datetime(2026, 6, 7, 1, 59, tzinfo=JST)
    assert opening_at(BAR, sunday_morning).state is OpenState.OPEN
    assert opening_at(BAR, datetime(2026, 6, 7, 2, 0, tzinfo=JST)).state is OpenState.CLOSED
    assert opening_at(BAR, datetime(2026, 6, 5, 1, 0, tzinfo=JST)).state is OpenState.CLOSED


def test_what_nobody_told_is_not_known() -> None:
    noon = datetime(2026, 6, 2, 12, 0, tzinfo=JST)
    assert opening_at(OpeningHours(), noon).state is OpenState.UNKNOWN
    assert opening_at(OpeningHours(days="火"), noon).state is OpenState.UNKNOWN
    assert opening_at(OpeningHours(days="水"), noon).state is OpenState.CLOSED
    assert covers(OpeningHours(), begins=time(9), ends=time(17), days="月") is None


def test_my_hours_fit_or_do_not() -> None:
    week = OpeningHours(days="月火水木金土", opens=time(7, 30), closes=time(18, 30))
    assert covers(week, begins=time(7, 30), ends=time(18, 30), days="月火水木金")
    assert not covers(week, begins=time(7, 30), ends=time(18, 31), days="月火水木金")
    assert not covers(week, begins=time(9), ends=time(17), days="日")
