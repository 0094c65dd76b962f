"""What staff do with people and accounts by API: the same functions as the pages."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from accounts.models import (
    AccountRecovery,
    CounterSession,
    IdentityProof,
    Person,
    ProtectiveBlock,
    Role,
    RoleAssignment,
    User,
)
from core.models import AuditEvent, Notice
from tests.disability_card.factories import make_person, make_staff

pytestmark = pytest.mark.django_db
NAME, BORN = "佐久 はな子", date(1960, 4, 1)
OTHER_CITY = "202011"


class Officer:
    """A member of the city's staff over the API."""

    def __init__(self, *roles: Role, **override: Any) -> None:
        self.user = make_staff(*roles, **override)
        self.client = Client()
        self.client.force_login(self.user)

    def post(self, path: str, body: object = None, **headers: str) -> Any:
        return self.client.post(
            f"/api/v1/staff/{path}", body or {}, content_type="application/json", headers=headers
        )

    def get(self, path: str) -> Any:
        return self.client.get(f"/api/v1/staff/{path}")


def counter(**override: Any) -> Officer:
    return Officer(Role.COUNTER, **override)


def make_hanako(**override: Any) -> Person:
    return make_person(name=NAME, birth_date=BORN, **override)


def search(officer: Officer, **override: Any) -> Any:
    good = {"name": "佐久　はな子", "birth_date": "1960-04-01", "reason": "counter"}
    return officer.post("people", good | override)


def test_a_person_is_found_with_a_reason_which_is_recorded_without_a_name() -> None:
    person = make_hanako()
    assert [one["id"] for one in search(counter()).json()] == [str(person.pk)]
    event = AuditEvent.objects.get(action="person.search")
    assert event.reason == "counter"
    assert NAME not in str(event.facts)


@pytest.mark.parametrize(
    "given", [{"reason": ""}, {"reason": "curious"}, {"birth_date": None}, {"name": ""}]
)
def test_a_search_without_a_reason_or_for_everybody_is_none(given: dict[str, Any]) -> None:
    assert search(counter(), **given).status_code == 400


def test_a_clerk_of_another_city_finds_nobody_and_opens_no_file() -> None:
    person, stranger = make_hanako(), counter(municipality=OTHER_CITY)
    assert search(stranger).json() == []
    assert stranger.get(f"people/{person.pk}").status_code == 404
    assert stranger.post(f"users/{person.user_id}/lock").status_code == 404
    session = stranger.post(
        "counter-sessions", {"person_id": str(person.pk), "document": "handbook"}
    )
    assert session.status_code == 404


def test_opening_a_file_is_recorded_for_the_person() -> None:
    person = make_hanako()
    assert counter().get(f"people/{person.pk}").json()["name"] == NAME
    assert AuditEvent.objects.get(action="person.read").subject_id == person.pk


def test_a_locked_account_is_out_at_once_and_can_be_opened_again() -> None:
    person = make_hanako()
    client = Client()
    assert person.user is not None
    client.force_login(person.user)
    officer = counter()
    assert officer.post(f"users/{person.user_id}/lock").json()["is_locked"] is True
    assert client.get("/api/v1/me").status_code == 401
    assert officer.post(f"users/{person.user_id}/unlock").json()["is_locked"] is False


def test_nobody_locks_themselves() -> None:
    officer = counter()
    make_person(user=officer.user)
    answer = officer.post(f"users/{officer.user.pk}/lock")
    assert (answer.status_code, answer.json()["code"]) == (403, "own-account")


def test_a_recovery_needs_a_second_officer() -> None:
    person, first, second = make_hanako(), counter(), counter()
    asked = first.post(
        f"users/{person.user_id}/recovery", {"document": "handbook", "new_email": "neu@example.jp"}
    )
    assert asked.status_code == 201
    path = f"recoveries/{asked.json()['id']}/approve"
    assert first.post(path).json()["code"] == "second-officer-needed"
    assert [one["id"] for one in second.get("recoveries").json()["results"]] == [asked.json()["id"]]
    assert second.post(path).json()["approved_at"]
    assert second.post(path).json()["code"] == "recovery-not-open"
    assert User.objects.get(person=person).email == "neu@example.jp"


def test_a_recovery_sent_twice_is_asked_once() -> None:
    person, officer = make_hanako(), counter()
    for _ in range(2):
        officer.post(
            f"users/{person.user_id}/recovery",
            {"document": "handbook"},
            **{"Idempotency-Key": "r1"},
        )
    assert AccountRecovery.objects.count() == 1


def test_a_role_is_given_listed_and_ended_at_once() -> None:
    admin, person = Officer(Role.ADMIN), make_person()
    given = admin.post("roles", {"user_id": str(person.user_id), "role": "card_clerk"})
    assert given.status_code == 201
    assert given.json()["id"] in {one["id"] for one in admin.get("roles").json()["results"]}
    assert admin.post(f"roles/{given.json()['id']}/end").json()["valid_to"]
    assert not RoleAssignment.objects.filter(user=person.user, valid_to__isnull=True).exists()


def test_an_admin_of_another_city_ends_no_role_here() -> None:
    admin, person = Officer(Role.ADMIN), make_person()
    given = admin.post("roles", {"user_id": str(person.user_id), "role": "card_clerk"}).json()
    stranger = Officer(Role.ADMIN, municipality=OTHER_CITY)
    assert stranger.post(f"roles/{given['id']}/end").status_code == 404
    assert stranger.get("roles").json()["results"] != []  # their own
    assert given["id"] not in str(stranger.get("roles").json())


def test_a_counter_session_proves_the_person_and_tells_them() -> None:
    person, officer = make_hanako(), counter()
    made = officer.post("counter-sessions", {"person_id": str(person.pk), "document": "passport"})
    assert made.status_code == 201
    assert IdentityProof.objects.get().person == person
    assert Notice.objects.get().person_id == person.pk
    header = {"Kaiteki-Counter-Session": made.json()["id"]}
    assert officer.client.get("/api/v1/cards", headers=header).status_code == 200
    path = f"counter-sessions/{made.json()['id']}/end"
    assert counter().post(path).status_code == 404  # another officer's
    assert officer.post(path).json()["ended_at"]
    assert officer.client.get("/api/v1/cards", headers=header).status_code == 403
    assert CounterSession.objects.get().ended_at is not None


def test_a_document_that_is_none_begins_nothing() -> None:
    body = {"person_id": str(make_hanako().pk), "document": "a friend"}
    assert counter().post("counter-sessions", body).status_code == 400


def test_two_records_of_one_person_become_one() -> None:
    kept, gone, officer = make_hanako(), make_hanako(), counter()
    body = {"other": str(gone.pk)}
    assert officer.post(f"people/{kept.pk}/merge", body).status_code == 200
    gone.refresh_from_db()
    assert gone.merged_into == kept
    stranger = make_person(name="べつの人", birth_date=BORN)
    answer = officer.post(f"people/{kept.pk}/merge", {"other": str(stranger.pk)})
    assert (answer.status_code, answer.json()["code"]) == (409, "not-the-same-person")


def test_a_person_is_protected_from_another() -> None:
    person, other, officer = make_hanako(), make_person(), counter()
    assert officer.post(f"people/{person.pk}/protect", {"other": str(other.pk)}).status_code == 204
    assert ProtectiveBlock.objects.get().blocked == other
