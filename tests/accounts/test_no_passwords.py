"""Only the chosen ways of signing in exist: everything else of the library answers 404."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

OPEN_PAGES = {
    "account/login/",  # leads to our own page
    "account/login/code/",
    "account/login/code/confirm/",
    "account/signup/",
    "account/logout/",
    "account/confirm-email/",
    "account/inactive/",
    "account/reauthenticate/",
    "account/2fa/authenticate/",
    "account/2fa/reauthenticate/",
    "account/3rdparty/",  # leads to our own page
    "account/3rdparty/signup/",
    "account/3rdparty/login/cancelled/",
    "account/3rdparty/login/error/",
}
OPEN_CALLS = {
    "config",
    "auth/session",
    "auth/sessions",
    "auth/signup",
    "auth/code/request",
    "auth/code/confirm",
    "auth/code/resend",
    "auth/email/verify",
    "auth/email/verify/resend",
    "auth/webauthn/login",
    "auth/webauthn/signup",
    "auth/webauthn/authenticate",
    "auth/webauthn/reauthenticate",
    "auth/2fa/authenticate",
    "auth/2fa/reauthenticate",
    "auth/provider/redirect",
    "auth/provider/signup",
    "account/email",
    "account/providers",
    "account/authenticators",
    "account/authenticators/totp",
    "account/authenticators/webauthn",
    "account/authenticators/recovery-codes",
}
OPEN = (
    OPEN_PAGES
    | {f"_allauth/{client}/v1/{call}" for client in ("app", "browser") for call in OPEN_CALLS}
    | {"_allauth/app/v1/tokens/refresh"}
)


def library_routes(patterns: Any = None, prefix: str = "") -> Iterator[str]:
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from library_routes(entry.url_patterns, path)
        elif isinstance(entry, URLPattern) and path.startswith(("account/", "_allauth/")):
            yield path


def concrete(path: str) -> str:
    """The one address with a pattern: a password's reset."""
    return "account/password/reset/key/1-set-password/" if "(?P" in path else path


CLOSED = sorted({concrete(path) for path in library_routes()} - OPEN)


def test_every_open_address_still_exists_in_the_library() -> None:
    assert set(library_routes()) >= OPEN


def test_passwords_are_among_what_is_closed() -> None:
    assert len([path for path in CLOSED if "password" in path]) >= 8


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("path", CLOSED)
def test_what_is_not_on_the_list_is_not_there(path: str, method: str) -> None:
    answer = Client().generic(method, f"/{path}", b"{}", content_type="application/json")
    assert answer.status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("path", sorted(OPEN))
def test_what_is_on_the_list_is_there(path: str) -> None:
    assert Client().get(f"/{path}").status_code != 404
