"""支援措置: an officer from whom somebody is protected finds no card and no handbook of theirs."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.models import Person, ProtectiveBlock, Role, User
from accounts.people import record_guardian
from core.audit import SYSTEM
from disability_card.models import Card, Handbook
from tests.disability_card.factories import (
    make_card,
    make_handbook,
    make_person,
    make_row,
    make_staff,
)
from tests.disability_card.issuing import NOW, make_holding, make_keys

pytestmark = pytest.mark.django_db
REASON = {"reason": "電話があったため"}


@pytest.fixture(autouse=True)
def fresh_limits() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def make_officer() -> Person:
    return make_person(user=make_staff(Role.CARD_CLERK, Role.CARD_APPROVER), name="職員　一郎")


def user_of(person: Person) -> User:
    assert person.user is not None
    return person.user


def protect(person: Person, officer: Person, **override: Any) -> ProtectiveBlock:
    good = {"set_by": make_staff(Role.COUNTER), "set_at": timezone.now()}
    return ProtectiveBlock.objects.create(person=person, blocked=officer, **(good | override))


def search(client: Client, handbook: Handbook) -> str:
    record = handbook.record
    asked = {"name": record["name"], "birth_date": record["birth_date"], "reason": "counter"}
    return client.post("/staff/cards/", asked).content.decode()


@pytest.fixture
def card() -> Card:
    make_keys()
    return make_card()


@pytest.mark.parametrize("is_lifted", [True, False])
def test_the_search_finds_a_handbook_unless_its_holder_is_protected_from_the_officer(
    card: Card, is_lifted: bool
) -> None:
    officer = make_officer()
    protect(card.person, officer, lifted_at=timezone.now() if is_lifted else None)
    asked = search(client_of(user_of(officer)), card.handbook)
    assert (f"/staff/cards/{card.pk}/" in asked) is is_lifted


def test_another_officer_finds_who_is_protected(card: Card) -> None:
    protect(card.person, make_officer())
    page = search(client_of(user_of(make_officer())), card.handbook)
    assert f"/staff/cards/{card.pk}/" in page


def test_a_handbook_without_a_card_is_hidden_by_name_and_birth_date() -> None:
    row = make_row(name="保護　花子")
    handbook, officer = make_handbook(row), make_officer()
    client = client_of(user_of(officer))
    assert f"/staff/handbooks/{handbook.pk}/link/" in search(client, handbook)
    protect(make_person(name="保護 花子", birth_date=row.birth_date), officer)
    assert f"/staff/handbooks/{handbook.pk}/link/" not in search(client, handbook)
    for what in ("link", "letter"):
        assert client.post(f"/staff/handbooks/{handbook.pk}/{what}/").status_code == 404
    assert not Card.objects.exists()


def test_pages_of_a_protected_persons_card_answer_404(card: Card) -> None:
    officer = make_officer()
    client, page = client_of(user_of(officer)), f"/staff/cards/{card.pk}/"
    assert client.get(page).status_code == 200
    protect(card.person, officer)
    assert client.get(page).status_code == 404
    for what in ("suspend/", "resume/", "revoke/", "reissue/", "paper/"):
        assert client.post(page + what, REASON).status_code == 404
    assert client.post(f"/staff/handbooks/{card.handbook_id}/letter/").status_code == 404
    card.refresh_from_db()
    assert card.state == "active"


def test_the_api_answers_404_for_a_protected_persons_card(card: Card) -> None:
    officer, holding = make_officer(), make_holding(card)
    client, api = client_of(user_of(officer)), f"/api/v1/cards/{card.pk}"
    staff = f"/api/v1/staff/cards/{card.pk}/devices"
    assert client.get(staff).status_code == 200
    protect(card.person, officer)
    assert client.get(staff).status_code == 404
    assert client.delete(f"{staff}/{holding.pk}").status_code == 404
    for what in ("suspend", "resume"):
        assert client.post(f"{staff}/{holding.pk}/{what}").status_code == 404
    for what in ("suspend", "resume", "revoke", "reissue", "paper"):
        answer = client.post(f"{api}/{what}", REASON, content_type="application/json")
        assert answer.status_code == 404
    card.refresh_from_db()
    assert card.state == "active"


def test_a_protected_guardian_is_not_named_on_the_childs_card(card: Card) -> None:
    officer, guardian = make_officer(), make_person(name="別居　太郎")
    record_guardian(child=card.person, guardian=guardian, proof="letter", actor=SYSTEM, now=NOW)
    client = client_of(user_of(officer))
    assert "別居　太郎" in client.get(f"/staff/cards/{card.pk}/").content.decode()
    protect(guardian, officer)
    assert "別居　太郎" not in client.get(f"/staff/cards/{card.pk}/").content.decode()
