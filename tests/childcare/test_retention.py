"""Families are forgotten when the city's years are over: not a day before, and never half."""

from datetime import date, datetime

import pytest

from childcare.applying.paper_files import path_of
from childcare.applying.papers import receive_file
from childcare.models import Application, Household
from childcare.retention import FORGOTTEN, Periods, first_day_of_class, forget_old_applications
from core.models import AuditEvent
from jp.clock import JST
from tests.childcare.applying.factories import (
    CLOSES,
    PDF,
    make_child,
    make_draft,
    make_facility,
    make_family,
    make_round,
    make_slot,
    make_submitted,
    told_by_family,
    work_papers,
)

pytestmark = pytest.mark.django_db
KEPT = Periods(application_years=5, draft_days=365)
# The round of April 2027: its year ends in March 2028, and five years later all is over.
LAST_MOMENT = datetime(2033, 3, 31, 23, 59, 59, tzinfo=JST)
DUE = datetime(2033, 4, 1, 0, 0, tzinfo=JST)


def forget(now: datetime) -> dict[str, int]:
    return forget_old_applications(now=now, kept=KEPT)


def test_a_family_is_kept_to_the_last_second_of_the_last_year_and_forgotten_in_april() -> None:
    row = make_submitted()
    assert forget(LAST_MOMENT) == {"drafts": 0, "families": 0}
    assert forget(DUE) == {"drafts": 0, "families": 1}
    assert forget(DUE) == {"drafts": 0, "families": 0}  # a second night finds nothing
    row.refresh_from_db()
    household = row.child.household
    assert (row.child.name, row.child.name_kana, row.receipt_number) == (FORGOTTEN, "", None)
    assert row.child.birth_date == date(2025, 4, 2)
    assert (household.applicant, household.address, household.phone) == (None, None, None)
    assert {one.name for one in household.guardians.all()} <= {""}
    assert row.versions.count() == 1  # that it was, and what was decided, stays


def test_the_files_of_papers_go_with_the_family() -> None:
    row = make_submitted(papers_of=work_papers)
    paper = receive_file(
        row, kind="employment", subject="guardian:1", name="給与.pdf", content=PDF,
        told=told_by_family(row),
    )  # fmt: skip
    assert path_of(paper).exists()
    forget(DUE)
    paper.refresh_from_db()
    assert not path_of(paper).exists()
    assert paper.file_name == ""


def test_a_child_that_was_admitted_is_kept_until_five_years_after_its_last_class() -> None:
    row = make_submitted()  # class 1 in 2027, class 5 in 2031
    Application.objects.filter(pk=row.pk).update(state="admitted")
    assert forget(DUE)["families"] == 0
    assert forget(datetime(2037, 3, 31, 23, 59, 59, tzinfo=JST))["families"] == 0
    assert forget(datetime(2037, 4, 1, 0, 0, tzinfo=JST))["families"] == 1


def test_a_family_with_a_newer_application_is_kept_whole() -> None:
    family = make_family()
    make_submitted(make_child(family))
    later, facility = make_round(fiscal_year=2030, starts_on=date(2030, 4, 1)), make_facility()
    make_slot(later, facility, class_age=3)
    sister = make_child(family, name="デモ 妹", birth_date=date(2026, 6, 10))
    make_submitted(sister, round_=later, facilities=[facility])
    assert forget(DUE)["families"] == 0
    assert FORGOTTEN not in {one.name for one in family.children.all()}


def test_a_draft_that_nobody_sent_is_deleted_a_year_after_the_deadline_with_its_family() -> None:
    row = make_draft()
    year_later = CLOSES.replace(year=2027)
    assert forget(year_later)["drafts"] == 0
    assert forget(year_later.replace(second=1))["drafts"] == 1
    assert not Application.objects.filter(pk=row.pk).exists()
    assert not Household.objects.exists()


def test_the_trail_says_that_it_was_done_and_names_nobody() -> None:
    row = make_submitted()
    forget(DUE)
    event = AuditEvent.objects.get(action="childcare.family.forget")
    assert event.object_id == str(row.child.household_id)
    assert event.subject_id is None
    assert event.facts == {}


@pytest.mark.parametrize(
    ("birth", "first"),
    [(date(2025, 4, 1), date(2024, 4, 2)), (date(2025, 4, 2), date(2025, 4, 2))],
)
def test_a_birthday_becomes_the_first_day_of_the_same_class(birth: date, first: date) -> None:
    assert first_day_of_class(birth) == first
