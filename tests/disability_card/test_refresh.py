"""Refresh tokens: one chain a phone, the same answer again when it was lost, an alarm otherwise."""

import json
from datetime import timedelta

import pytest
from django.test import Client

from core.audit import SYSTEM
from disability_card.holdings import remove_device, suspend_device
from disability_card.models import (
    AccessToken,
    Card,
    CardState,
    Credential,
    CredentialState,
    Holding,
    HoldingState,
    RefreshToken,
    StateSetBy,
)
from disability_card.status_publication import status_of
from tests.disability_card.issuing import NOW, make_offerable_card, make_phone, status_entry
from tests.disability_card.test_enrolment import proofs_for, refusal
from tests.disability_card.wallet import FULL, VENUE, Phone

pytestmark = pytest.mark.django_db


def phone_of(client: Client) -> Phone:
    return make_phone(client, make_offerable_card())


def later(**change: float) -> None:
    """Let time pass for the tokens of every phone: move what they remember into the past."""
    passed = timedelta(**change)
    for row in RefreshToken.objects.exclude(used_at=None):
        assert row.used_at is not None
        RefreshToken.objects.filter(pk=bytes(row.pk)).update(used_at=row.used_at - passed)


def test_a_refresh_brings_a_new_batch_with_new_keys_and_indices(client: Client) -> None:
    phone = phone_of(client)
    before = {status_entry(one) for one in phone.venue_cards}
    phone.refresh()
    after = {status_entry(one) for one in phone.venue_cards}
    assert len(after) == 10
    assert before & after == set()


def test_the_replaced_batch_is_left_to_expire_at_status_0(client: Client) -> None:
    """Flipping ten indices together would tell that they belong to one person."""
    phone = phone_of(client)
    old = list(phone.venue_cards)
    phone.refresh()
    assert {status_of(*status_entry(one)) for one in old} == {0}
    states = Credential.objects.values_list("state", flat=True)
    assert sorted(states) == [CredentialState.ISSUED] * 11 + [CredentialState.SUPERSEDED] * 11


def test_a_refresh_token_leads_to_the_next_one(client: Client) -> None:
    phone = phone_of(client)
    first = phone.refresh_token
    phone.refresh()
    assert phone.refresh_token != first
    phone.refresh()


def test_a_lost_answer_is_told_again_days_later(client: Client) -> None:
    """The phone drove into a tunnel: it never saw the answer, and asks again tomorrow."""
    phone = phone_of(client)
    lost = json.loads(phone.ask_refresh().content)
    later(days=1)
    AccessToken.objects.update(expires_at=phone.now())
    again = json.loads(phone.ask_refresh().content)
    assert again["access_token"] == lost["access_token"]
    assert again["refresh_token"] == lost["refresh_token"]
    phone.refresh()


def test_two_tabs_within_twenty_seconds_raise_no_alarm(client: Client) -> None:
    phone = phone_of(client)
    old = phone.refresh_token
    phone.refresh()
    later(seconds=19)
    assert phone.ask_refresh(old).status_code == 200
    assert Holding.objects.get().state == HoldingState.ACTIVE


def test_threat_cloned_phone_two_refreshes_of_one_batch_raise_the_alarm(client: Client) -> None:
    phone = phone_of(client)
    clone = Phone(
        client, device_key=phone.device_key, issuer=phone.issuer, refresh_token=phone.refresh_token
    )
    clone.refresh()
    later(seconds=21)
    assert refusal(phone.ask_refresh()) == (400, "invalid_grant")
    holding = Holding.objects.get()
    assert holding.state == HoldingState.SUSPENDED
    assert holding.alarm_at is not None
    assert {status_of(*status_entry(one)) for one in clone.venue_cards} == {2}
    assert refusal(clone.ask_refresh()) == (400, "invalid_grant")


def test_an_old_refresh_token_with_another_key_raises_no_alarm(client: Client) -> None:
    """Else whoever saw an old token could stop somebody's card."""
    phone = phone_of(client)
    old = phone.refresh_token
    phone.refresh()
    later(seconds=21)
    stranger = Phone(client, issuer=phone.issuer)
    assert refusal(stranger.ask_refresh(old)) == (400, "invalid_grant")
    assert Holding.objects.get().alarm_at is None
    phone.refresh()


def test_a_refresh_token_ends_after_ninety_days(client: Client) -> None:
    phone = phone_of(client)
    RefreshToken.objects.update(expires_at=phone.now())
    assert refusal(phone.ask_refresh()) == (400, "invalid_grant")


def test_a_suspended_phone_may_not_refresh_and_says_why(client: Client) -> None:
    phone = phone_of(client)
    suspend_device(Holding.objects.get(), by=StateSetBy.HOLDER, actor=SYSTEM, now=NOW)
    answer = phone.ask_refresh()
    assert refusal(answer) == (400, "invalid_grant")
    assert json.loads(answer.content)["error_description"] == "oauth-device-stopped"


def test_a_removed_phone_may_not_refresh(client: Client) -> None:
    phone = phone_of(client)
    remove_device(Holding.objects.get(), by=StateSetBy.HOLDER, actor=SYSTEM, now=NOW)
    assert refusal(phone.ask_refresh()) == (400, "invalid_grant")


@pytest.mark.parametrize("state", [CardState.SUSPENDED, CardState.REVOKED, CardState.SUPERSEDED])
def test_a_phone_of_a_stopped_card_may_not_refresh(client: Client, state: CardState) -> None:
    phone = phone_of(client)
    Card.objects.update(state=state)
    assert refusal(phone.ask_refresh()) == (400, "invalid_grant")


def test_a_card_stopped_between_token_and_batch_gives_nothing(client: Client) -> None:
    phone = phone_of(client)
    phone.access_token = json.loads(phone.ask_refresh().content)["access_token"]
    Card.objects.update(state=CardState.SUSPENDED)
    answer = phone.ask_credentials(VENUE, proofs_for(phone, 10))
    assert refusal(answer) == (400, "credential_request_denied")


def test_a_phone_cannot_use_up_the_status_list(client: Client) -> None:
    phone = phone_of(client)
    for _ in range(19):
        phone.access_token, phone.refresh_token = _pair(phone)
        phone.fetch(FULL, 1)
    phone.access_token, phone.refresh_token = _pair(phone)
    answer = phone.ask_credentials(FULL, proofs_for(phone))
    assert refusal(answer) == (400, "credential_request_denied")


def _pair(phone: Phone) -> tuple[str, str]:
    body = json.loads(phone.ask_refresh().content)
    return body["access_token"], body["refresh_token"]


def test_a_phone_that_enrols_again_stays_one_device(client: Client) -> None:
    card = make_offerable_card()
    phone = make_phone(client, card)
    old = phone.refresh_token
    make_phone(client, card, phone=phone)
    assert Holding.objects.count() == 1
    assert refusal(phone.ask_refresh(old)) == (400, "invalid_grant")
    phone.refresh()
