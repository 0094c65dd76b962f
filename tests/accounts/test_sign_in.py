"""Sign in by a code from a mail: apps and scripted pages over allauth's headless API.

The pages that need no script stand in ``tests/web/test_sign_in_pages.py``.
"""

import json
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.fresh_sign_in import is_fresh
from accounts.models import User

pytestmark = pytest.mark.django_db
KNOWN, STRANGE = "hanako@example.jp", "nobody@example.jp"


def make_user(**override: Any) -> User:
    user = User.objects.create_user(KNOWN, **override)
    EmailAddress.objects.create(user=user, email=KNOWN, verified=True, primary=True)
    return user


def code_in_mail() -> str:
    words = str(mail.outbox[-1].body).split()
    return next(word for word in words if len(word) >= 6 and word.replace("-", "").isalnum()
                and word.isascii() and word.upper() == word)  # fmt: skip


class Headless:
    """One client of the headless API: an app with a token, or a page with a cookie."""

    def __init__(self, kind: str) -> None:
        self.kind, self.client, self.token = kind, Client(), ""

    def post(self, call: str, body: dict[str, str]) -> tuple[int, dict[str, Any]]:
        headers = {"X-Session-Token": self.token} if self.token else {}
        answer = self.client.post(
            f"/_allauth/{self.kind}/v1/{call}", json.dumps(body),
            content_type="application/json", headers=headers,
        )  # fmt: skip
        told: dict[str, Any] = answer.json()
        self.token = told.get("meta", {}).get("session_token", "") or self.token
        return answer.status_code, told

    def who(self) -> int:
        headers = {"X-Session-Token": self.token} if self.token else {}
        return self.client.get("/api/v1/me", headers=headers).status_code


@pytest.mark.parametrize("kind", ["app", "browser"])
def test_a_code_from_the_mail_signs_in(kind: str) -> None:
    make_user()
    caller = Headless(kind)
    assert caller.who() == 401
    assert caller.post("auth/code/request", {"email": KNOWN})[0] == 401  # not yet signed in
    assert caller.who() == 401
    assert caller.post("auth/code/confirm", {"code": code_in_mail()})[0] == 200
    assert caller.who() == 200


def test_a_wrong_code_signs_nobody_in_and_ends_after_three() -> None:
    make_user()
    caller = Headless("app")
    caller.post("auth/code/request", {"email": KNOWN})
    code = code_in_mail()
    for _ in range(3):
        assert caller.post("auth/code/confirm", {"code": "WRONG-1"})[0] in {400, 409}
    assert caller.post("auth/code/confirm", {"code": code})[0] == 409
    assert caller.who() == 401


def test_a_code_works_once() -> None:
    make_user()
    caller = Headless("app")
    caller.post("auth/code/request", {"email": KNOWN})
    code = code_in_mail()
    caller.post("auth/code/confirm", {"code": code})
    other = Headless("app")
    other.post("auth/code/request", {"email": STRANGE})
    assert other.post("auth/code/confirm", {"code": code})[0] in {400, 409}


@pytest.mark.parametrize("kind", ["app", "browser"])
def test_a_strange_address_gets_the_same_answer_as_a_known_one(kind: str) -> None:
    make_user()
    told = []
    for email in (KNOWN, STRANGE):
        status, body = Headless(kind).post("auth/code/request", {"email": email})
        body["meta"].pop("session_token", None)
        told.append((status, json.dumps(body).replace(email, "X")))
    assert told[0] == told[1]


def test_signing_up_with_a_known_address_tells_nobody_that_it_is_known() -> None:
    make_user()
    told = []
    for email in (KNOWN, STRANGE):
        answer = Client().post("/account/signup/", {"email": email})
        told.append((answer.status_code, answer.get("Location")))
    assert told[0] == told[1]
    assert User.objects.filter(email=KNOWN).count() == 1


def test_a_new_account_is_fresh_and_greeted_without_an_id() -> None:
    """The address was confirmed a second ago: a passkey can be added without another code."""
    client = Client()
    client.post("/account/signup/", {"email": "new@example.jp"})
    page = client.post("/account/confirm-email/", {"code": code_in_mail()}, follow=True)
    assert "ログインしました。" in page.content.decode()
    assert str(User.objects.get(email="new@example.jp").pk) not in page.content.decode()
    assert is_fresh(client.session, now=timezone.now())
    options = client.get("/_allauth/browser/v1/account/authenticators/webauthn")
    assert options.status_code == 200


def test_an_account_that_others_made_is_opened_by_one_code() -> None:
    """A clerk whom the shop's owner added types one code, not another to confirm the address."""
    User.objects.create_user(KNOWN)
    client = Client()
    client.post("/account/login/code/", {"email": KNOWN})
    answer = client.post("/account/login/code/confirm/", {"code": code_in_mail()})
    assert answer["Location"] == "/my/"
    assert EmailAddress.objects.get().verified


def test_who_was_switched_off_is_out_at_the_next_request() -> None:
    user = make_user()
    caller = Headless("app")
    caller.post("auth/code/request", {"email": KNOWN})
    caller.post("auth/code/confirm", {"code": code_in_mail()})
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert caller.who() == 401


@pytest.mark.parametrize("token", ["", "x", "a" * 32, "../../etc", "\u00e9" * 32, "a" * 5_000])
def test_a_token_that_is_none_is_nobody(token: str) -> None:
    assert Client().get("/api/v1/me", headers={"X-Session-Token": token}).status_code == 401
