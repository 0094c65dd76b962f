"""Staff's pages of the card: search with a reason, guardians, and what an insider cannot do."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import Delegation, Role
from accounts.people import record_guardian
from core.audit import SYSTEM
from core.models import AuditEvent
from disability_card.models import Card, CardState, Holding
from tests.disability_card.factories import (
    make_card,
    make_handbook,
    make_person,
    make_row,
    make_staff,
)
from tests.disability_card.issuing import NOW, make_holding, make_keys

pytestmark = pytest.mark.django_db


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
    delegation = Delegation.objects.get()
    clerk.post(f"/staff/cards/{card.pk}/guardians/{delegation.pk}/end/")
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
