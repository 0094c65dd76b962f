"""The content of an application: round trip, differences, the ledger's codes, class ages."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, strategies as st

from childcare.applying.content import (
    BadContent,
    Content,
    Siblings,
    differences,
    share,
    siblings_from_ledger,
)
from childcare.applying.content_rules import Circumstances, class_age_in, findings
from childcare.facts import Fact

A, B = "01900000-0000-7000-8000-00000000000a", "01900000-0000-7000-8000-00000000000b"
AROUND = Circumstances(
    birth_date=date(2025, 6, 10),
    today=date(2026, 11, 20),
    school_year=2027,
    reference_on=date(2026, 12, 4),
    facilities=frozenset({A}),
    siblings_apply=False,
)

days = st.none() | st.dates(min_value=date(2020, 1, 1), max_value=date(2030, 1, 1))
facts = st.builds(
    Fact,
    subject=st.sampled_from(["household", "guardian:1", "guardian:2", "child", f"facility:{A}"]),
    name=st.sampled_from(["work_hours", "pregnancy", "reason"]),
    value=st.booleans() | st.integers(0, 300) | st.sampled_from(["employed", "ill"]),
    valid_from=days,
)
contents = st.builds(
    Content,
    facts=st.lists(facts, max_size=6, unique_by=lambda one: (one.subject, one.name)).map(tuple),
    preferences=st.lists(st.sampled_from([A, B]), unique=True).map(tuple),
    siblings=st.sampled_from([Siblings(), Siblings(box="A"), Siblings(box="C", one_alone="elder")]),
)


@given(contents)
def test_what_is_stored_is_read_again(content: Content) -> None:
    assert Content.from_json(content.as_json()) == content


@given(contents, contents)
def test_two_contents_differ_exactly_where_a_field_is_named(one: Content, other: Content) -> None:
    found = differences(one, other)
    assert differences(one, one) == []
    assert [(d.subject, d.name, d.after, d.before) for d in found] == [
        (d.subject, d.name, d.before, d.after) for d in differences(other, one)
    ]


@given(contents, contents)
def test_sharing_takes_the_familys_facts_and_no_childs(one: Content, other: Content) -> None:
    shared = share(one.facts, other)
    of_family = {"household", "guardian:1", "guardian:2"}
    assert {f for f in shared.facts if f.subject in of_family} == {
        f for f in one.facts if f.subject in of_family
    }
    assert {f for f in shared.facts if f.subject not in of_family} == {
        f for f in other.facts if f.subject not in of_family
    }


@pytest.mark.parametrize(
    "stored",
    [
        [],
        {"preferences": "abc"},
        {"preferences": [A, A]},
        {"preferences": ["not an id"]},
        {"preferences": [A] * 51},
        {"facts": [{"subject": "moon", "name": "a", "value": 1}]},
        {"facts": [{"subject": "child", "name": "a", "value": 0.5}]},
        {"siblings": {"box": "D"}},
        {"siblings": {"box": "C"}},
        {"siblings": {"box": "A", "one_alone": "elder"}},
        {"held_facility": 7},
    ],
)
def test_what_is_not_a_content_is_refused_with_its_place(stored: object) -> None:
    with pytest.raises(BadContent, match="/"):
        Content.from_json(stored)


@pytest.mark.parametrize(
    ("code", "siblings"),
    [
        ("1", Siblings(box="A")),
        ("2", Siblings(box="B")),
        ("3", Siblings(box="B", same_first=True)),
    ],
)
def test_the_ledgers_codes_are_boxes(code: str, siblings: Siblings) -> None:
    assert siblings_from_ledger(code) == siblings


def test_a_code_that_the_ledger_does_not_know_is_refused() -> None:
    with pytest.raises(BadContent):
        siblings_from_ledger("4")


@pytest.mark.parametrize(
    ("birth", "age"),
    [
        (date(2026, 4, 1), 1),  # the older class
        (date(2026, 4, 2), 0),
        (date(2027, 5, 1), 0),  # born in the school year itself
        (date(2021, 4, 2), 5),
        (date(2021, 4, 1), 6),
    ],
)
def test_born_on_1_april_is_the_older_class(birth: date, age: int) -> None:
    assert class_age_in(birth, school_year=2027) == age


def codes(content: Content, **override: object) -> list[str]:
    return [one.code for one in findings(content, replace(AROUND, **override))]  # type: ignore[arg-type]


def test_a_fact_out_of_its_period_is_a_remark_and_not_an_error() -> None:
    ended = Fact(subject="guardian:1", name="work_hours", value=80, valid_to=date(2026, 12, 3))
    found = findings(Content(facts=(ended,), preferences=(A,)), AROUND)
    assert [(one.code, one.stops, one.pointer) for one in found] == [
        ("out-of-period", False, "/facts/0")
    ]
    holds = replace(ended, valid_to=date(2026, 12, 4))  # both ends are included
    assert codes(Content(facts=(holds,), preferences=(A,))) == []
    assert codes(Content(facts=(ended, holds), preferences=(A,))) == []


def test_each_mistake_has_its_code() -> None:
    good = Content(preferences=(A,))
    assert codes(good) == []
    assert codes(Content()) == ["no-wish"]
    assert codes(Content(preferences=(B,))) == ["no-such-class"]
    assert codes(Content(preferences=(A,), held_facility=A)) == ["held-is-a-wish"]
    assert codes(good, wishes_max=0) == ["too-many-wishes"]
    assert codes(good, siblings_apply=True) == ["box-missing"]
    assert codes(good, birth_date=date(2026, 11, 21)) == ["birth-in-future"]
    assert codes(good, birth_date=date(2021, 4, 1)) == ["too-old"]
