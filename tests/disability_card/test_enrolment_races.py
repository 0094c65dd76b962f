"""Two requests at one moment on PostgreSQL: exactly one wins, and the guard is what decides it.

Each race has its control beside it: the same race without the guard, where both win. A race test
whose control passes by luck alone would prove nothing.
"""

import json
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from core.audit import SYSTEM
from core.ids import uuid7
from disability_card.enrolment import credentials, nonces
from disability_card.enrolment.nonces import give_nonce, use_nonce
from disability_card.enrolment.oauth_errors import InvalidGrant
from disability_card.enrolment.secrets_at_rest import digest
from disability_card.enrolment.tokens import Tokens, redeem_code, refresh_tokens
from disability_card.holdings import suspend_device
from disability_card.models import (
    CardState,
    Credential,
    CredentialKind,
    CredentialState,
    Holding,
    ProofNonce,
    RefreshToken,
    StateSetBy,
    StatusList,
)
from disability_card.status_indices import draw_indices
from tests.disability_card.factories import make_person
from tests.disability_card.issuing import (
    CITY,
    ISSUER,
    NOW,
    issue_venue_cards,
    make_holding,
    make_offer,
    make_offerable_card,
    make_phone,
)
from tests.disability_card.wallet import FULL, Phone, code_in, new_key, thumbprint

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

T = TypeVar("T")


def at_once(*calls: Callable[[], T]) -> list[T | Exception]:
    """Run the calls in threads that start together; a refusal counts as the answer."""
    barrier = threading.Barrier(len(calls))
    answers: list[T | Exception] = []

    def run(call: Callable[[], T]) -> None:
        barrier.wait(timeout=60)
        try:
            answers.append(call())
        except Exception as answer:  # noqa: BLE001  the answer of a race may be any refusal
            answers.append(answer)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert len(answers) == len(calls)
    return answers


# -- a nonce ------------------------------------------------------------------------------


def use_in_transaction(nonce: str) -> bool:
    with transaction.atomic():
        used = use_nonce(nonce, now=NOW)
        connection.cursor().execute("SELECT pg_sleep(0.05)")
        return used


def test_a_nonce_used_twice_at_once_counts_once() -> None:
    for _ in range(5):
        nonce = give_nonce(now=NOW)
        calls = [lambda nonce=nonce: use_in_transaction(nonce)] * 4
        assert sorted(at_once(*calls), key=str) == [False, False, False, True]


