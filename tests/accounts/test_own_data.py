"""My data: consent, who looked, taking it away, erasure; and the registry behind it."""

import json
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.db import DatabaseError, transaction
from django.test import Client

from accounts.consents import UnknownPurpose, consenting, decide, has_consented
from accounts.models import (
    AccountRecovery,
    ClerkPin,
    Consent,
    DataExport,
    Membership,
    Person,
    Role,
    User,
)
from accounts.own_data import erase
from accounts.staff_work import request_recovery
from core import privacy
from core.audit import SYSTEM, record
from core.models import AuditEvent
from disability_card.life_cycle import revoke_card
from disability_card.models import StateSetBy
from tests.accounts.test_clerk_pins import give_pin, make_member, make_shop
from tests.disability_card.factories import (
    NOW,
    make_card,
    make_person,
    make_staff,
)
from tests.disability_card.issuing import make_keys

pytestmark = pytest.mark.django_db


def freshly(person: Person, *, seconds_ago: float = 1) -> Client:
    assert person.user is not None
    client = Client()
    client.force_login(person.user)
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": "code", "at": time.time() - seconds_ago}
    ]
    session.save()
    return client


@pytest.fixture
def hanako() -> Person:
    return make_person(name="佐久　はな子")


def test_a_consent_counts_from_its_instant_until_it_is_withdrawn(hanako: Person) -> None:
    page = freshly(hanako)
    page.post("/my/data/consents/insight/", {"act": "give"})
    assert has_consented(hanako.pk, "insight")
    assert consenting("insight") == {hanako.pk}
    page.post("/my/data/consents/insight/", {"act": "withdraw"})
    assert not has_consented(hanako.pk, "insight")
    assert consenting("insight") == frozenset()
    assert list(Consent.objects.order_by("id").values_list("act", flat=True)) == [
        "given",
        "withdrawn",
    ]


def test_the_same_decision_twice_is_one_act(hanako: Person) -> None:
    for _ in range(2):
        decide(hanako.pk, "insight", is_given=True, channel="page", actor=SYSTEM, now=NOW)
    assert Consent.objects.count() == 1


def test_an_unknown_purpose_is_refused(hanako: Person) -> None:
    with pytest.raises(UnknownPurpose):
        decide(hanako.pk, "sell", is_given=True, channel="page", actor=SYSTEM, now=NOW)


def test_an_act_of_consent_cannot_be_rewritten(hanako: Person) -> None:
    decide(hanako.pk, "insight", is_given=True, channel="page", actor=SYSTEM, now=NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        Consent.objects.update(act="withdrawn")


def test_a_resident_sees_that_the_city_looked_and_not_which_officer(hanako: Person) -> None:
    officer = make_staff()
    from accounts.actors import user_actor  # noqa: PLC0415

    actor = user_actor(officer, on_behalf_of=None, now=NOW)
    record("card.read", actor=actor, now=NOW, object_type="card", object_id=hanako.pk,
           subject=hanako.pk)  # fmt: skip
    record("card.read", actor=actor, now=NOW, object_type="card", subject=make_person().pk)
    page = freshly(hanako).get("/my/data/").content.decode()
    assert page.count("カードの状態を見ました") == 1
    assert "市の職員" in page
    assert officer.email not in page


def test_an_export_holds_what_every_room_keeps(hanako: Person) -> None:
    make_keys()
    card = make_card(person=hanako)
    page = freshly(hanako)
    page.post("/my/data/export/")
    made = DataExport.objects.get()
    assert made.content.keys() == {holding.name for holding in privacy.holdings()}
    answer = page.get(f"/my/data/export/{made.pk}.json")
    told = json.loads(answer.content)
    assert told["account"]["person"]["name"] == "佐久　はな子"
    assert told["disability-cards"][0]["handbook"] == card.handbook.record
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.slow
def test_an_export_is_also_a_paper(hanako: Person) -> None:
    page = freshly(hanako)
    page.post("/my/data/export/")
    answer = page.get(f"/my/data/export/{DataExport.objects.get().pk}.pdf")
    assert answer.content.startswith(b"%PDF")


def test_an_export_stands_encrypted(hanako: Person) -> None:
    freshly(hanako).post("/my/data/export/")
    stored: Any = DataExport.objects.raw("SELECT id, content AS raw FROM accounts_dataexport")
    assert "佐久".encode() not in bytes(stored[0].raw)


def test_nobody_else_and_no_old_sign_in_gets_an_export(hanako: Person) -> None:
    freshly(hanako).post("/my/data/export/")
    made = DataExport.objects.get()
    path = f"/my/data/export/{made.pk}.json"
    assert freshly(make_person()).get(path).status_code == 404
    assert freshly(hanako, seconds_ago=301).get(path).status_code == 302
    DataExport.objects.update(expires_at=NOW)
    assert freshly(hanako).get(path).status_code == 404


def test_a_live_card_keeps_its_person(hanako: Person) -> None:
    make_card(person=hanako)
    page = freshly(hanako)
    assert "先に窓口で失効してください" in page.get("/my/data/erasure/").content.decode()
    page.post("/my/data/erasure/")
    hanako.refresh_from_db()
    assert hanako.name == "佐久　はな子"


def test_an_erased_person_is_nobody_and_gets_a_receipt(hanako: Person) -> None:
    make_keys()
    card = make_card(person=hanako)
    revoke_card(card, by=StateSetBy.STAFF, reason="", actor=SYSTEM, now=NOW)
    page = freshly(hanako)
    decide(hanako.pk, "insight", is_given=True, channel="page", actor=SYSTEM, now=NOW)
    answer = page.post("/my/data/erasure/")
    receipt = AuditEvent.objects.get(action="person.erase").facts["receipt"]
    assert receipt in answer.content.decode()
    person = Person.objects.select_related("user").get(pk=hanako.pk)
    assert (person.name, person.birth_date, person.identity_index) == ("", None, None)
    assert person.user is not None
    assert person.user.is_active is False
    assert "佐久" not in person.user.email
    assert page.get("/my/").status_code == 302
    assert Consent.objects.count() == 1
    assert User.objects.filter(email__endswith="@invalid").count() == 1


def test_an_erasure_reaches_what_every_room_keeps(hanako: Person) -> None:
    emptied: list[str] = []

    def empty(name: str) -> Callable[[UUID, datetime], None]:
        return lambda _person, _now: emptied.append(name)

    before = dict(privacy._holdings)
    try:
        for name in ("one", "two"):
            privacy.register(
                privacy.Holding(
                    name=name,
                    title=name,
                    export=lambda _person: None,
                    holds=privacy.nothing_holds,
                    erase=empty(name),
                )
            )
        erase(hanako, actor=SYSTEM, now=NOW)
    finally:
        privacy._holdings.clear()
        privacy._holdings.update(before)
    assert emptied == ["one", "two"]


def test_an_erasure_leaves_no_address_in_a_recovery_and_no_name_on_a_till(hanako: Person) -> None:
    clerk = make_member(make_shop(), user=hanako.user)
    give_pin(clerk)
    assert hanako.user is not None
    request_recovery(hanako, new_email="new@example.jp", document="passport",
                     officer=make_staff(Role.COUNTER), actor=SYSTEM, now=NOW)  # fmt: skip
    erase(hanako, actor=SYSTEM, now=NOW)
    assert not AccountRecovery.objects.exists()
    assert not ClerkPin.objects.exists()
    assert Membership.objects.get().valid_to == NOW
