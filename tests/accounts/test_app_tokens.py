"""An app's tokens: what a stolen, an old, a foreign or a doubled one is worth."""

import threading
from datetime import timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.cached_db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection, connections
from django.test import Client
from django.utils import timezone

from accounts import app_tokens
from accounts.models import RefreshFamily, User
from tests.accounts.test_sign_in import KNOWN, Headless, code_in_mail, make_user

pytestmark = pytest.mark.django_db


class App:
    """An app that has signed in by a code from the mail."""

    def __init__(self, email: str = KNOWN) -> None:
        caller = Headless("app")
        caller.post("auth/code/request", {"email": email})
        status, told = caller.post("auth/code/confirm", {"code": code_in_mail()})
        assert status == 200
        self.session = caller.token
        self.access: str = told["meta"]["access_token"]
        self.refresh_token: str = told["meta"]["refresh_token"]

    def who(self, access: str = "") -> int:
        headers = {"Authorization": f"Bearer {access or self.access}"}
        return Client().get("/api/v1/me", headers=headers).status_code

    def refresh(self, token: str = "") -> dict[str, Any] | None:
        body = {"refresh_token": token or self.refresh_token}
        answer = Client().post(
            "/_allauth/app/v1/tokens/refresh", body, content_type="application/json"
        )
        assert answer.status_code in {200, 400}
        return answer.json()["data"] if answer.status_code == 200 else None


@pytest.fixture
def app() -> App:
    make_user()
    return App()


def claims_of(token: str) -> dict[str, Any]:
    return jwt.decode(token, options={"verify_signature": False})


def test_an_access_token_calls_the_api_without_a_cookie(app: App) -> None:
    assert app.who() == 200


def test_no_role_and_no_name_stands_in_a_token(app: App) -> None:
    wanted = {"iss", "aud", "sub", "sid", "jti", "iat", "exp", "token_use"}
    assert claims_of(app.access).keys() == wanted
    assert claims_of(app.refresh_token).keys() == wanted


def test_the_sessions_key_cannot_be_read_from_a_token(app: App) -> None:
    assert app.session not in str(claims_of(app.access))


def test_a_stolen_access_token_is_worth_nothing_after_sign_out(app: App) -> None:
    headers = {"X-Session-Token": app.session}
    Client().delete("/_allauth/app/v1/auth/session", headers=headers)
    assert app.who() == 401
    assert app.refresh() is None


def test_an_access_token_lives_five_minutes(app: App) -> None:
    claims = claims_of(app.access)
    assert claims["exp"] - claims["iat"] == 300
    now = timezone.now()
    assert app_tokens.sign_in_of(app.access, now=now + timedelta(minutes=4)) is not None
    assert app_tokens.sign_in_of(app.access, now=now + timedelta(minutes=5, seconds=1)) is None


@pytest.mark.parametrize(
    "change",
    [{"iss": "https://elsewhere.example"}, {"aud": "https://elsewhere.example"},
     {"token_use": "refresh"}, {"sub": "01a20a91-960b-7a0a-8671-bee2d4934953"},
     {"sid": "AAAA"}, {"exp": 1_750_000_000}],
    ids=str,
)  # fmt: skip
def test_a_token_with_a_claim_changed_by_ourselves_is_refused(
    app: App, change: dict[str, Any]
) -> None:
    key, kid = app_tokens._signing_key()
    forged = jwt.encode(
        claims_of(app.access) | change, key, algorithm="RS256", headers={"kid": kid}
    )
    assert app.who(forged) == 401


def test_a_token_of_a_foreign_key_or_without_a_signature_is_refused(app: App) -> None:
    foreign = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    claims = claims_of(app.access)
    assert app.who(jwt.encode(claims, foreign, algorithm="RS256")) == 401
    assert app.who(jwt.encode(claims, None, algorithm="none")) == 401  # type: ignore[arg-type]
    public = app_tokens._signing_key()[0].public_key()
    secret = str(public.public_numbers().n)
    assert app.who(jwt.encode(claims, secret, algorithm="HS256")) == 401


