"""Many at once: the same rules, all or nothing, and the same two people."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from childcare.applying.bulk_entry import (
    ChildEntry,
    EntryRefused,
    FamilyEntry,
    enter_families,
    verify_in_bulk,
)
from childcare.applying.content import Content, Siblings
from childcare.applying.refusals import DeadlinePassed
from childcare.applying.verification import SamePerson
from childcare.applying.versions import content_of
from childcare.models import Application, Channel, Facility, Household, Round
from tests.childcare.applying.factories import (
    CLOSES,
    NOW,
    fact,
    make_clerk,
    make_facility,
    make_round,
    make_slot,
    told_by,
)
from tests.disability_card.factories import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def round_() -> Round:
    return make_round()


@pytest.fixture
def facility(round_: Round) -> Facility:
    found = make_facility()
    for age in range(3):
        make_slot(round_, found, class_age=age)
    return found


def family(facility: Facility, *births: date, **override: object) -> FamilyEntry:
    box = Siblings(box="B") if len(births) > 1 else Siblings()
    content = Content(
        facts=(fact("hours_month", 160),), preferences=(str(facility.pk),), siblings=box
    )
    children = tuple(
        ChildEntry(name=f"デモ {number}", name_kana="", birth_date=birth, content=content)
        for number, birth in enumerate(births or (date(2025, 6, 10),))
    )
    good: dict[str, object] = {"children": children, "received_at": NOW}
    return FamilyEntry(**(good | override))  # type: ignore[arg-type]


def test_families_are_entered_and_verified_by_two(round_: Round, facility: Facility) -> None:
    told = told_by(make_clerk(), channel=Channel.PAPER)
    twins = family(facility, date(2025, 6, 10), date(2026, 6, 10))
    rows = enter_families(round_, [family(facility), twins], told=told)
    assert [content_of(row).preferences for row in rows] == [(str(facility.pk),)] * 3
    assert verify_in_bulk(round_, rows, checkers=[make_clerk(), make_clerk()], told=told) == 3
    assert set(Application.objects.values_list("state", flat=True)) == {"verified"}
    assert all(row.current and row.current.checks.count() == 2 for row in rows)
    assert verify_in_bulk(round_, rows, checkers=[make_clerk(), make_clerk()], told=told) == 0


def test_one_wrong_row_and_nothing_is_entered(round_: Round, facility: Facility) -> None:
    told = told_by(make_clerk(), channel=Channel.PAPER)
    old = family(facility, date(2020, 4, 1))
    with pytest.raises(EntryRefused) as refusal:
        enter_families(round_, [family(facility), old], told=told)
    assert refusal.value.extra == {"family": 1, "child": 0, "problems": "too-old,no-such-class"}
    assert not Household.objects.exists()


def test_a_late_paper_is_late_here_too(round_: Round, facility: Facility) -> None:
    told = told_by(make_clerk(), channel=Channel.PAPER, now=CLOSES + timedelta(days=3))
    late = family(facility, received_at=CLOSES)
    with pytest.raises(DeadlinePassed):
        enter_families(round_, [late], told=told)
    assert not Application.objects.exists()
    enter_families(round_, [replace(late, received_at=CLOSES - timedelta(seconds=1))], told=told)


def test_one_person_is_not_two_here_either(round_: Round, facility: Facility) -> None:
    told = told_by(make_clerk(), channel=Channel.PAPER)
    rows = enter_families(round_, [family(facility)], told=told)
    clerk = make_clerk()
    with pytest.raises(SamePerson):
        verify_in_bulk(round_, rows, checkers=[clerk, clerk], told=told)


def test_nobody_verifies_their_own_family_in_a_pile(round_: Round, facility: Facility) -> None:
    told = told_by(make_clerk(), channel=Channel.PAPER)
    clerk = make_clerk()
    own = make_person(user=clerk)
    rows = enter_families(round_, [family(facility, applicant=own.pk)], told=told)
    assert verify_in_bulk(round_, rows, checkers=[clerk, make_clerk()], told=told) == 0
