"""和暦: what files write, at the edges of the eras."""

from datetime import date

import pytest
from hypothesis import given, strategies as st

from jp.ages import age_on, class_age, reaches_age_on
from jp.eras import era_year, in_words, read_date, read_month
from jp.municipality import check_digit, is_code
from jp.text import fold_kana, fold_name


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("昭和64年1月7日", date(1989, 1, 7)),
        ("平成元年1月8日", date(1989, 1, 8)),
        ("H31.4.30", date(2019, 4, 30)),
        ("令和元年5月1日", date(2019, 5, 1)),
        ("R7.4.1", date(2025, 4, 1)),
        ("Ｒ７．４．１", date(2025, 4, 1)),
        ("2025-04-01", date(2025, 4, 1)),
        ("20250401", date(2025, 4, 1)),
        ("2025年4月1日", date(2025, 4, 1)),
    ],
)
def test_dates_are_read_as_files_write_them(text: str, day: date) -> None:
    assert read_date(text) == day


@pytest.mark.parametrize(
    "text", ["昭和64年1月8日", "平成元年1月7日", "R1.4.30", "2025-02-30", "R0.1.1", "", "4月1日"]
)
def test_a_day_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  any of them: not a date
        read_date(text)


@given(day=st.dates(min_value=date(1873, 1, 1), max_value=date(2100, 1, 1)))
def test_what_pages_say_is_read_back(day: date) -> None:
    assert read_date(f"{era_year(day)}{day.month}月{day.day}日") == day
    assert in_words(day).startswith(f"{day.year}年")


def test_months_are_read() -> None:
    assert read_month("令和9年3月") == read_month("2027-03") == read_month("R9.3") == (2027, 3)


def test_a_child_born_on_the_first_of_april_is_in_the_older_class() -> None:
    assert reaches_age_on(date(2025, 4, 1), age=1) == date(2026, 3, 31)
    assert class_age(date(2025, 4, 1), school_year=2026) == 1
    assert class_age(date(2025, 4, 2), school_year=2026) == 0
    assert age_on(date(2020, 2, 29), day=date(2021, 2, 28)) == 0


def test_municipality_codes_have_a_check_digit() -> None:
    assert is_code("202177")
    assert is_code("200000")
    assert check_digit("13101") == 6
    assert not any(is_code(f"20217{digit}") for digit in "012345689")


def test_names_match_across_variants_and_widths() -> None:
    assert fold_name("髙橋　﨑子") == fold_name("高橋崎子")
    assert fold_name("渡邉") == fold_name("渡邊") == fold_name("渡辺")
    assert fold_name("斎藤") == fold_name("齋藤") == fold_name("斉藤")
    assert fold_kana("ｻﾄｳ ｷｮｳｺ") == fold_kana("さとう　きょうこ")