def test_control_looking_before_writing_lets_a_nonce_count_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What the unique insert replaces: look first, then write."""

    def look_first(kind: str, number: str, *, until: object) -> bool:
        return not ProofNonce.objects.filter(digest=digest(kind, number)).exists()

    monkeypatch.setattr(nonces, "_is_first", look_first)
    nonce = give_nonce(now=NOW)
    calls = [lambda: use_in_transaction(nonce)] * 4
    assert at_once(*calls) == [True] * 4


def test_one_nonce_in_two_credential_requests_at_once_gives_one_batch() -> None:
    phone = make_phone(Client(), make_offerable_card())
    phone.access_token = json.loads(phone.ask_refresh().content)["access_token"]
    nonce = json.loads(phone.ask_nonce().content)["c_nonce"]
    proofs = [[phone.proof(new_key(), nonce)] for _ in range(2)]
    calls = [
        lambda one=one: Phone(
            Client(),
            device_key=phone.device_key,
            issuer=ISSUER,
            access_token=phone.access_token,
        ).ask_credentials(FULL, one)
        for one in proofs
    ]
    statuses = sorted(answer.status_code for answer in at_once(*calls))  # type: ignore[union-attr]
    assert statuses == [200, 400]


# -- a code, a refresh token, a fourth phone ----------------------------------------------


def test_a_code_redeemed_by_two_phones_at_once_makes_one_device() -> None:
    offer = make_offer(make_offerable_card())

    def redeem(device: str) -> Tokens:
        return redeem_code(
            code_in(offer.uri),
            tx_code=offer.tx_code,
            device_key_thumbprint=device,
            device_label="x",
            now=NOW,
        )

    answers = at_once(lambda: redeem("a" * 43), lambda: redeem("b" * 43))
    assert sorted(isinstance(answer, InvalidGrant) for answer in answers) == [False, True]
    assert Holding.objects.count() == 1


def test_wrong_digits_tried_at_once_are_all_counted() -> None:
    """Threat brute force: five tries, also when they come together."""
    offer = make_offer(make_offerable_card())
    wrong = f"{(int(offer.tx_code) + 1) % 1_000_000:06d}"

    def guess(digits: str) -> Tokens:
        return redeem_code(
            code_in(offer.uri),
            tx_code=digits,
            device_key_thumbprint="a" * 43,
            device_label="x",
            now=NOW,
        )

    at_once(*[lambda: guess(wrong)] * 8)
    with pytest.raises(InvalidGrant):
        guess(offer.tx_code)


def test_a_refresh_by_two_tabs_at_once_gives_one_chain() -> None:
    phone = make_phone(Client(), make_offerable_card())
    key = thumbprint(phone.device_key)
    call = lambda: refresh_tokens(phone.refresh_token, device_key_thumbprint=key, now=NOW)  # noqa: E731
    first, second = at_once(call, call)
    assert isinstance(first, Tokens)
    assert first == second
    assert RefreshToken.objects.filter(used_at=None).count() == 1
    assert Holding.objects.get().alarm_at is None


def test_two_last_places_for_devices_are_one_when_only_one_is_left() -> None:
    card = make_offerable_card(state=CardState.ACTIVE)
    for _ in range(2):
        make_holding(card, device_key_thumbprint=thumbprint(new_key()))
    offers = [make_offer(card), make_offer(card, offered_to=make_person())]

    def redeem(offer_number: int, device: str) -> Tokens:
        offer = offers[offer_number]
        return redeem_code(
            code_in(offer.uri),
            tx_code=offer.tx_code,
            device_key_thumbprint=device,
            device_label="x",
            now=NOW,
        )

    answers = at_once(lambda: redeem(0, "a" * 43), lambda: redeem(1, "b" * 43))
    assert sorted(isinstance(answer, InvalidGrant) for answer in answers) == [False, True]
    assert Holding.objects.count() == 3


# -- indices ------------------------------------------------------------------------------


def test_no_index_is_drawn_twice_by_batches_at_once() -> None:
    """A list of 160 where four batches of 25 must collide if nothing kept them apart."""
    make_offerable_card()
    StatusList.objects.create(municipality=CITY, number=1, entries=160)
    holdings = [make_holding(make_offerable_card(state=CardState.ACTIVE)) for _ in range(4)]
    calls = [lambda one=one: issue_venue_cards(one, count=25) for one in holdings]
    answers = at_once(*calls)
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    drawn = list(Credential.objects.values_list("status_index", flat=True))
    assert len(drawn) == len(set(drawn)) == 100
    assert StatusList.objects.get().drawn == 100


def test_control_without_the_lock_batches_collide_and_the_constraint_stops_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    card = make_offerable_card(state=CardState.ACTIVE)
    StatusList.objects.create(municipality=CITY, number=1, entries=160)
    monkeypatch.setattr(type(StatusList.objects.all()), "select_for_update", lambda self, **_: self)

    def draw_and_store() -> int:
        with transaction.atomic():
            status_list, indices = draw_indices(
                CITY, count=25, last_exp=NOW + timedelta(days=1), is_paper=False
            )
            connection.cursor().execute("SELECT pg_sleep(0.05)")
            Credential.objects.bulk_create(
                Credential(
                    card=card,
                    kind=CredentialKind.VENUE,
                    batch=uuid7(),
                    status_list=status_list,
                    status_index=index,
                    state=CredentialState.ISSUED,
                    issued_at=NOW,
                    exp=NOW,
                )
                for index in indices
            )
            return len(indices)

    def collide() -> bool:
        answers = at_once(*[draw_and_store] * 4)
        return any(isinstance(answer, IntegrityError) for answer in answers)

    assert any(collide() for _round in range(20))  # a busy machine may run one after the other


def test_two_first_batches_at_once_open_one_list() -> None:
    make_offerable_card()
    holdings = [make_holding(make_offerable_card(state=CardState.ACTIVE)) for _ in range(3)]
    calls = [lambda one=one: issue_venue_cards(one, count=1) for one in holdings]
    answers = at_once(*calls)
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert StatusList.objects.count() == 1


# -- stopping a phone while it fetches ----------------------------------------------------


def test_a_phone_stopped_while_its_batch_is_written_has_no_good_card(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The batch was allowed a moment before; its indices must not stay good for a fortnight."""
    phone = make_phone(Client(), make_offerable_card())
    phone.access_token = json.loads(phone.ask_refresh().content)["access_token"]
    nonce = json.loads(phone.ask_nonce().content)["c_nonce"]
    proof = phone.proof(new_key(), nonce)
    checked = threading.Event()

    def slow_use(nonce: str, *, now: datetime) -> bool:
        checked.set()  # behind every check, before anything is written
        time.sleep(0.3)
        return use_nonce(nonce, now=now)

    monkeypatch.setattr(credentials, "use_nonce", slow_use)

    def stop() -> int:
        assert checked.wait(timeout=60)
        suspend_device(Holding.objects.get(), by=StateSetBy.HOLDER, actor=SYSTEM, now=NOW)
        return 200

    def fetch() -> int:
        return phone.ask_credentials(FULL, [proof]).status_code

    assert at_once(fetch, stop) == [200, 200]
    states = set(Credential.objects.values_list("state", flat=True))
    assert states == {CredentialState.SUSPENDED}
