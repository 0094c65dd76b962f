"""What design and experience fixed about sign-in, held against a slip in the settings."""

import json
import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client

from tests.accounts.test_app_tokens import App
from tests.accounts.test_sign_in import KNOWN, Headless, code_in_mail, make_user

_ASKED = (
    "SESSION_COOKIE_NAME", "SESSION_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY",
    "SESSION_COOKIE_SAMESITE", "CSRF_COOKIE_NAME", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT",
    "SECURE_HSTS_SECONDS", "ALLOWED_HOSTS", "DEMO", "DEBUG", "STAFF_NEED_SECOND_FACTOR", "CACHES",
)  # fmt: skip


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The settings of a production with secrets of this test."""
    folder = tmp_path_factory.mktemp("production")
    ring = folder / "ring"
    ring.write_text("k1:" + "A" * 43 + "=\n")
    environment = os.environ | {
        "KAITEKI_MODE": "production", "KAITEKI_PUBLIC_URL": "https://kaiteki.example",
        "KAITEKI_SECRET_KEY": "x" * 60, "KAITEKI_KEY_RING_FILE": str(ring),
        "KAITEKI_VAR": str(folder), "KAITEKI_DATABASE_URL": f"sqlite:///{folder}/db",
        "DJANGO_SETTINGS_MODULE": "api.settings",
    }  # fmt: skip
    code = (
        "import json; from django.conf import settings as s;"
        f"print(json.dumps({{n: getattr(s, n) for n in {_ASKED!r}}}))"
    )
    out = subprocess.run([sys.executable, "-c", code], env=environment, check=True,
                         capture_output=True, text=True, cwd=Path(settings.BASE_DIR))  # fmt: skip
    told: dict[str, Any] = json.loads(out.stdout)
    return told


def test_productions_cookies_are_the_hosts_own_and_the_demo_is_off(
    production: dict[str, Any],
) -> None:
    assert production["SESSION_COOKIE_NAME"] == "__Host-sessionid"
    assert production["CSRF_COOKIE_NAME"] == "__Host-csrftoken"
    assert production["SESSION_COOKIE_SAMESITE"] == "Lax"  # Strict breaks the way back from OIDC
    assert all(
        production[name]
        for name in ("SESSION_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY", "CSRF_COOKIE_SECURE",
                     "SECURE_SSL_REDIRECT", "STAFF_NEED_SECOND_FACTOR")
    )  # fmt: skip
    assert production["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert production["ALLOWED_HOSTS"] == ["kaiteki.example"]
    assert (production["DEMO"], production["DEBUG"]) == (False, False)


def test_the_workers_of_a_production_count_their_limits_together(
    production: dict[str, Any],
) -> None:
    # A cache of its own in each worker would multiply every limit by the number of workers.
    assert not production["CACHES"]["default"]["BACKEND"].endswith(("LocMemCache", "DummyCache"))


@pytest.mark.django_db
def test_a_city_hall_behind_one_address_gets_its_codes_and_one_mailbox_no_flood() -> None:
    ask = "/account/login/code/"
    for number in range(30):  # one address of the network: thirty people in a morning
        assert Client().post(ask, {"email": f"clerk{number}@example.jp"}).status_code == 302
    for _ in range(5):
        Client().post(ask, {"email": "clerk0@example.jp"})
    assert sum(one.to == ["clerk0@example.jp"] for one in mail.outbox) == 3


def test_nothing_loosens_passkeys_links_accounts_by_mail_or_keeps_a_providers_tokens() -> None:
    assert not getattr(settings, "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN", False)
    assert settings.MFA_WEBAUTHN_USER_VERIFICATION == "required"
    assert settings.SOCIALACCOUNT_EMAIL_AUTHENTICATION is False
    assert settings.SOCIALACCOUNT_STORE_TOKENS is False
    assert settings.ACCOUNT_PREVENT_ENUMERATION is True
    assert settings.ACCOUNT_EMAIL_VERIFICATION == "mandatory"
    assert settings.AUTHENTICATION_BACKENDS == ["accounts.sign_in_backend.SignInBackend"]


@pytest.mark.django_db
def test_no_code_token_cookie_or_address_reaches_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    make_user()
    app = App()
    caller = Headless("app")
    caller.post("auth/code/request", {"email": KNOWN})
    caller.post("auth/code/confirm", {"code": "WRONG-CODE"})
    app.who("not-a-token-but-secret")
    app.refresh("not-a-refresh-token-but-secret")
    cookie = Client()
    cookie.cookies["sessionid"] = "a-planted-session-key-of-32-chars"
    cookie.get("/api/v1/me")
    Client().get("/api/v1/device/me", headers={"Authorization": "Device a-device-token-of-a-till"})
    secrets = [
        app.access, app.refresh_token, app.session, caller.token, code_in_mail(), KNOWN,
        "WRONG-CODE", "not-a-token-but-secret", "not-a-refresh-token-but-secret",
        "a-planted-session-key-of-32-chars", "a-device-token-of-a-till",
    ]  # fmt: skip
    ours = [one for one in caplog.records if not one.name.startswith("django.db")]
    told = "\n".join(f"{one.getMessage()} {one.exc_text or ''}" for one in ours)
    assert mail.outbox
    assert [secret for secret in secrets if secret and secret in told] == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "call", "body"),
    [
        ("get", "account/authenticators/totp", {}),
        ("post", "account/authenticators/recovery-codes", {}),
        ("post", "account/email", {"email": "thief@example.jp"}),
        ("put", "account/email", {"email": KNOWN}),
        ("delete", "account/providers", {"provider": "line", "account": "x"}),
    ],
)
def test_a_sign_in_of_long_ago_changes_nothing_of_how_the_account_is_opened(
    method: str, call: str, body: dict[str, str]
) -> None:
    client = Client()
    client.force_login(make_user())  # without a moment at which it proved who it is
    answer = getattr(client, method)(
        f"/_allauth/browser/v1/{call}", body, content_type="application/json"
    )
    assert answer.status_code == 401
    assert answer.json()["data"]["flows"] == [{"id": "reauthenticate_by_code"}]
