"""Publishing: two people, every row tried, no date twice, and then never a change."""

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from accounts.models import Person
from childcare.models import RuleSet, RuleSetStatus
from childcare.rule_set_publication import (
    NotADraft,
    PublisherIsSubmitter,
    VersionTaken,
    publication_problems,
    publish_rule_set,
)
from childcare.rule_sets.loading import sha256_of
from childcare.rule_sets.problems import RuleSetRefused
from childcare.rule_sets_in_force import NoRuleSetInForce, rule_set_in_force
from core.audit import SYSTEM
from core.models import AuditEvent
from tests.childcare.published import (
    NOW,
    make_approver,
    make_submitter,
    published,
    submitted,
    version,
)
from tests.childcare.rule_set_files import DEMO, FOLDER, as_file, make_tree, with_meta
from tests.disability_card.factories import CITY, make_person

pytestmark = pytest.mark.django_db


def codes(row: RuleSet) -> list[str]:
    with pytest.raises(RuleSetRefused) as refusal:
        publish_rule_set(row, published_by=make_approver(), actor=SYSTEM, now=NOW)
    row.refresh_from_db()
    assert row.status != RuleSetStatus.PUBLISHED
    return [problem.code for problem in refusal.value.problems]


def test_the_demo_set_is_published_by_two_people_with_the_hash_of_its_file() -> None:
    row = published()
    assert (row.status, row.is_demo) == (RuleSetStatus.PUBLISHED, True)
    assert row.sha256 == sha256_of(DEMO.read_bytes())
    assert "デモ" in row.name
    assert list(
        AuditEvent.objects.filter(action__startswith="rule-set").values_list("action", flat=True)
    ) == ["rule-set.submit", "rule-set.publish"]


def test_who_submitted_it_cannot_publish_it() -> None:
    clerk = make_submitter()
    row = submitted(DEMO.read_bytes(), submitted_by=clerk)
    with pytest.raises(PublisherIsSubmitter):
        publish_rule_set(row, published_by=clerk, actor=SYSTEM, now=NOW)


def test_a_second_account_of_the_submitter_is_not_a_second_person() -> None:
    first, second = make_submitter(), make_approver()
    stays = Person.objects.filter(user=first).first() or make_person(user=first)
    gone = Person.objects.filter(user=second).first() or make_person(user=second)
    gone.merged_into = stays
    gone.save()
    row = submitted(DEMO.read_bytes(), submitted_by=first)
    with pytest.raises(PublisherIsSubmitter):
        publish_rule_set(row, published_by=second, actor=SYSTEM, now=NOW)


@pytest.mark.parametrize("name", ["koshigaya-r8.yaml", "musashimurayama-r4-example.yaml"])
def test_a_reference_set_cannot_be_published(name: str) -> None:
    row = submitted((FOLDER / name).read_bytes())
    assert row.status == RuleSetStatus.REFERENCE
    with pytest.raises(NotADraft):
        publish_rule_set(row, published_by=make_approver(), actor=SYSTEM, now=NOW)
    assert "reference-only" in [one.code for one in publication_problems(row)]


def with_row(**extra: Any) -> bytes:
    tree = make_tree()
    row = {"id": "more", "label": "x", "when": {"==": ["single", True]}, "points": 0}
    return as_file(tree | {"adjust": [*tree["adjust"], row | extra]})


def test_a_row_that_no_example_counts_is_not_published() -> None:
    content = with_row(when={"==": ["single", False]})
    assert codes(submitted(content)) == ["row-without-example"]


def test_an_example_that_does_not_come_out_is_not_published() -> None:
    assert codes(submitted(with_row(points=1))) == [
        "example-points", "example-lines", "row-without-example",
    ]  # fmt: skip


def test_a_set_without_an_end_is_not_published() -> None:
    row = submitted(as_file(with_meta(effective={"from": "2026-04-01", "to": None})))
    assert codes(row) == ["no-dates"]


def test_another_citys_table_is_not_taken_as_a_draft() -> None:
    with pytest.raises(RuleSetRefused) as refusal:
        submitted(as_file(with_meta(municipality="112224")))
    assert refusal.value.problems[0].code == "other-city"


def test_dates_that_overlap_by_one_day_are_refused_and_the_day_after_is_not() -> None:
    published(version("a", "2026-04-01", "2027-03-31"))
    assert codes(submitted(version("b", "2027-03-31", "2028-03-31"))) == ["dates-overlap"]
    assert codes(submitted(version("c", "2025-04-01", "2026-04-01"))) == ["dates-overlap"]
    published(version("d", "2027-04-01", "2028-03-31"))
    found = [rule_set_in_force(CITY, on=day).version
             for day in (date(2027, 3, 31), date(2027, 4, 1))]  # fmt: skip
    assert found == ["a", "d"]
    with pytest.raises(NoRuleSetInForce):
        rule_set_in_force(CITY, on=date(2028, 4, 1))


def test_a_successor_that_names_its_predecessor_cuts_its_period() -> None:
    older = published(version("a", "2026-04-01", "2027-03-31"))
    published(version("b", "2026-10-01", "2027-09-30", supersedes="a"))
    older.refresh_from_db()
    assert older.effective_to == date(2026, 9, 30)
    assert codes(submitted(version("c", "2026-10-01", "2027-09-30", supersedes="b"))) == [
        "dates-overlap"
    ]


def test_the_same_file_twice_is_one_version() -> None:
    assert published().pk == submitted(DEMO.read_bytes()).pk
    assert RuleSet.objects.count() == 1


def test_a_draft_may_be_replaced_a_published_version_never() -> None:
    first = submitted(version("a", "2026-04-01", "2027-03-31"))
    second = submitted(version("a", "2026-04-01", "2027-03-30"))
    assert (first.pk, second.effective_to) == (second.pk, date(2027, 3, 30))
    publish_rule_set(second, published_by=make_approver(), actor=SYSTEM, now=NOW)
    with pytest.raises(VersionTaken):
        submitted(version("a", "2026-04-01", "2027-03-29"))


@pytest.mark.parametrize(
    "change",
    [
        {"content": "x"},
        {"sha256": "0" * 64},
        {"status": "draft"},
        {"effective_from": date(2020, 1, 1)},
        {"effective_to": date(2099, 1, 1)},
        {"effective_to": None},
    ],
    ids=str,
)
def test_the_database_itself_refuses_to_change_what_is_published(change: dict[str, Any]) -> None:
    row = published(version("a", "2026-04-01", "2027-03-31"))
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        RuleSet.objects.filter(pk=row.pk).update(**change)
