"""The list of phones over HTTP: holders, guardians, staff, and everybody else."""

import time
from typing import Any
from uuid import UUID

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.test import Client

from accounts.models import Delegation, DelegationKind, Person, Role
from disability_card.models import Card, Holding, HoldingState, StateSetBy
from tests.disability_card.factories import make_person, make_staff, make_user
from tests.disability_card.issuing import CITY, NOW, make_offerable_card, make_phone
from tests.disability_card.wallet import Phone

pytestmark = pytest.mark.django_db


def signed_in(person: Person | None = None, *, seconds_ago: float | None = None) -> Client:
    """A page of somebody who is signed in, since so many seconds if that is known."""
    user = make_user() if person is None else person.user
    assert user is not None
    client = Client()
    client.force_login(user)
    if seconds_ago is not None:
        session = client.session
        session[AUTHENTICATION_METHODS_SESSION_KEY] = [
            {"method": "code", "at": time.time() - seconds_ago}
        ]
        session.save()
    return client


def clerk(municipality: str = CITY) -> Client:
    client = Client()
    client.force_login(make_staff(Role.CARD_CLERK, municipality=municipality))
    return client


def path(card: Card, tail: str = "devices", *, staff: bool = False) -> str:
    return f"/api/v1/{'staff/' if staff else ''}cards/{card.pk}/{tail}"


def on_behalf(child: Person) -> dict[str, str]:
    return {"Kaiteki-On-Behalf-Of": str(child.pk)}


def act(client: Client, card: Card, what: str = "", *, staff: bool = False) -> Any:
    holding = Holding.objects.get(card=card)
    tail = f"devices/{holding.pk}"
    if what:
        return client.post(path(card, f"{tail}/{what}", staff=staff))
    return client.delete(path(card, tail, staff=staff))


def state() -> str:
    return Holding.objects.get().state


# -- the holder ---------------------------------------------------------------------------


def test_a_holder_puts_the_card_on_a_phone_and_sees_it_in_the_list() -> None:
    card = make_offerable_card()
    page = signed_in(card.person)
    answer = page.post(path(card, "offer"))
    assert answer.status_code == 201
    assert answer.headers["Cache-Control"] == "no-store"
    offer = answer.json()
    Phone(Client()).enrol(offer["uri"], offer["tx_code"])
    (device,) = page.get(path(card)).json()
    assert device["state"] == HoldingState.ACTIVE
    assert device["is_guardian"] is False
    assert device["needs_enrolling"] is False
    assert UUID(device["id"]) == Holding.objects.get().pk


def test_a_holder_stops_a_lost_phone_and_lets_it_go_on_after_signing_in() -> None:
    card = make_offerable_card()
    make_phone(Client(), card)
    page = signed_in(card.person, seconds_ago=299)
    assert act(page, card, "suspend").status_code == 200
    assert state() == HoldingState.SUSPENDED
    assert act(page, card, "resume").status_code == 200
    assert state() == HoldingState.ACTIVE


@pytest.mark.parametrize("seconds_ago", [None, 301.0])
def test_letting_a_phone_go_on_needs_a_fresh_sign_in(seconds_ago: float | None) -> None:
    card = make_offerable_card()
    make_phone(Client(), card)
    page = signed_in(card.person, seconds_ago=seconds_ago)
    act(page, card, "suspend")
    answer = act(page, card, "resume")
    assert answer.status_code == 403
    assert answer.json()["code"] == "fresh-sign-in-needed"
    assert state() == HoldingState.SUSPENDED


def test_a_holder_takes_the_card_off_a_phone() -> None:
    card = make_offerable_card()
    make_phone(Client(), card)
    page = signed_in(card.person)
    assert act(page, card).status_code == 204
    assert page.get(path(card)).json() == []
    assert act(page, card).status_code == 204


def test_a_refused_offer_is_a_problem_document() -> None:
    card = make_offerable_card(state="suspended")
    answer = signed_in(card.person).post(path(card, "offer"))
    assert (answer.status_code, answer.json()["code"]) == (409, "card-not-active")
    assert answer.headers["Content-Type"] == "application/problem+json"


# -- guardians ----------------------------------------------------------------------------


def make_guardian(child: Person, kind: str = DelegationKind.GUARDIAN) -> Person:
    guardian = make_person()
    Delegation.objects.create(
        principal=child, agent=guardian, kind=kind, valid_from=NOW, proof="counter"
    )
    return guardian


def test_a_guardian_puts_the_child_s_card_on_an_own_phone() -> None:
    card = make_offerable_card()
    guardian = make_guardian(card.person)
    page = signed_in(guardian)
    offer = page.post(path(card, "offer"), headers=on_behalf(card.person)).json()
    phone = Phone(Client())
    phone.enrol(offer["uri"], offer["tx_code"])
    assert phone.venue_cards[0].claims["presenter"] == "guardian"
    assert Holding.objects.get().held_by == guardian


def test_a_guardian_who_speaks_for_nobody_sees_no_card() -> None:
    card = make_offerable_card()
    page = signed_in(make_guardian(card.person))
    assert page.post(path(card, "offer")).status_code == 404


def test_a_helper_is_no_guardian() -> None:
    card = make_offerable_card()
    page = signed_in(make_guardian(card.person, DelegationKind.HELPER))
    assert page.post(path(card, "offer"), headers=on_behalf(card.person)).status_code == 404


# -- everybody else -----------------------------------------------------------------------


def test_another_person_s_card_is_not_there() -> None:
    card = make_offerable_card()
    make_phone(Client(), card)
    stranger = signed_in(make_person(), seconds_ago=1)
    assert stranger.get(path(card)).status_code == 404
    assert stranger.post(path(card, "offer")).status_code == 404
    for what in ("suspend", "resume", ""):
        assert act(stranger, card, what).status_code == 404
    assert state() == HoldingState.ACTIVE


def test_a_phone_is_reached_through_its_own_card_only() -> None:
    card, other = make_offerable_card(), make_offerable_card()
    make_phone(Client(), other)
    foreign = Holding.objects.get(card=other)
    page = signed_in(card.person)
    assert page.post(path(card, f"devices/{foreign.pk}/suspend")).status_code == 404


def test_nobody_signed_in_may_do_anything() -> None:
    card = make_offerable_card()
    make_phone(Client(), card)
    assert Client().get(path(card)).status_code == 401
    assert act(Client(), card, "suspend").status_code == 401


# -- staff --------------------------------------------------------------------------------


def test_staff_stop_a_phone_by_telephone_and_the_holder_cannot_lift_it() -> None:
    card = make_offerable_card()
    make_phone(Client(), card)
    office = clerk()
    (seen,) = office.get(path(card, staff=True)).json()
    assert seen["state"] == HoldingState.ACTIVE
    assert act(office, card, "suspend", staff=True).json()["state_set_by"] == StateSetBy.STAFF
    answer = act(signed_in(card.person, seconds_ago=1), card, "resume")
    assert (answer.status_code, answer.json()["code"]) == (403, "suspended-by-staff")
    assert act(office, card, "resume", staff=True).status_code == 200
    assert act(office, card, staff=True).status_code == 204
    assert state() == HoldingState.REVOKED


def test_staff_of_another_city_see_no_card() -> None:
    card = make_offerable_card()
    make_phone(Client(), card)
    assert clerk("202011").get(path(card, staff=True)).status_code == 404


def test_a_holder_is_no_staff() -> None:
    card = make_offerable_card()
    make_phone(Client(), card)
    assert act(signed_in(card.person), card, "suspend", staff=True).status_code == 403
