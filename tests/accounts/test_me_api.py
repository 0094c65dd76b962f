"""A person's own pages by API: family, consents, taking the data away, who looked, erasure."""

import json
from datetime import date
from typing import Any

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.test import Client
from django.utils import timezone

from accounts.consents import PURPOSES, has_consented
from accounts.models import DataExport, Delegation, Person, Role
from accounts.people_search import record_reading
from core.actor import Actor, ActorKind
from tests.disability_card.factories import NOW, make_person, make_staff, make_user

pytestmark = pytest.mark.django_db
NAME = "佐久 はな子"


class Caller:
    """A signed-in person over the API."""

    def __init__(self, person: Person | None = None, *, is_fresh: bool = True) -> None:
        self.person = person or make_person(name=NAME)
        self.client = Client()
        assert self.person.user is not None
        self.client.force_login(self.person.user)
        if is_fresh:
            session = self.client.session
            session[AUTHENTICATION_METHODS_SESSION_KEY] = [
                {"method": "mfa", "at": timezone.now().timestamp()}
            ]
            session.save()

    def call(self, method: str, path: str, body: object = None, **headers: str) -> Any:
        return self.client.generic(
            method,
            f"/api/v1/me{path}",
            "" if body is None else json.dumps(body),
            content_type="application/json",
            headers=headers,
        )

    def get(self, path: str) -> Any:
        answer = self.call("GET", path)
        assert answer.status_code == 200
        return answer.json()


def test_me_says_what_i_may_do_and_how_i_was_proved() -> None:
    told = Caller().get("")
    assert {"me.data", "card.list"} <= set(told["actions"])
    assert "staff.role.give" not in told["actions"]
    assert told["assurance"] == 2
    assert told["proofs"] == []


def test_a_child_is_added_once_for_its_key_and_listed() -> None:
    me = Caller()
    child = {"name": "たろう", "birth_date": "2020-04-02"}
    first, second = (
        me.call("POST", "/delegations/children", child, **{"Idempotency-Key": "c1"})
        for _ in range(2)
    )
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    told = me.get("/delegations")
    assert [one["name"] for one in told["i_act_for"]] == ["たろう"]
    assert told["act_for_me"] == []


def test_a_helper_comes_in_by_a_code_and_goes_by_either_hand() -> None:
    me, helper = Caller(), Caller(make_person(name="手伝う人"))
    code = me.call("POST", "/delegations/invites", {"kind": "helper"}).json()["code"]
    assert helper.call("POST", "/delegations/accept", {"code": code}).status_code == 204
    (relation,) = me.get("/delegations")["act_for_me"]
    assert relation["kind"] == "helper"
    assert relation["may_end"]
    stranger = Caller(make_person())
    path = f"/delegations/{relation['id']}"
    assert stranger.call("DELETE", path).status_code == 404
    assert helper.call("DELETE", path).status_code == 204
    assert Delegation.objects.get().status == "ended"


@pytest.mark.parametrize("kind", ["guardian", "staff", ""])
def test_nobody_makes_a_guardian_by_a_code(kind: str) -> None:
    assert Caller().call("POST", "/delegations/invites", {"kind": kind}).status_code == 400


def test_a_wrong_code_is_refused_with_one_answer() -> None:
    answer = Caller().call("POST", "/delegations/accept", {"code": "NOPE"})
    assert (answer.status_code, answer.json()["code"]) == (422, "invite-refused")


def test_a_consent_is_given_to_the_text_that_was_read_and_withdrawn_at_any_time() -> None:
    me = Caller()
    purpose = PURPOSES["insight"]

    def decide(version: str, *, is_given: bool) -> Any:
        body = {"is_given": is_given, "text_version": version}
        return me.call("PUT", "/consents/insight", body)

    assert decide("1999-01", is_given=True).json()["code"] == "consent-text-changed"
    assert not has_consented(me.person.pk, "insight")
    assert decide(purpose.version, is_given=True).json()["is_given"] is True
    assert has_consented(me.person.pk, "insight")
    assert {one["purpose"]: one["is_given"] for one in me.get("/consents")}["insight"]
    assert decide("1999-01", is_given=False).status_code == 200
    assert not has_consented(me.person.pk, "insight")


def test_my_data_is_collected_for_me_alone() -> None:
    me, other = Caller(), Caller(make_person())
    made = me.call("POST", "/export", **{"Idempotency-Key": "e1"})
    assert made.status_code == 201
    assert me.call("POST", "/export", **{"Idempotency-Key": "e1"}).json() == made.json()
    assert DataExport.objects.count() == 1
    assert [one["id"] for one in me.get("/export")] == [made.json()["id"]]
    told = me.call("GET", f"/export/{made.json()['id']}")
    assert told.json()["account"]["person"]["name"] == NAME
    assert told["Cache-Control"] == "no-store"
    assert other.call("GET", f"/export/{made.json()['id']}").status_code == 404


@pytest.mark.parametrize("call", [("POST", "/export"), ("POST", "/erasure")])
def test_taking_away_and_erasing_ask_who_it_is_again(call: tuple[str, str]) -> None:
    answer = Caller(is_fresh=False).call(*call)
    assert (answer.status_code, answer.json()["code"]) == (403, "fresh-sign-in-needed")


def test_an_erasure_answers_with_a_receipt_and_nobody_can_sign_in_any_more() -> None:
    me = Caller()
    assert me.get("/erasure") == {"reasons": []}
    answer = me.call("POST", "/erasure")
    assert answer.status_code == 201
    assert len(answer.json()["receipt"]) == 9
    assert me.call("GET", "").status_code == 401
    me.person.refresh_from_db()
    assert me.person.name == ""


def test_an_erasure_is_refused_while_something_is_still_needed() -> None:
    me = Caller()
    me.call("POST", "/delegations/children", {"name": "子", "birth_date": "2020-04-02"})
    assert len(me.get("/erasure")["reasons"]) == 1
    answer = me.call("POST", "/erasure")
    assert (answer.status_code, answer.json()["code"]) == (409, "data-still-needed")


def test_i_see_that_staff_looked_and_not_who() -> None:
    me, officer = Caller(), make_staff(Role.COUNTER)
    actor = Actor(kind=ActorKind.USER, user_id=officer.pk)
    record_reading(me.person, actor=actor, now=NOW)
    told = me.get("/audit")
    assert [(one["who"], one["action"]) for one in told["results"]] == [("staff", "person.read")]
    assert officer.email not in str(told)
    assert str(officer.pk) not in str(told)
    assert Caller(make_person()).get("/audit")["results"] == []


def test_acting_for_another_does_not_take_their_data_away() -> None:
    me = Caller()
    child = me.call(
        "POST", "/delegations/children", {"name": "子", "birth_date": str(date(2020, 4, 2))}
    ).json()["person_id"]
    made = me.call("POST", "/export", **{"Kaiteki-On-Behalf-Of": child})
    assert DataExport.objects.get(pk=made.json()["id"]).person == me.person


def test_an_account_without_a_person_gets_one() -> None:
    client = Client()
    client.force_login(make_user())
    assert client.get("/api/v1/me/consents").status_code == 200
    assert Person.objects.count() == 1
