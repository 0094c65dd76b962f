"""On which day a bank pays."""

from datetime import date, timedelta

import pytest

from tourism.bank_days import (
    HolidaysNotKnown,
    holidays_are_known,
    is_bank_day,
    last_known_day,
    national_holidays,
    next_bank_day,
)


@pytest.mark.parametrize(
    ("after", "paid"),
    [
        (date(2026, 12, 10), date(2026, 12, 11)),
        (date(2026, 12, 11), date(2026, 12, 14)),  # a weekend
        (date(2026, 12, 30), date(2027, 1, 4)),  # the turn of the year
        (date(2026, 4, 28), date(2026, 4, 30)),  # 昭和の日
        (date(2026, 5, 1), date(2026, 5, 7)),  # five days, the last a 振替休日
        (date(2026, 9, 18), date(2026, 9, 24)),  # 国民の休日 between two
        (date(2024, 1, 25), date(2024, 1, 26)),
    ],
)
def test_the_next_bank_day_jumps_over_weekends_holidays_and_the_new_year(
    after: date, paid: date
) -> None:
    assert next_bank_day(after) == paid


def test_the_banks_new_year_is_longer_than_the_holiday() -> None:
    assert not any(is_bank_day(date(2025, *day)) for day in ((12, 31), (1, 1), (1, 2), (1, 3)))
    assert is_bank_day(date(2025, 12, 30))


def test_a_year_whose_holidays_are_not_published_is_refused_not_guessed() -> None:
    with pytest.raises(HolidaysNotKnown):
        next_bank_day(date(2027, 12, 30))
    with pytest.raises(HolidaysNotKnown):
        is_bank_day(date(2019, 12, 31))


def test_every_year_has_the_sixteen_holidays_and_substitutes() -> None:
    years = [day.year for day in national_holidays()]
    assert all(16 <= years.count(year) <= 21 for year in range(2020, 2028))


def test_a_holiday_on_a_sunday_has_a_substitute() -> None:
    # 国民の祝日に関する法律 art. 3(2): the next day that is not a holiday itself.
    for day in national_holidays():
        if day.weekday() == 6:
            later = [date.fromordinal(day.toordinal() + step) for step in range(1, 5)]
            assert next(one for one in later if one.weekday() != 6) in national_holidays(), day


def test_it_can_be_said_how_far_the_holidays_are_known() -> None:
    last = last_known_day()
    assert holidays_are_known(last)
    assert not holidays_are_known(last + timedelta(days=1))
    with pytest.raises(HolidaysNotKnown):
        next_bank_day(last)
