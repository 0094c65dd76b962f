"""A household that came on paper is given to who proves to be its applicant, and to nobody else."""

from datetime import UTC, date
from typing import Any

import pytest
from django.test import Client

from accounts.models import Person
from accounts.national_id.provider import ProvenPerson
from accounts.people import set_protective_block
from accounts.proofs import record_online_proof
from childcare.applying.drafting import start_application
from childcare.applying.household_linking import link_proven_households
from childcare.models import Guardian, Household
from core.audit import SYSTEM
from core.models import AuditEvent
from tests.childcare.applying.factories import NOW, make_child, make_round
from tests.disability_card.factories import CITY, make_person, make_staff

pytestmark = pytest.mark.django_db
NAME, BORN, HOME = "佐久 花子", date(1990, 5, 5), "長野県佐久市中込3056"
FOUND = "紙で出した保育園の申しこみが見つかり、ここで見られるようにしました。"


def proven(**override: Any) -> ProvenPerson:
    good: dict[str, Any] = {
        "subject": "s", "acr": "a", "auth_time": NOW, "name": "佐久　花子",
        "birth_date": BORN.isoformat(), "address": "佐久市大字中込３０５６", "gender": "",
    }  # fmt: skip
    return ProvenPerson(**(good | override))


def paper_household(*, name: str = NAME, **override: Any) -> Household:
    """Typed in from paper, without an account."""
    good: dict[str, Any] = {"municipality": CITY, "address": HOME, "created_at": NOW}
    made = Household.objects.create(**(good | override))
    Guardian.objects.create(household=made, number=1, name=name)
    make_child(made)
    return made


def link(person: Person, **override: Any) -> int:
    return link_proven_households(person, proven(**override), SYSTEM, NOW)


def test_the_first_guardian_of_a_paper_household_finds_it_by_name_and_address() -> None:
    household, person = paper_household(), make_person()
    assert link(person) == 1
    household.refresh_from_db()
    assert household.applicant == person
    assert household.guardians.get().person == person
    assert AuditEvent.objects.get(action="childcare.household.link").subject_id == person.pk
    assert link(person) == 0  # once is enough


@pytest.mark.parametrize(
    "other",
    [
        {"name": "佐久 太郎"},
        {"address": "佐久市中込3057"},
        {"address": None},
        {"municipality": "202011"},
        {"forgotten_at": NOW},
    ],
    ids=["another name", "the next house", "no address", "another city", "forgotten"],
)
def test_a_household_that_does_not_agree_stays_with_staff(other: Any) -> None:
    household = paper_household(**other)
    assert link(make_person()) == 0
    household.refresh_from_db()
    assert household.applicant is None


def test_the_second_guardian_is_linked_by_nobody_but_the_first() -> None:
    household = paper_household(name="佐久 太郎")
    Guardian.objects.create(household=household, number=2, name=NAME)
    assert link(make_person()) == 0


def test_a_household_with_an_account_is_taken_from_nobody() -> None:
    other = make_person(name=NAME, birth_date=BORN)
    household = paper_household(applicant=other)
    assert link(make_person(name=NAME, birth_date=BORN)) == 0
    household.refresh_from_db()
    assert household.applicant == other


def test_the_record_that_the_counter_made_becomes_one_with_the_proven_person() -> None:
    at_the_counter = make_person(user=None, name=NAME, birth_date=BORN)
    first, second = (paper_household(applicant=at_the_counter) for _ in range(2))
    person = make_person(name="佐久　花子", birth_date=BORN)
    assert link(person) == 2
    at_the_counter.refresh_from_db()
    assert at_the_counter.merged_into == person
    assert set(Household.objects.filter(applicant=person)) == {first, second}


def test_a_record_of_the_counter_with_another_birth_date_is_another_persons() -> None:
    at_the_counter = make_person(user=None, name=NAME, birth_date=date(1961, 5, 5))
    paper_household(applicant=at_the_counter)
    assert link(make_person(name=NAME, birth_date=BORN)) == 0
    at_the_counter.refresh_from_db()
    assert at_the_counter.merged_into is None


def test_threat_separation_who_is_kept_from_a_child_is_linked_to_no_household_of_it() -> None:
    household, person, child = paper_household(), make_person(), make_person(user=None)
    household.children.update(person=child)
    set_protective_block(child, blocked=person, set_by=make_staff(), actor=SYSTEM, now=NOW)
    assert link(person) == 0


def test_whoever_proves_it_sees_the_application_on_their_page_at_once() -> None:
    household, person = paper_household(), make_person(name="")
    found = record_online_proof(
        person, proven(auth_time=NOW.astimezone(UTC)), provider="p", actor=SYSTEM, now=NOW
    )
    assert found == [FOUND]
    assert person.user is not None
    client = Client()
    client.force_login(person.user)
    start_application(household.children.get(), make_round(), actor=SYSTEM, now=NOW)
    assert "デモ 子" in client.get("/childcare/applications/").content.decode()
