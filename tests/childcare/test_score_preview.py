"""Trying a score: the answers state facts, every answer has its line, nothing is kept."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings, strategies as st

from childcare import score_preview as trying
from childcare.points import points_text
from tests.childcare.rule_set_files import shipped
from web.score_scale import WIDTH, scale

DEMO = shipped("saku-demo.yaml")
TODAY, APRIL = date(2026, 11, 20), date(2027, 4, 1)
# One guardian 160 hours, the other 120, a sibling there, no leave, grandparents over 65, no more.
PICTURE = {"family": 0, "guardian_1_work": 0, "guardian_2_work": 1, "sibling": 0, "leave": 2,
           "grandparent": 1, "now": 3, "children": 0}  # fmt: skip


def tried(**changed: int) -> trying.Preview:
    return trying.preview_answers(DEMO, PICTURE | changed, facility=None, on=TODAY, starts_on=APRIL)


def test_the_family_of_the_picture_has_42_points() -> None:
    preview = tried()
    assert points_text(preview.points) == "42"
    assert [(line.title.ja, points_text(line.points)) for line in preview.lines] == [
        ("いっしょに住む保護者", "0"),
        ("保護者1の仕事", "20"),
        ("保護者2の仕事", "17"),
        ("きょうだいが同じ園にいる", "5"),
        ("育休", "0"),
        ("祖父母", "0"),
        ("いまの保育", "0"),
        ("18歳未満の子", "0"),
    ]


def test_an_answer_spares_the_questions_that_it_makes_needless() -> None:
    asked = [one.id for one in trying.asked_questions(DEMO, {"family": 1})]
    assert "guardian_2_work" not in asked
    assert "guardian_2_reason" not in asked
    assert [one.id for one in trying.asked_questions(DEMO, PICTURE)] == list(PICTURE)
    assert len(trying.likely_questions(DEMO, {})) == 8


def test_what_was_answered_before_a_question_was_spared_does_not_count() -> None:
    facts = trying.stated_facts(DEMO, PICTURE | {"family": 1}, facility=None)
    assert not [one for one in facts if one.subject == "guardian:2" and one.name == "activity"]


def test_who_accepts_longer_leave_is_told_that_the_child_comes_last() -> None:
    assert not tried().is_last
    assert tried(leave=1).is_last


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_every_answer_has_a_line_and_the_lines_add_up(data: st.DataObject) -> None:
    answers: dict[str, int] = {}
    for question in DEMO.questions:
        if question in trying.asked_questions(DEMO, answers):
            answers[question.id] = data.draw(st.integers(0, len(question.options) - 1))
    preview = trying.preview_answers(DEMO, answers, facility=None, on=TODAY, starts_on=APRIL)
    assert len(preview.lines) >= len(answers)
    assert sum(line.points for line in preview.lines) == preview.points


@pytest.mark.parametrize(
    ("half_points", "text"),
    [
        (84, "42"), (93, "46.5"), (Fraction(31, 2), "7.75"), (Fraction(31, 3), "5.17"),
        (-20, "-10"), (-1, "-0.5"), (0, "0"), (Fraction(1, 1000), "0"),
    ],
)  # fmt: skip
def test_points_are_read_in_halves_and_never_in_more_than_two_decimals(
    half_points: Fraction, text: str
) -> None:
    assert points_text(half_points) == text


@given(points=st.integers(-100, 300), lowest=st.integers(0, 200))
def test_nothing_on_the_scale_leaves_the_drawing(points: int, lowest: int) -> None:
    drawn = scale(Fraction(points), lowest=Fraction(lowest), ends=trying.points_scale(DEMO))
    places = (drawn.you_at, drawn.lowest_at, drawn.you_words_at, drawn.lowest_words_at)
    assert all(0 <= place <= WIDTH for place in places)
    assert drawn.is_below == (points < lowest)


def test_a_parents_certificate_is_asked_once_a_parent_and_not_for_the_household_again() -> None:
    papers = [one.subject for one in tried(leave=0).documents
              if one.document == "employment_certificate"]  # fmt: skip
    assert papers == ["guardian:1", "guardian:2"]


def test_a_grandparent_alone_has_the_absent_guardians_points_but_is_no_single_parent() -> None:
    single, grandparent = tried(family=1), tried(family=2)
    assert [line.title.ja for line in single.lines if line.title.ja == "ひとり親"] == ["ひとり親"]
    assert "ひとり親" not in [line.title.ja for line in grandparent.lines]
    assert single.points - grandparent.points == 10  # half points: 5


def test_either_guardian_may_be_the_first() -> None:
    assert tried(guardian_1_work=1, guardian_2_work=0).points == tried().points
