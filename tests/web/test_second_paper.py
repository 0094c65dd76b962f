"""A second paper of a family that was entered: found, asked about, and never merged unseen."""

from datetime import date

import pytest
from django.test import Client

from childcare.applying.versions import content_of
from childcare.models import Application, Facility, Guardian, Household, Round
from core.models import AuditEvent
from tests.childcare.applying.factories import make_round, make_slot
from tests.childcare.applying.test_application_api import client_of
from tests.childcare.applying.test_protected_families import make_officer, protect
from tests.disability_card.factories import make_person
from tests.web.test_paper_entry import (
    ENTER,
    by_age,
    child,
    clerk,
    facility,
    family,
    one_factor_is_enough,
)

__all__ = ["clerk", "facility", "one_factor_is_enough"]
pytestmark = pytest.mark.django_db
HOME = "佐久市中込3056"


def paper(facility: Facility, **more: str) -> dict[str, str]:
    return family(facility, guardian_2="デモ 父", address=HOME) | more


def sister(facility: Facility) -> dict[str, str]:
    """The same guardians at the same address, with an elder child."""
    return paper(facility) | child(facility, "2023-06-10", name="デモ 姉")


def household() -> str:
    return str(Household.objects.get().pk)


def next_round(facility: Facility) -> Round:
    first = Round.objects.get()
    made = make_round(
        rule_set=first.rule_set, opens_at=first.opens_at, closes_at=first.closes_at,
        starts_on=date(2027, 5, 1), kind="monthly",
    )  # fmt: skip
    make_slot(made, facility, class_age=1)
    return made


def test_the_same_child_in_another_round_is_asked_about_and_stays_one_child(
    clerk: Client, facility: Facility
) -> None:
    clerk.post(ENTER, paper(facility))
    page = f"{ENTER}?round={next_round(facility).pk}"
    asked = clerk.post(page, paper(facility, address="引っこした先の町1番地"))
    assert (asked.status_code, Application.objects.count()) == (422, 1)
    assert "前に申しこみがあった家族ですか" in asked.content.decode()
    assert AuditEvent.objects.filter(action="childcare.application.read").count() == 1
    assert clerk.post(page, paper(facility, known=household())).status_code == 302
    first, second = Application.objects.all()
    assert first.child_id == second.child_id
    assert content_of(first).facts == content_of(second).facts


def test_a_sister_found_by_guardian_and_address_needs_the_box_and_gives_it_to_both(
    clerk: Client, facility: Facility
) -> None:
    clerk.post(ENTER, paper(facility, q_guardian_1_work="0"))
    assert 'name="box"' in clerk.post(ENTER, sister(facility)).content.decode()
    joined = sister(facility) | {"known": household()}
    assert clerk.post(ENTER, joined).status_code == 422  # without a box
    assert clerk.post(ENTER, joined | {"box": "B"}).status_code == 302
    elder, younger = by_age()
    assert elder.child.household_id == younger.child.household_id
    assert content_of(elder).siblings.box == content_of(younger).siblings.box == "B"
    works = {fact.name for fact in content_of(younger).facts}
    assert works
    assert works <= {fact.name for fact in content_of(elder).facts}  # told once, for both


def test_what_the_new_paper_says_of_the_family_reaches_the_first_child(
    clerk: Client, facility: Facility
) -> None:
    clerk.post(ENTER, paper(facility))
    before = content_of(Application.objects.get()).facts
    clerk.post(
        ENTER, sister(facility) | {"known": household(), "box": "A", "q_guardian_1_work": "0"}
    )
    younger = by_age()[1]
    assert len(content_of(younger).facts) > len(before)


def test_the_clerk_may_say_that_it_is_another_family(clerk: Client, facility: Facility) -> None:
    clerk.post(ENTER, paper(facility))
    assert clerk.post(ENTER, paper(facility, known="new")).status_code == 302
    assert Household.objects.count() == 2


def test_a_namesake_at_another_address_is_nobodys_business(
    clerk: Client, facility: Facility
) -> None:
    clerk.post(ENTER, paper(facility))
    namesake = family(facility, address="佐久市岩村田99") | {"name": "デモ 他人"}
    assert clerk.post(ENTER, namesake).status_code == 302
    assert Household.objects.count() == 2


def test_the_same_child_in_the_same_round_applied_already(
    clerk: Client, facility: Facility
) -> None:
    clerk.post(ENTER, paper(facility))
    again = clerk.post(ENTER, paper(facility, known=household()))
    assert "この回にもう申しこんでいます" in again.content.decode()
    assert Application.objects.count() == 1


def test_guardians_in_another_order_would_swap_their_facts(
    clerk: Client, facility: Facility
) -> None:
    clerk.post(ENTER, paper(facility))
    swapped = sister(facility) | {"guardian_1": "デモ 父", "guardian_2": "デモ 親"}
    said = clerk.post(ENTER, swapped | {"known": household(), "box": "A"}).content.decode()
    assert "保護者の名前か順番が" in said
    assert Application.objects.count() == 1


def test_a_mistake_in_the_wishes_is_said_beside_the_child_and_nothing_is_entered(
    clerk: Client, facility: Facility
) -> None:
    clerk.post(ENTER, paper(facility))
    wrong = sister(facility) | {"birth_date": "2024-06-10", "known": household(), "box": "A"}
    assert "年齢のクラスがありません" in clerk.post(ENTER, wrong).content.decode()
    assert (Application.objects.count(), Household.objects.get().children.count()) == (1, 1)


def test_a_family_of_another_city_is_neither_shown_nor_reached(
    clerk: Client, facility: Facility
) -> None:
    clerk.post(ENTER, paper(facility))
    theirs = household()
    Application.objects.update(municipality="202088")
    assert clerk.post(ENTER, paper(facility, known=theirs)).status_code == 302
    assert Household.objects.count() == 2


def test_a_family_protected_from_the_officer_is_neither_shown_nor_reached(
    facility: Facility,
) -> None:
    officer = make_officer()
    client, kept = client_of(officer), make_person(name="保護　花子")
    client.post(ENTER, paper(facility))
    theirs = household()
    Guardian.objects.filter(number=1).update(person=kept)
    protect(kept, officer)
    assert client.post(ENTER, paper(facility, known=theirs)).status_code == 302
    assert Household.objects.count() == 2


def test_an_id_that_was_not_offered_is_no_answer(clerk: Client, facility: Facility) -> None:
    clerk.post(ENTER, paper(facility))
    clerk.post(ENTER, family(facility, address="佐久市岩村田99", name="デモ 他人"))
    other = Household.objects.order_by("created_at").last()
    assert other is not None
    refused = clerk.post(ENTER, sister(facility) | {"known": str(other.pk)})
    assert (refused.status_code, Application.objects.count()) == (422, 2)
