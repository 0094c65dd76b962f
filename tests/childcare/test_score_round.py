"""A round is scored twice from the database; whatever differs, is missing or is old is named."""

from fractions import Fraction
from typing import Any

import pytest

from childcare.applying.content import Content, Siblings
from childcare.documents_needed import NeededDocument, documents_needed
from childcare.facts import Fact
from childcare.models import Application, Round, RoundState, Scorer, ScoreSheet
from childcare.rule_sets_in_force import NoRuleSetInForce
from childcare.score_round import RoundDecided, RoundNotScorable, score_round, scorers_disagree
from core.audit import SYSTEM
from tests.childcare.applying.factories import (
    NOW,
    make_child,
    make_facility,
    make_family,
    make_round,
    make_slot,
    make_submitted,
    make_verified,
)
from tests.childcare.published import published
from tests.childcare.rule_set_files import shipped

pytestmark = pytest.mark.django_db

WORK = tuple(
    Fact(subject=f"guardian:{number}", name=name, value=value)
    for number in (1, 2)
    for name, value in (("activity", "work"), ("hours_month", 160))
)


def scored(round_: Round) -> Any:
    return score_round(round_, actor=SYSTEM, now=NOW)


def sheet_of(row: Application, scorer: Scorer = Scorer.FIRST, **more: Any) -> ScoreSheet:
    return ScoreSheet.objects.get(application=row, scorer=scorer, **more)


def test_both_scorers_write_a_sheet_and_the_round_names_its_rule_set() -> None:
    rule_set, round_ = published(), make_round()
    row = make_verified(facts=WORK)
    done = scored(round_)
    assert (done.applications, done.sheets, list(done.differences)) == (1, 2, [])
    first, second = sheet_of(row), sheet_of(row, Scorer.SECOND)
    assert Fraction(first.points_numerator, first.points_denominator) == 80
    assert first.rank == second.rank == 1
    assert first.tie_keys == second.tie_keys
    assert [line["row"] for line in first.lines] == ["work_160", "work_160"]
    assert first.lines[0]["facts"][1]["value"] == 160
    round_.refresh_from_db()
    assert round_.rule_set == rule_set
    assert scorers_disagree(round_) == []


def test_only_what_two_people_verified_is_scored() -> None:
    published()
    round_ = make_round()
    make_submitted(facts=WORK)
    assert scored(round_).applications == 0


def test_a_facility_with_a_sibling_has_a_sheet_of_its_own() -> None:
    published()
    round_ = make_round()
    here, there = make_facility(), make_facility()
    for facility in (here, there):
        make_slot(round_, facility)
    sibling = Fact(subject=f"facility:{here.pk}", name="sibling_here", value=True)
    row = make_verified(facts=(*WORK, sibling), facilities=[here, there])
    scored(round_)
    assert sheet_of(row, facility=here).points_numerator == 90
    assert sheet_of(row, facility=None).points_numerator == 80
    assert not ScoreSheet.objects.filter(facility=there).exists()


def test_the_unique_number_ends_every_tie_key_and_is_drawn_again_the_same() -> None:
    published()
    round_ = make_round()
    rows = [make_verified(facts=WORK) for _ in range(4)]
    scored(round_)
    numbers = [sheet_of(row).tie_keys[-1] for row in rows]
    assert sorted(numbers) == [1, 2, 3, 4]
    scored(round_)
    assert [sheet_of(row).tie_keys[-1] for row in rows] == numbers
    assert ScoreSheet.objects.count() == 8


def test_a_sheet_that_was_changed_is_a_disagreement() -> None:
    published()
    round_ = make_round()
    row = make_verified(facts=WORK)
    scored(round_)
    ScoreSheet.objects.filter(scorer=Scorer.SECOND).update(points_numerator=79)
    found = scorers_disagree(round_)
    assert {(one.application, one.fields) for one in found} == {(str(row.pk), ("points",))}


def test_an_application_that_was_never_scored_is_a_disagreement() -> None:
    published()
    round_ = make_round()
    make_verified(facts=WORK)
    scored(round_)
    late = make_verified(facts=WORK)
    assert {one.application for one in scorers_disagree(round_)} == {str(late.pk)}
    assert scorers_disagree(round_)[0].fields == ("missing",)


def test_an_application_changed_after_it_was_scored_is_too_old() -> None:
    published()
    round_ = make_round()
    row = make_verified(facts=WORK)
    scored(round_)
    ScoreSheet.objects.update(made_at=NOW.replace(year=2025))
    assert [(one.application, one.fields) for one in scorers_disagree(round_)] == [
        (str(row.pk), ("stale",))
    ]


def test_facts_that_contradict_each_other_stop_the_round_and_name_the_application() -> None:
    published()
    round_ = make_round()
    good = make_verified(facts=WORK)
    scored(round_)
    bad = make_verified(facts=(*WORK, Fact(subject="child", name="unlicensed", value="never")))
    with pytest.raises(RoundNotScorable) as refusal:
        scored(round_)
    assert str(bad.receipt_number) in refusal.value.detail
    assert "never" not in refusal.value.detail
    assert sheet_of(good).points_numerator == 80  # what stood before still stands


def test_a_round_whose_results_are_out_is_not_scored_again() -> None:
    published()
    round_ = make_round(state=RoundState.NOTIFIED)
    with pytest.raises(RoundDecided):
        scored(round_)


def test_a_round_without_a_rule_set_for_its_day_is_not_scored() -> None:
    with pytest.raises(NoRuleSetInForce):
        scored(make_round())


def test_siblings_are_scored_as_one_family() -> None:
    published()
    round_ = make_round()
    household = make_family()
    rows = [
        make_verified(make_child(household), facts=WORK, siblings=Siblings(box="B"))
        for _ in range(2)
    ]
    done = scored(round_)
    assert (done.applications, list(done.differences)) == (2, [])
    assert {row.pk for row in rows} == set(
        ScoreSheet.objects.values_list("application_id", flat=True)
    )


def test_the_papers_that_a_family_needs_follow_from_its_facts() -> None:
    facts = (*WORK[:2], Fact(subject="guardian:2", name="activity", value="offer"),
             Fact(subject="guardian:2", name="hours_month", value=120),
             Fact(subject="household", name="welfare", value=True))  # fmt: skip
    day = NOW.date()
    assert documents_needed(shipped("saku-demo.yaml"), facts, on=day, starts_on=day) == [
        NeededDocument(subject="guardian:1", document="employment_certificate"),
        NeededDocument(subject="guardian:2", document="employment_certificate"),
        NeededDocument(subject="household", document="welfare_certificate"),
    ]


def test_a_content_of_an_application_holds_facts_as_scoring_reads_them() -> None:
    content = Content(facts=WORK, preferences=(), siblings=Siblings(), held_facility="")
    assert Content.from_json(content.as_json()).facts == WORK
