"""Facts: the stored list is read back as it was, and what is not a fact is named by its place."""

from datetime import date

import pytest
from hypothesis import given, strategies as st

from childcare.facts import BadFact, Fact, facts_from_json, facts_to_json

DAYS = st.none() | st.dates(min_value=date(2000, 1, 1), max_value=date(2050, 1, 1))
VALUES = st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=20)


def make_fact(**override: object) -> dict[str, object]:
    good = {
        "subject": "guardian:1",
        "name": "work_hours_month",
        "value": 160,
        "from": "2026-04-01",
        "to": None,
        "document": None,
    }
    return good | override


@given(start=DAYS, end=DAYS, value=VALUES)
def test_what_is_stored_is_read_back(
    start: date | None, end: date | None, value: bool | int | str
) -> None:
    if start and end and end < start:
        start, end = end, start
    fact = Fact(subject="child", name="allergy", value=value, valid_from=start, valid_to=end)
    assert facts_from_json(facts_to_json([fact])) == (fact,)


def test_both_ends_of_a_period_count() -> None:
    fact = Fact.from_json(make_fact(to="2026-09-30"))
    inside = [day for day in ("2026-03-31", "2026-04-01", "2026-09-30", "2026-10-01")
              if fact.holds_on(date.fromisoformat(day))]  # fmt: skip
    assert inside == ["2026-04-01", "2026-09-30"]


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param({"value": 7.5}, id="a float"),
        pytest.param({"value": None}, id="no value"),
        pytest.param({"value": 2**53}, id="a number no engine holds"),
        pytest.param({"value": [1]}, id="a list"),
        pytest.param({"subject": "guardian:3"}, id="a third guardian"),
        pytest.param({"subject": "facility:x"}, id="not a facility"),
        pytest.param({"name": "Drop Table"}, id="not a name"),
        pytest.param({"from": "2026-13-01"}, id="no such day"),
        pytest.param({"from": "2026-04-02", "to": "2026-04-01"}, id="ends before it starts"),
        pytest.param({"points": 2}, id="a key of its own"),
    ],
)
def test_what_is_not_a_fact_is_named_by_its_place(bad: dict[str, object]) -> None:
    with pytest.raises(BadFact, match=r"^/1: "):
        facts_from_json([make_fact(), make_fact(**bad)])
