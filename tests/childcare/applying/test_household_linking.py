"""A household that came on paper is given to who proves to be its applicant, and to nobody else."""

from datetime import UTC, date
from typing import Any

import pytest
from django.test import Client

from accounts.models import Person, Role, User
from accounts.national_id.provider import ProvenPerson
from accounts.people import set_protective_block
from accounts.proofs import record_online_proof
from childcare.applying.drafting import start_application
from childcare.applying.household_linking import link_proven_households
from childcare.models import Application, Guardian, Household
from core.audit import SYSTEM
from core.models import AuditEvent
from tests.childcare.applying.factories import NOW, make_child, make_round, make_submitted
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


# -- a family that moved: at the counter, by the number of its paper ------------------------------


def on_paper(*, name: str = NAME, **override: Any) -> Application:
    """An application on paper of a household without an account, with its receipt number."""
    row = make_submitted()
    household = row.child.household
    Household.objects.filter(pk=household.pk).update(**({"applicant": None} | override))
    household.guardians.all().delete()
    Guardian.objects.create(household=household, number=1, name=name)
    return row


def at_the_counter(person: Person) -> tuple[Client, User]:
    officer = make_staff(Role.COUNTER)
    client = Client()
    client.force_login(officer)
    client.post(f"/staff/people/{person.pk}/counter/", {"document": "passport"})
    return client, officer


def bring(client: Client, number: str | None) -> str:
    sent = {"receipt_number": number or ""}
    return client.post("/childcare/applications/link/", sent, follow=True).content.decode()


def test_a_family_that_moved_is_linked_at_the_counter_by_the_number_of_its_paper() -> None:
    row, person = on_paper(), make_person(name="佐久　花子", birth_date=BORN)
    client, _officer = at_the_counter(person)
    assert (
        "紙で出した申しこみを、この人につなぐ"
        in client.get("/childcare/applications/").content.decode()
    )
    assert row.receipt_number is not None
    page = bring(client, row.receipt_number.lower().replace("-", ""))
    assert "この人の記録につなぎました" in page
    assert row.child.name in page
    row.child.household.refresh_from_db()
    assert row.child.household.applicant == person
    event = AuditEvent.objects.get(action="childcare.household.link")
    assert (event.subject_id, event.on_behalf_of) == (person.pk, person.pk)


@pytest.mark.parametrize("cause", ["name", "account", "number", "birth date", "kept out"])
def test_what_does_not_agree_gets_one_answer_and_changes_nothing(cause: str) -> None:
    person = make_person(name=NAME, birth_date=BORN)
    other: dict[str, Any] = {}
    if cause == "account":
        other = {"applicant": make_person(name=NAME, birth_date=BORN)}
    if cause == "birth date":
        other = {"applicant": make_person(user=None, name=NAME, birth_date=date(1961, 5, 5))}
    row = on_paper(name="佐久 次子" if cause == "name" else NAME, **other)
    if cause == "kept out":
        child = make_person(user=None)
        row.child.person = child
        row.child.save()
        set_protective_block(
            child, blocked=person, set_by=make_staff(Role.ADMIN), actor=SYSTEM, now=NOW
        )
    before = Household.objects.get(pk=row.child.household_id).applicant
    client, _officer = at_the_counter(person)
    page = bring(client, "AAAA-AAAA" if cause == "number" else row.receipt_number)
    assert "この受付番号の申しこみは、この人につなげません" in page
    assert Household.objects.get(pk=row.child.household_id).applicant == before


def test_nobody_links_a_paper_without_serving_somebody() -> None:
    row = on_paper()
    client = Client()
    client.force_login(make_staff(Role.COUNTER))
    sent = {"receipt_number": row.receipt_number or ""}
    assert client.post("/childcare/applications/link/", sent).status_code == 403
    person = make_person(name=NAME, birth_date=BORN)
    assert person.user is not None
    client.force_login(person.user)
    assert client.post("/childcare/applications/link/", sent).status_code == 403
