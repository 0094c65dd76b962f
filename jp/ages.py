"""Ages and school years by law.

A year of age is reached at the end of the day *before* the birthday (年齢計算ニ関スル法律, Act
No. 50 of 1902, with Civil Code art. 143), which is why a child born on 1 April belongs to the
older class.
"""

from datetime import date, timedelta

_SCHOOL_YEAR_STARTS_IN = 4


def age_on(birth: date, *, day: date) -> int:
    """Return the age in daily life on ``day``: one more from each birthday (29 February: 1 March).

    ``ValueError`` where ``day`` is before ``birth``.
    """
    if day < birth:
        raise ValueError("not born yet")
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def reaches_age_on(birth: date, *, age: int) -> date:
    """Return the day at whose end ``age`` is reached: the day before that birthday."""
    try:
        birthday = birth.replace(year=birth.year + age)
    except ValueError:  # born on 29 February: the day before 1 March
        birthday = date(birth.year + age, 3, 1)
    return birthday - timedelta(days=1)


def class_age(birth: date, *, school_year: int) -> int:
    """Return the nursery class (0-5) of the school year that starts on 1 April of ``school_year``.

    It is the age reached by that day, counted by law: born on 1 April counts as a year older.
    """
    first = date(school_year, _SCHOOL_YEAR_STARTS_IN, 1)
    age = school_year - birth.year
    return age if reaches_age_on(birth, age=age) < first else age - 1
