"""Staff's pages of the card: search with a reason, guardians, and what an insider cannot do."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import Delegation, Person, Role, RoleAssignment, User
from accounts.people import record_guardian, set_protective_block
from core.audit import SYSTEM
from core.models import AuditEvent
from disability_card.models import Card, CardState, Holding, LinkingCode, PaperCard
from disability_card.printing.one_card import print_paper_card
from tests.disability_card.factories import (
    make_card,
    make_handbook,
    make_person,
    make_row,
    make_staff,
)
from tests.disability_card.issuing import NOW, make_holding, make_keys

pytestmark = pytest.mark.django_db
CONFIRMED = {"confirmed": "1"}


@pytest.fixture(autouse=True)
def fresh_limits() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def clerk() -> Client:
    client = Client()
    client.force_login(make_staff(Role.CARD_CLERK))
    return client


def search(client: Client, **override: str) -> Any:
    good = {"name": "佐久　はな子", "birth_date": "昭和55年5月5日", "reason": "counter"}
    return client.post("/staff/cards/", good | override)


def test_a_handbook_is_found_by_name_and_birth_date_and_the_look_is_recorded(
    clerk: Client,
) -> None:
    row = make_row()
    make_handbook(row)
    answer = search(clerk, name=row.name, birth_date=row.birth_date.isoformat())
    assert row.name in answer.content.decode()
    event = AuditEvent.objects.get(action="handbook.search")
    assert event.facts == {"found": 1}


def test_threat_insider_export_nobody_looks_without_a_reason(clerk: Client) -> None:
    assert "handbook.search" not in search(clerk, reason="").content.decode()
    assert not AuditEvent.objects.filter(action="handbook.search").exists()


def test_threat_insider_export_an_officer_has_sixty_searches_an_hour(clerk: Client) -> None:
    for _ in range(60):
        assert "回数が多すぎます" not in search(clerk).content.decode()
    assert "回数が多すぎます" in search(clerk).content.decode()
    assert AuditEvent.objects.filter(action="handbook.search").count() == 60


def test_a_card_is_made_for_a_person_without_a_phone(clerk: Client) -> None:
    handbook = make_handbook(make_row())
    clerk.post(f"/staff/handbooks/{handbook.pk}/link/")
    assert Card.objects.get().state == CardState.APPROVED


def test_staff_end_a_guardians_registration_and_the_phone_loses_the_card(clerk: Client) -> None:
    make_keys()
    card, guardian = make_card(), make_person(name="別居　太郎")
    record_guardian(child=card.person, guardian=guardian, proof="letter", actor=SYSTEM, now=NOW)
    make_holding(card, held_by=guardian, is_guardian=True)
    page = clerk.get(f"/staff/cards/{card.pk}/").content.decode()
    assert "別居　太郎" in page
    address = f"/staff/cards/{card.pk}/guardians/{Delegation.objects.get().pk}/end/"
    asked = clerk.post(address).content.decode()
    assert "この人の電話から、カードがすぐに消えます。" in asked
    assert "別居　太郎" in asked
    assert Holding.objects.get().state == "active"
    clerk.post(address, CONFIRMED)
    assert Holding.objects.get().state == "revoked"
    assert "別居　太郎" not in clerk.get(f"/staff/cards/{card.pk}/").content.decode()


def test_a_name_that_cannot_be_printed_is_said_and_nothing_is_issued(clerk: Client) -> None:
    make_keys()
    card = make_card()
    card.handbook.record = card.handbook.record | {"name": "\U0003134a"}
    card.handbook.save()
    answer = clerk.post(f"/staff/cards/{card.pk}/paper/", follow=True)
    assert "この名前は印刷できません" in answer.content.decode()
    assert not card.credentials.exists()


# -- people --------------------------------------------------------------------------------------


def test_a_person_is_opened_with_a_reason_and_sees_it(clerk: Client) -> None:
    person = make_person(name="佐久　はな子")
    assert person.user is not None
    found = clerk.post("/staff/people/", {"email": person.user.email, "reason": "telephone"})
    assert f"/staff/people/{person.pk}/" in found.content.decode()
    assert "佐久　はな子" in clerk.get(f"/staff/people/{person.pk}/").content.decode()
    own = Client()
    own.force_login(person.user)
    assert "あなたの記録を開きました" in own.get("/my/data/").content.decode()


def test_threat_insider_export_no_search_without_a_whole_identity(clerk: Client) -> None:
    for given in ({"reason": "counter"}, {"reason": "counter", "name": "佐久"}, {"name": "佐久"}):
        clerk.post("/staff/people/", given)
    assert not AuditEvent.objects.filter(action="person.search").exists()


def test_a_clerk_of_another_city_sees_nobody() -> None:
    client = Client()
    client.force_login(make_staff(Role.COUNTER, municipality="202011"))
    person = make_person(name="佐久　はな子")
    assert person.user is not None
    asked = {"email": person.user.email, "reason": "counter"}
    assert "はな子" not in client.post("/staff/people/", asked).content.decode()
    assert client.get(f"/staff/people/{person.pk}/").status_code == 404


def test_the_counter_serves_a_person_without_a_phone(clerk: Client) -> None:
    person = make_person(name="佐久　はな子", user=None)
    clerk.post(f"/staff/people/{person.pk}/counter/", {"document": "handbook"})
    person.refresh_from_db()
    assert person.proof_level == 2
    assert "かわりに操作しています" in clerk.get(f"/staff/people/{person.pk}/").content.decode()
    clerk.post(f"/staff/people/{person.pk}/counter/", {"end": "1"})
    assert "counter_session" not in clerk.session


def serve(clerk: Client, person: Person) -> None:
    clerk.post(f"/staff/people/{person.pk}/counter/", {"document": "passport"})


def test_whom_the_counter_serves_is_not_searched_again(clerk: Client) -> None:
    row = make_row(name="佐久　うめ", birth_date=date(1935, 4, 2))
    handbook = make_handbook(row)
    person = make_person(name=row.name, birth_date=row.birth_date)
    serve(clerk, person)
    page = clerk.get("/staff/cards/").content.decode()
    assert f"/staff/handbooks/{handbook.pk}/link/" in page
    assert row.addr_text in page
    event = AuditEvent.objects.get(action="handbook.search")
    assert (event.reason, event.subject_id, event.facts) == ("counter", person.pk, {"found": 1})
    clerk.post(f"/staff/handbooks/{handbook.pk}/link/")
    assert Card.objects.get().person == person
    assert AuditEvent.objects.get(action="card.counter-document").reason == "passport"
    assert person.user is not None
    own = Client()
    own.force_login(person.user)
    assert "あなたの手帳を台帳でさがしました" in own.get("/my/data/").content.decode()


def test_a_handbook_found_by_the_served_persons_card_though_the_name_changed(
    clerk: Client,
) -> None:
    card = make_card(person=make_person(name="佐久　新姓", birth_date=date(1960, 4, 1)))
    serve(clerk, card.person)
    assert f"/staff/cards/{card.pk}/" in clerk.get("/staff/cards/").content.decode()


def test_nobody_elses_handbook_becomes_the_served_persons(clerk: Client) -> None:
    handbook = make_handbook(make_row(name="佐久　はな子"))
    people = Person.objects.count()
    serve(clerk, make_person(name="べつの　人", birth_date=date(1970, 1, 1)))
    told = clerk.post(f"/staff/handbooks/{handbook.pk}/link/", follow=True).content.decode()
    assert "この人の記録とちがいます" in told
    assert not Card.objects.exists()
    assert Person.objects.count() == people + 1  # no record of nobody is left behind


def test_an_officer_from_whom_the_served_person_is_protected_finds_nothing(clerk: Client) -> None:
    row = make_row(name="佐久　うめ", birth_date=date(1935, 4, 2))
    make_handbook(row)
    person = make_person(name=row.name, birth_date=row.birth_date)
    serve(clerk, person)
    officer = User.objects.get(role_assignments__role=Role.CARD_CLERK)
    own = Person.objects.filter(user=officer).first() or make_person(user=officer)
    set_protective_block(person, blocked=own, set_by=make_staff(Role.ADMIN), actor=SYSTEM, now=NOW)
    assert row.addr_text not in clerk.get("/staff/cards/").content.decode()


def test_the_record_at_the_counter_shows_the_birth_date(clerk: Client) -> None:
    person = make_person(name="佐久　うめ", birth_date=date(1935, 4, 2))
    page = clerk.get(f"/staff/people/{person.pk}/").content.decode()
    assert "1935年4月2日" in page
    serve(clerk, person)
    clerk.get(f"/staff/people/{person.pk}/")
    reasons = AuditEvent.objects.filter(action="person.read").values_list("reason", flat=True)
    assert sorted(reasons) == ["", "counter"]


def test_a_field_that_may_be_needed_does_not_say_that_it_may_stay_empty(clerk: Client) -> None:
    page = clerk.get("/staff/people/").content.decode()
    assert "なくてもよい" not in page
    assert "メールアドレスがないときは 必ず書く" in page


def test_roles_are_given_and_ended_by_an_administrator_only(clerk: Client) -> None:
    person = make_person()
    path = f"/staff/people/{person.pk}/roles/"
    assert clerk.post(path, {"role": "admin"}).status_code == 403
    admin = Client()
    admin.force_login(make_staff(Role.ADMIN))
    admin.post(path, {"role": "statistics"})
    assignment = RoleAssignment.objects.get(user=person.user)
    admin.post(f"/staff/roles/{assignment.pk}/end/")
    assignment.refresh_from_db()
    assert assignment.valid_to is not None


@pytest.mark.parametrize(
    ("change", "warning", "then"),
    [
        ("revoke", "失効すると、もとにもどせません。", CardState.REVOKED),
        ("reissue", "再発行すると、いまのカードにはもどせません。", CardState.SUPERSEDED),
    ],
)
def test_a_card_ends_only_after_a_page_that_says_what_follows(
    clerk: Client, change: str, warning: str, then: str
) -> None:
    make_keys()
    card = make_card()
    address = f"/staff/cards/{card.pk}/{change}/"
    asked = clerk.post(address, {"reason": "紛失"}).content.decode()
    assert warning in asked
    assert "紛失" in asked
    card.refresh_from_db()
    assert (card.state, Card.objects.count()) == (CardState.ACTIVE, 1)
    clerk.post(address, CONFIRMED | {"reason": "紛失"})
    card.refresh_from_db()
    assert card.state == then


def test_one_paper_ends_only_after_a_page_that_says_which(clerk: Client) -> None:
    make_keys()
    card = make_card()
    assert card.person.user is not None
    for _ in range(2):
        print_paper_card(card, printed_by=card.person.user, now=NOW)
    lost, other = PaperCard.objects.order_by("pk")
    address = f"/staff/cards/{card.pk}/papers/{lost.pk}/revoke/"
    asked = clerk.post(address).content.decode()
    assert lost.serial in asked
    assert other.serial not in asked
    states = PaperCard.objects.order_by("pk").values_list("credential__state", flat=True)
    assert list(states) == ["issued", "issued"]
    clerk.post(address, CONFIRMED)
    assert list(states.all()) == ["revoked", "issued"]


def test_a_guardian_who_is_protected_from_the_officer_is_not_named_by_the_question() -> None:
    officer = make_staff(Role.CARD_CLERK)
    make_person(user=officer)
    card, guardian = make_card(), make_person(name="別居　太郎")
    record_guardian(child=card.person, guardian=guardian, proof="letter", actor=SYSTEM, now=NOW)
    set_protective_block(guardian, blocked=officer.person, set_by=officer, actor=SYSTEM, now=NOW)
    client = Client()
    client.force_login(officer)
    address = f"/staff/cards/{card.pk}/guardians/{Delegation.objects.get().pk}/end/"
    assert client.post(address).status_code == 404


def test_a_reload_of_a_printed_letter_asks_before_it_prints_another(clerk: Client) -> None:
    row = make_row()
    handbook = make_handbook(row)
    address = f"/staff/handbooks/{handbook.pk}/letter/"
    assert clerk.post(address)["Content-Type"] == "application/pdf"

    answer = clerk.get(address)

    assert answer.status_code == 200
    assert row.name in answer.content.decode()
    assert LinkingCode.objects.filter(handbook=handbook).count() == 1
    assert AuditEvent.objects.filter(action="handbook.read", object_id=handbook.pk).exists()
