"""Passkeys and second factors over the headless API, with an authenticator in software."""

import json
import time
from typing import Any

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
)
from django.contrib.sessions.backends.cached_db import SessionStore
from django.test import Client

from accounts.models import User
from core.key_rotation import keys_in_use
from tests.accounts.soft_key import SoftKey
from tests.accounts.test_sign_in import KNOWN, code_in_mail, make_user

pytestmark = pytest.mark.django_db
KEYS = "account/authenticators/webauthn"


class Wallet:
    """A page's or an app's way to the headless API that keeps its session."""

    def __init__(self, kind: str = "app") -> None:
        self.kind, self.client, self.token = kind, Client(), ""

    def ask(self, method: str, call: str, body: Any = None) -> tuple[int, dict[str, Any]]:
        headers = {"X-Session-Token": self.token} if self.token else {}
        answer = self.client.generic(
            method, f"/_allauth/{self.kind}/v1/{call}",
            json.dumps(body) if body is not None else "",
            content_type="application/json", headers=headers,
        )  # fmt: skip
        told: dict[str, Any] = answer.json() if answer.content else {}
        self.token = told.get("meta", {}).get("session_token", "") or self.token
        return answer.status_code, told

    def sign_in_by_code(self, email: str = KNOWN) -> int:
        self.ask("POST", "auth/code/request", {"email": email})
        return self.ask("POST", "auth/code/confirm", {"code": code_in_mail()})[0]

    def add(self, key: SoftKey, name: str = "電話") -> int:
        status, told = self.ask("GET", f"{KEYS}?passwordless")
        if status != 200:
            return status
        credential = key.create(told["data"]["creation_options"])
        return self.ask("POST", KEYS, {"name": name, "credential": credential})[0]

    def sign_in_by(self, key: SoftKey) -> int:
        _, told = self.ask("GET", "auth/webauthn/login")
        credential = key.get(told["data"]["request_options"])
        return self.ask("POST", "auth/webauthn/login", {"credential": credential})[0]

    def grow_old(self, seconds: float = 301) -> None:
        session = SessionStore(self.token)
        session[AUTHENTICATION_METHODS_SESSION_KEY] = [
            record | {"at": time.time() - seconds}
            for record in session[AUTHENTICATION_METHODS_SESSION_KEY]
        ]
        session.save()


@pytest.fixture
def enrolled() -> tuple[Wallet, SoftKey]:
    make_user()
    wallet, key = Wallet(), SoftKey()
    assert wallet.sign_in_by_code() == 200
    assert wallet.add(key) == 200
    return wallet, key


def test_a_passkey_signs_in(enrolled: tuple[Wallet, SoftKey]) -> None:
    _, key = enrolled
    fresh = Wallet()
    assert fresh.sign_in_by(key) == 200
    assert (
        fresh.client.get("/api/v1/me", headers={"X-Session-Token": fresh.token}).status_code == 200
    )


def test_a_new_person_signs_up_with_a_passkey() -> None:
    wallet, key = Wallet(), SoftKey()
    wallet.ask("POST", "auth/webauthn/signup", {"email": KNOWN})
    assert wallet.ask("POST", "auth/email/verify", {"key": code_in_mail()})[0] == 401
    _, told = wallet.ask("GET", "auth/webauthn/signup")
    credential = key.create(told["data"]["creation_options"])
    body = {"name": "電話", "credential": credential}
    assert wallet.ask("PUT", "auth/webauthn/signup", body)[0] == 200
    assert Wallet().sign_in_by(key) == 200
    assert User.objects.get().has_usable_password() is False


def test_a_second_key_is_added_after_asking_again(enrolled: tuple[Wallet, SoftKey]) -> None:
    wallet, key = enrolled
    wallet.grow_old()
    assert wallet.add(SoftKey()) == 401
    _, told = wallet.ask("GET", "auth/webauthn/reauthenticate")
    body = {"credential": key.get(told["data"]["request_options"])}
    assert wallet.ask("POST", "auth/webauthn/reauthenticate", body)[0] == 200
    second = SoftKey()
    assert wallet.add(second, "予備") == 200
    assert Wallet().sign_in_by(second) == 200


def test_a_sign_in_of_long_ago_adds_no_first_key() -> None:
    """Without it, whoever finds an unlocked computer could make the account theirs."""
    make_user()
    wallet = Wallet()
    wallet.sign_in_by_code()
    wallet.grow_old()
    status, told = wallet.ask("GET", f"{KEYS}?passwordless")
    assert status == 401
    assert told["data"]["flows"] == [{"id": "reauthenticate_by_code"}]
    assert wallet.ask("POST", "account/email", {"email": "thief@example.jp"})[0] == 401
    assert wallet.ask("GET", "account/authenticators/totp")[0] == 401
    assert not Authenticator.objects.exists()


def test_a_foreign_origin_is_refused(enrolled: tuple[Wallet, SoftKey]) -> None:
    _, key = enrolled
    key.origin = "https://kaiteki.example"
    assert Wallet().sign_in_by(key) == 400


