"""Both scorers: the laws of a score, and that neither can be wrong unseen."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from childcare.facts import Fact, facts_to_json
from childcare.rule_sets.checking import (
    EXAMPLE_FACILITY,
    example_days,
    example_family,
    lines_by_name,
)
from childcare.rule_sets.loading import load_rule_set
from childcare.rule_sets.rules import FactDefinition, FactType, RuleSet
from childcare.scoring import Applicant, Score, UnscorableFacts, score_family
from childcare.second_scorer.scoring import SecondScore, score_applications
from childcare.second_scorer.worlds import StoredApplication
from tests.childcare.rule_set_files import SHIPPED, as_file, make_tree, shipped

OTHER_FACILITY = "00000000-0000-7000-8000-000000000002"
APRIL = date(2026, 4, 1)


def as_stored(family: Sequence[Applicant], *, name: str = "family") -> list[StoredApplication]:
    return [
        StoredApplication(
            key=one.key,
            family=name,
            number=one.number,
            facts=facts_to_json(one.facts),
            documents=one.documents,
            facilities=one.facilities,
        )
        for one in family
    ]


def as_second(score: Score) -> SecondScore:
    return SecondScore(
        key=score.key,
        facility=score.facility,
        rank=score.rank,
        numerator=score.points.numerator,
        denominator=score.points.denominator,
        tie_keys=score.tie_keys,
        lines=tuple(sorted((line.row, line.subject, line.points) for line in score.lines)),
        term_until=score.term_until,
    )


def both(
    content: bytes, family: Sequence[Applicant], *, on: date = APRIL, starts_on: date = APRIL
) -> tuple[list[SecondScore], list[SecondScore]]:
    rule_set = load_rule_set(content)
    first = [as_second(one) for one in score_family(rule_set, family, on=on, starts_on=starts_on)]
    second = score_applications(content, as_stored(family), on=on, starts_on=starts_on)
    return sorted(first, key=_order), sorted(second, key=_order)


def _order(score: SecondScore) -> tuple[str, str]:
    return score.key, score.facility or ""


def make_family(*facts: tuple[str, str, Any], **override: Any) -> list[Applicant]:
    stated = tuple(Fact(subject=subject, name=name, value=value) for subject, name, value in facts)
    return [replace(Applicant(key="a", number=1, facts=stated), **override)]


def points(rule_set: RuleSet, family: Sequence[Applicant]) -> Fraction:
    return score_family(rule_set, family, on=APRIL, starts_on=APRIL)[0].points


# -- the two agree ----------------------------------------------------------------------------


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_both_scorers_agree_on_every_shipped_example(path: Path) -> None:
    content = path.read_bytes()
    rule_set = load_rule_set(content)
    for example in rule_set.examples:
        day, starts_on = example_days(rule_set, example)
        first, second = both(content, example_family(example), on=day, starts_on=starts_on)
        assert first == second


def _values(definition: FactDefinition) -> st.SearchStrategy[Any]:
    match definition.type:
        case FactType.BOOLEAN:
            return st.booleans()
        case FactType.CHOICE:
            return st.sampled_from(sorted(definition.values))
        case FactType.INTEGER:
            low, high = definition.low or 0, definition.high or 1000
            return st.integers(low, min(high, 400)) | st.integers(low, high)


@st.composite
def _facts(draw: st.DrawFn, rule_set: RuleSet, of: str, subject: str) -> list[Fact]:
    days = st.none() | st.dates(date(2026, 3, 30), date(2026, 4, 3))
    found = []
    for definition in rule_set.facts.values():
        if definition.of != of or not draw(st.booleans()):
            continue
        start, end = draw(days), draw(days)
        if start and end and end < start:
            start, end = end, start
        value = draw(_values(definition))
        found.append(
            Fact(subject=subject, name=definition.name, value=value, valid_from=start, valid_to=end)
        )
    return found


@st.composite
def _families(draw: st.DrawFn, rule_set: RuleSet) -> list[Applicant]:
    shared = draw(_facts(rule_set, "household", "household"))
    for subject in ("guardian:1", "guardian:2"):
        shared += draw(_facts(rule_set, "guardian", subject))
    papers = [f"{who}{name}" for name in rule_set.documents for who in ("", "guardian:1:")]
    documents = draw(st.sets(st.sampled_from(papers))) if papers else set()
    family = []
    for number in range(draw(st.integers(1, 3))):
        own = draw(_facts(rule_set, "child", "child"))
        for facility in (EXAMPLE_FACILITY, OTHER_FACILITY):
            own += draw(_facts(rule_set, "facility", f"facility:{facility}"))
        wishes = draw(st.permutations([EXAMPLE_FACILITY, OTHER_FACILITY]))
        family.append(
            Applicant(
                key=f"c{number}",
                number=draw(st.integers(1, 9_000)),
                facts=(*shared, *own),
                documents=frozenset(documents),
                facilities=tuple(wishes[: draw(st.integers(0, 2))]),
            )
        )
    return family


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_both_scorers_agree_on_any_family(path: Path, data: st.DataObject) -> None:
    content = path.read_bytes()
    family = data.draw(_families(load_rule_set(content)))
    starts_on = data.draw(st.dates(date(2026, 1, 1), date(2027, 12, 31)))
    first, second = both(content, family, starts_on=starts_on)
    assert first == second


_COMBINES = ("sum", "max", "best_plus_each", "first")


@st.composite
def _trees(draw: st.DrawFn) -> dict[str, Any]:
    """Rule sets over few facts, so that every way of counting meets every other."""
    names = ("x", "z")
    tests: list[dict[str, Any]] = [{"==": [name, True]} for name in names] + [
        {">=": ["many", low]} for low in (1, 2, 3)
    ]
    tests += [{"between": ["many", 1, 2]}, {"in": ["many", [0, 3]]}, {"not": {"==": ["x", True]}}]
    any_test = st.sampled_from(tests)
    conditions = any_test | st.builds(
        lambda kind, parts: {kind: parts},
        st.sampled_from(["all", "any"]),
        st.lists(any_test, min_size=1, max_size=2),
    )
    adjust = [
        {
            "id": f"a{at}",
            "label": "a",
            "points": draw(st.integers(-3, 3)),
            "scope": draw(st.sampled_from(["household", "child", "guardian", "facility"])),
            "when": draw(conditions),
            "group": draw(st.sampled_from(["g", "h"])),
        }
        for at in range(draw(st.integers(1, 4)))
    ]
    group = {
        "id": "b",
        "label": "b",
        "rows": [
            {"id": f"b{at}", "label": "b", "when": draw(conditions), "points": at * 3 - 1}
            for at in range(3)
        ],
    }
    relative = {"id": "r", "label": "r", "when": draw(conditions), "relative_to": "b", "delta": 1}
    tree = make_tree(
        facts={
            "x": {"of": "household", "type": "boolean", "label": "x"},
            "z": {"of": "household", "type": "boolean", "label": "z"},
            "many": {"of": "child", "type": "integer", "label": "many"},
            "away": {"of": "guardian", "type": "boolean", "label": "away"},
            "there": {"of": "facility", "type": "boolean", "label": "there"},
        },
        base={
            "aggregate": draw(st.sampled_from(["sum", "mean", "lower"])),
            "leave_out_when": {"==": ["away", True]},
            "groups": [group, relative],
        },
        groups={
            name: {"combine": draw(st.sampled_from(_COMBINES)), "each": 1} for name in ("g", "h")
        },
        adjust=[*adjust, {"id": "f", "label": "f", "scope": "facility", "points": 2,
                          "when": {"==": ["there", True]}},
                {"id": "p", "label": "p", "scope": "child", "points": -1,
                 "per": {"fact": "many", "from": 2, "max": 2}}],
        siblings={"score": draw(st.sampled_from(["own", "mean", "max"]))},
        tie_break=[{"points_of": "base"}, {"points_of": "adjust"}, {"points_of": "g"},
                   {"rows": ["f", "b1", "a0"]}, {"fact": "many", "first": "low"},
                   {"fact": "many", "first": "high", "missing": "first"},
                   {"when": {"==": ["x", True]}}, {"unique": "lottery"}],
        examples=[],
    )  # fmt: skip
    if draw(st.booleans()):
        tree["rounding"] = {
            "to": draw(st.sampled_from(["half_point", "point"])),
            "mode": draw(st.sampled_from(["down", "half_up", "up"])),
        }
    if draw(st.booleans()):
        tree["ranks"] = {
            "of": draw(st.sampled_from(["guardian", "household"])),
            "decides": draw(st.sampled_from(["lower", "higher"])),
            "otherwise": 4,
            "rows": [
                {"id": f"k{at}", "label": "k", "rank": at + 1, "when": draw(conditions)}
                for at in range(2)
            ],
        }
    if draw(st.booleans()):
        tree["last"] = {"id": "last", "label": "last", "when": draw(conditions)}
    return tree


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_both_scorers_agree_on_any_way_of_counting(data: st.DataObject) -> None:
    content = as_file(data.draw(_trees()))
    family = data.draw(_families(load_rule_set(content)))
    first, second = both(content, family)
    assert first == second


# -- the laws of a score ----------------------------------------------------------------------

DEMO = shipped("saku-demo.yaml")
WORKING = (
    ("guardian:1", "activity", "work"),
    ("guardian:1", "hours_month", 160),
    ("guardian:2", "activity", "work"),
    ("guardian:2", "hours_month", 160),
)


def test_half_points_are_exact() -> None:
    family = make_family(*WORKING, ("household", "siblings_applying", 2))
    assert points(DEMO, family) / 2 == Fraction(83, 2)


def test_a_fact_counts_on_both_ends_of_its_period_and_is_named_outside() -> None:
    fact = Fact(subject="household", name="welfare", value=True, valid_from=APRIL, valid_to=APRIL)
    family = make_family(*WORKING)
    family = [replace(family[0], facts=(*family[0].facts, fact))]
    days = (date(2026, 3, 31), APRIL, date(2026, 4, 2))
    scores = [score_family(DEMO, family, on=day, starts_on=APRIL)[0] for day in days]
    assert [score.points for score in scores] == [80, 84, 80]
    assert [score.left_out for score in scores] == [(fact,), (), (fact,)]


def test_each_line_names_the_facts_that_fired_it() -> None:
    (score, *_rest) = score_family(DEMO, make_family(*WORKING), on=APRIL, starts_on=APRIL)
    fired = {(line.subject, tuple(fact.name for fact in line.facts)) for line in score.lines}
    assert fired == {
        ("guardian:1", ("activity", "hours_month")),
        ("guardian:2", ("activity", "hours_month")),
    }


def test_a_sibling_at_one_facility_makes_a_sheet_for_that_facility_alone() -> None:
    here = ("facility:" + EXAMPLE_FACILITY, "sibling_here", True)
    family = make_family(*WORKING, here, facilities=(OTHER_FACILITY, EXAMPLE_FACILITY))
    scores = score_family(DEMO, family, on=APRIL, starts_on=APRIL)
    assert {score.facility: score.points for score in scores} == {None: 80, EXAMPLE_FACILITY: 90}


def test_who_accepts_longer_leave_comes_after_everybody_else() -> None:
    family = make_family(*WORKING, ("household", "leave_may_be_extended", True))
    ranks = [score_family(DEMO, one, on=APRIL, starts_on=APRIL)[0].rank
             for one in (make_family(), family)]  # fmt: skip
    assert ranks == [1, 2]


def test_the_term_of_who_looks_for_work_ends_after_three_months() -> None:
    family = make_family(*WORKING[:2], ("guardian:2", "activity", "seeking"))
    score = score_family(DEMO, family, on=APRIL, starts_on=APRIL)[0]
    assert score.term_until == date(2026, 6, 30)


def test_the_same_fact_twice_for_one_day_is_not_scored() -> None:
    family = make_family(*WORKING, ("guardian:1", "hours_month", 120))
    with pytest.raises(UnscorableFacts, match="guardian:1 hours_month"):
        points(DEMO, family)


def test_a_value_outside_the_vocabulary_is_not_scored() -> None:
    with pytest.raises(UnscorableFacts, match="activity"):
        points(DEMO, make_family(("guardian:1", "activity", "juggling")))


def test_a_paper_of_one_parent_counts_for_that_parent_only() -> None:
    tree = make_tree(
        documents={"proof": {"label": "証明"}},
        adjust=[{"id": "p", "label": "p", "scope": "guardian", "points": 3,
                 "when": {"has_document": "proof"}}],
        examples=[],
    )  # fmt: skip
    content = as_file(tree)
    for documents, lines in (({"guardian:2:proof"}, {"guardian:2/p": 3}), (set(), {})):
        family = make_family(documents=frozenset(documents))
        score = score_family(load_rule_set(content), family, on=APRIL, starts_on=APRIL)[0]
        assert lines_by_name(score.lines) == lines
        first, second = both(content, family)
        assert first == second


@given(data=st.data())
@settings(max_examples=30, deadline=None)
def test_the_order_of_facts_does_not_matter(data: st.DataObject) -> None:
    family = data.draw(_families(DEMO))
    shuffled = [replace(one, facts=tuple(data.draw(st.permutations(one.facts)))) for one in family]
    before = score_family(DEMO, family, on=APRIL, starts_on=APRIL)
    after = score_family(DEMO, shuffled, on=APRIL, starts_on=APRIL)
    assert [replace(one, left_out=()) for one in before] == [
        replace(one, left_out=()) for one in after
    ]


def test_a_table_changed_by_one_half_point_is_seen_by_the_other_scorer() -> None:
    """The negative control: were one scorer to read another table, the two would differ."""
    content = (SHIPPED[0].parent / "saku-demo.yaml").read_bytes()
    changed = content.replace(
        b"points: 34, documents: [employment", b"points: 33, documents: [employment"
    )
    family = make_family(("guardian:1", "activity", "work"), ("guardian:1", "hours_month", 120))
    first, _same = both(content, family)
    second = score_applications(changed, as_stored(family), on=APRIL, starts_on=APRIL)
    assert first != second
