"""Ages by Act No. 50 of 1902: a year is reached at the end of the day before the birthday."""

from datetime import date, timedelta

import pytest
from hypothesis import assume, given, strategies as st

from jp.ages import age_on, class_age, reaches_age_on

births = st.dates(min_value=date(1900, 1, 1), max_value=date(2090, 12, 31))


def test_a_year_more_in_daily_life_from_the_birthday() -> None:
    assert age_on(date(2000, 6, 15), day=date(2026, 6, 14)) == 25
    assert age_on(date(2000, 6, 15), day=date(2026, 6, 15)) == 26


def test_who_is_not_born_has_no_age() -> None:
    with pytest.raises(ValueError, match="not born"):
        age_on(date(2026, 6, 15), day=date(2026, 6, 14))


def test_the_law_counts_a_year_on_the_day_before() -> None:
    assert reaches_age_on(date(2008, 4, 1), age=18) == date(2026, 3, 31)
    assert reaches_age_on(date(2008, 4, 2), age=18) == date(2026, 4, 1)


def test_a_leap_day_birthday_is_reached_at_the_end_of_february() -> None:
    assert reaches_age_on(date(2024, 2, 29), age=1) == date(2025, 2, 28)
    assert reaches_age_on(date(2024, 2, 29), age=4) == date(2028, 2, 28)
    assert age_on(date(2024, 2, 29), day=date(2025, 2, 28)) == 0
    assert age_on(date(2024, 2, 29), day=date(2025, 3, 1)) == 1


@pytest.mark.parametrize(
    ("birth", "expected"),
    [
        (date(2026, 4, 2), -1),  # not in any class of that year yet
        (date(2026, 4, 1), 0),  # born on the day itself: reaches 0 the day before
        (date(2025, 4, 2), 0),
        (date(2025, 4, 1), 1),
        (date(2020, 4, 2), 5),
        (date(2020, 4, 1), 6),  # starts school
    ],
)
def test_the_class_changes_between_the_first_and_the_second_of_april(
    birth: date, expected: int
) -> None:
    assert class_age(birth, school_year=2026) == expected


@given(birth=births, years=st.integers(1, 110))
def test_the_day_after_the_year_is_reached_by_law_it_is_reached_in_daily_life(
    birth: date, years: int
) -> None:
    reached = reaches_age_on(birth, age=years)
    assert age_on(birth, day=reached + timedelta(days=1)) == years
    assert age_on(birth, day=reached) == years - 1


@given(birth=births, school_year=st.integers(1901, 2110))
def test_classmates_are_born_from_the_second_of_april_to_the_first(
    birth: date, school_year: int
) -> None:
    assume(birth.year <= school_year)
    age = class_age(birth, school_year=school_year)
    first = date(school_year - age - 1, 4, 2)
    assert first <= birth <= date(school_year - age, 4, 1)
    assert class_age(birth, school_year=school_year + 1) == age + 1