def test_a_key_that_did_not_verify_its_user_is_refused(enrolled: tuple[Wallet, SoftKey]) -> None:
    _, key = enrolled
    key.verifies_user = False
    assert Wallet().sign_in_by(key) == 400


def test_a_replayed_assertion_is_refused(enrolled: tuple[Wallet, SoftKey]) -> None:
    _, key = enrolled
    wallet = Wallet()
    _, told = wallet.ask("GET", "auth/webauthn/login")
    body = {"credential": key.get(told["data"]["request_options"])}
    assert wallet.ask("POST", "auth/webauthn/login", body)[0] == 200
    other = Wallet()
    other.ask("GET", "auth/webauthn/login")
    assert other.ask("POST", "auth/webauthn/login", body)[0] == 400


def test_a_rolled_back_counter_is_refused(enrolled: tuple[Wallet, SoftKey]) -> None:
    _, key = enrolled
    assert Wallet().sign_in_by(key) == 200
    assert Wallet().sign_in_by(key) == 200
    copied = SoftKey()
    copied.key, copied.id, copied.user_handle = key.key, key.id, key.user_handle
    copied.counter = key.counter - 1  # its next is the last that was seen
    wallet = Wallet()
    assert wallet.sign_in_by(copied) == 400
    assert wallet.ask("GET", "auth/session")[0] == 401
    assert Wallet().sign_in_by(key) == 200


def test_a_synchronised_key_that_never_counts_still_signs_in(
    enrolled: tuple[Wallet, SoftKey],
) -> None:
    _, key = enrolled
    for _try in range(3):
        key.counter = -1  # its next is 0
        assert Wallet().sign_in_by(key) == 200


def test_another_key_under_a_known_id_is_refused(enrolled: tuple[Wallet, SoftKey]) -> None:
    _, key = enrolled
    thief = SoftKey()
    thief.id, thief.user_handle = key.id, key.user_handle
    assert Wallet().sign_in_by(thief) == 400


def test_a_forged_host_makes_no_key_for_another_name() -> None:
    make_user()
    wallet = Wallet()
    wallet.sign_in_by_code()
    answer = wallet.client.get(
        f"/_allauth/app/v1/{KEYS}?passwordless",
        headers={"X-Session-Token": wallet.token, "Host": "127.0.0.1"},
    )
    assert answer.json()["data"]["creation_options"]["publicKey"]["rp"]["id"] == "localhost"


def test_a_code_by_mail_alone_does_not_open_an_account_with_a_passkey(
    enrolled: tuple[Wallet, SoftKey],
) -> None:
    wallet = Wallet()
    assert wallet.sign_in_by_code() == 401
    _, told = wallet.ask("GET", "auth/session")
    assert "mfa_authenticate" in {flow["id"] for flow in told["data"]["flows"]}


# -- TOTP and recovery codes ---------------------------------------------------------------------


def code_now(secret: str) -> str:
    counter = int(time.time()) // app_settings.TOTP_PERIOD
    return str(format_hotp_value(hotp_value(secret, counter)))


@pytest.fixture
def with_totp() -> str:
    user = make_user()
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    TOTP.activate(user, secret)
    return secret


def test_a_secret_stands_encrypted_and_is_counted_for_rotation(with_totp: str) -> None:
    row = Authenticator.objects.get()
    assert with_totp not in json.dumps(row.data)
    assert get_adapter().decrypt(row.data["secret"]) == with_totp
    before = sum(keys_in_use().values())
    row.delete()
    assert sum(keys_in_use().values()) == before - 1


def test_a_totp_code_completes_a_sign_in_once(with_totp: str) -> None:
    wallet = Wallet()
    assert wallet.sign_in_by_code() == 401
    code = code_now(with_totp)
    assert wallet.ask("POST", "auth/2fa/authenticate", {"code": code})[0] == 200
    again = Wallet()
    again.sign_in_by_code()
    assert again.ask("POST", "auth/2fa/authenticate", {"code": code})[0] == 400


def test_guessing_a_totp_code_is_stopped(with_totp: str) -> None:
    wallet = Wallet()
    wallet.sign_in_by_code()
    answers = [
        wallet.ask("POST", "auth/2fa/authenticate", {"code": f"{guess:06}"})[0]
        for guess in range(8)
    ]
    assert 429 in answers or answers[-1] in {400, 409}
    assert wallet.ask("POST", "auth/2fa/authenticate", {"code": code_now(with_totp)})[0] != 200


@pytest.mark.parametrize("client", ["app", "browser"])
def test_a_passkey_that_no_sign_up_waits_for_is_a_conflict(client: str) -> None:
    answer = Client().put(
        f"/_allauth/{client}/v1/auth/webauthn/signup",
        {"name": "key", "credential": {}}, content_type="application/json",
    )  # fmt: skip
    assert answer.status_code == 409


def test_a_body_that_is_no_object_gets_a_problem_document() -> None:
    answer = Client().post(
        "/_allauth/app/v1/auth/code/request", "[1]", content_type="application/json"
    )
    assert answer.status_code == 400
    assert answer.json()["code"] == "bad-request"