def test_a_locked_user_is_out_at_once(app: App) -> None:
    User.objects.update(is_active=False)
    assert app.who() == 401
    assert app.refresh() is None


def test_a_refresh_gives_new_tokens_that_work(app: App) -> None:
    fresh = app.refresh()
    assert fresh is not None
    assert fresh["refresh_token"] != app.refresh_token
    assert app.who(fresh["access_token"]) == 200


def test_a_lost_answer_is_given_again_for_twenty_seconds(app: App) -> None:
    first, again = app.refresh(), app.refresh()
    assert first is not None
    assert again is not None
    same = {claims_of(one["refresh_token"])["jti"] for one in (first, again)}
    assert len(same) == 1
    assert app.refresh(again["refresh_token"]) is not None


def test_a_stolen_refresh_token_that_comes_late_ends_the_sign_in(app: App) -> None:
    fresh = app.refresh()
    assert fresh is not None
    RefreshFamily.objects.update(rotated_at=timezone.now() - timedelta(seconds=21))
    assert app.refresh(app.refresh_token) is None  # the old one
    assert app.refresh(fresh["refresh_token"]) is None  # and so the new one
    assert app.who(fresh["access_token"]) == 401
    assert not Session.objects.filter(session_key=app.session).exists()


def test_an_older_refresh_token_ends_the_sign_in_at_once(app: App) -> None:
    second = app.refresh()
    assert second is not None
    third = app.refresh(second["refresh_token"])
    assert third is not None
    assert app.refresh(app.refresh_token) is None
    assert app.refresh(third["refresh_token"]) is None


def test_an_access_token_refreshes_nothing_and_a_refresh_token_opens_nothing(app: App) -> None:
    assert app.refresh(app.access) is None
    assert app.who(app.refresh_token) == 401


@pytest.mark.parametrize("rubbish", ["", "a.b.c", "x" * 5_000, "é", "\x00"])
def test_rubbish_is_no_token(app: App, rubbish: str) -> None:
    assert app_tokens.sign_in_of(rubbish, now=timezone.now()) is None
    assert app_tokens.refresh(rubbish, now=timezone.now()) is None


def test_a_session_that_became_another_persons_opens_nothing_for_the_first(app: App) -> None:
    """On a shared phone the next person signs in: the old token must not speak for them."""
    session = SessionStore(session_key=app.session)
    session[SESSION_KEY] = str(User.objects.create_user("taro@example.jp").pk)
    session.save()
    assert app.who() == 401
    assert app.refresh() is None


def test_a_refresh_family_that_has_expired_gives_nothing_and_is_swept_away(app: App) -> None:
    RefreshFamily.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert app.refresh() is None
    assert RefreshFamily.objects.count() == 1
    App()
    assert RefreshFamily.objects.filter(expires_at__lte=timezone.now()).count() == 0


def test_another_persons_sign_in_goes_on(app: App) -> None:
    from allauth.account.models import EmailAddress  # noqa: PLC0415

    other = User.objects.create_user("taro@example.jp")
    EmailAddress.objects.create(user=other, email=other.email, verified=True, primary=True)
    theirs = App("taro@example.jp")
    app.refresh()
    RefreshFamily.objects.filter(user__email=KNOWN).update(
        rotated_at=timezone.now() - timedelta(minutes=1)
    )
    assert app.refresh(app.refresh_token) is None
    assert theirs.who() == 200


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_eight_refreshes_at_once_give_one_new_token(app: App) -> None:
    start, given = threading.Barrier(8), []

    def run() -> None:
        start.wait()
        try:
            tokens = app_tokens.refresh(app.refresh_token, now=timezone.now())
            given.append(claims_of(tokens[1])["jti"] if tokens else None)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(given) == 8
    assert len(set(given)) == 1
    assert None not in given
    assert connection.vendor == "postgresql"
