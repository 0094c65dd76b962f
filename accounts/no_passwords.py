"""Only the ways of signing in that we chose exist; every other route of allauth answers 404.

An allow-list, not a block-list: a new version of allauth may bring new routes.
"""

import re
from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

_PAGES: Final = frozenset(
    {
        "/account/login/code/",
        "/account/login/code/confirm/",
        "/account/signup/",
        "/account/logout/",
        "/account/confirm-email/",
        "/account/inactive/",
        "/account/reauthenticate/",
        "/account/2fa/authenticate/",
        "/account/2fa/reauthenticate/",
        "/account/3rdparty/signup/",
        "/account/3rdparty/login/cancelled/",
        "/account/3rdparty/login/error/",
    }
)
_PROVIDER_START: Final = re.compile(r"\A/account/oidc/[a-z0-9-]{1,40}/login/\Z")
_PROVIDER_RETURN: Final = re.compile(r"\A/account/oidc/[a-z0-9-]{1,40}/login/callback/\Z")
_PROCESSES: Final = frozenset({"login", "connect"})
# Where the library still sends people: a code that has expired, a provider connected already.
_OURS_INSTEAD: Final = {"/account/login/": settings.LOGIN_URL, "/account/3rdparty/": "/my/account/"}
_HEADLESS: Final = re.compile(
    r"\A/_allauth/(app|browser)/v1/(config"
    r"|auth/(session|sessions|signup|code/(request|confirm|resend)|email/verify(/resend)?"
    r"|webauthn/(login|signup|authenticate|reauthenticate)|2fa/(authenticate|reauthenticate)"
    r"|provider/(redirect|signup))"
    r"|account/(email|providers|authenticators(/totp|/webauthn|/recovery-codes)?)"
    r"|tokens/refresh)\Z"
)


def is_open_to_apps(path: str) -> bool:
    """Say whether a call of allauth's API exists here; ``{client}`` stands for app or browser."""
    return _HEADLESS.match(path.replace("{client}", "app")) is not None


def _starts_at_provider(request: HttpRequest) -> bool:
    """Say whether this begins a sign-in at a provider, by a form of ours and with our words alone.

    The library would take ``scope`` and ``auth_params`` from the address: whoever makes somebody
    follow a link must not choose what is asked of the provider.
    """
    is_start = _PROVIDER_START.match(request.path) is not None
    return (
        is_start
        and request.method == "POST"
        and not request.GET
        and request.POST.get("process", "login") in _PROCESSES
    )


class NoPasswordsMiddleware:
    """Hides every route under /account/ and /_allauth/ that is not on the list."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: object, _args: object, _kwargs: object
    ) -> HttpResponse | None:
        """Refuse before the view runs, so that the error page is the site's own."""
        path = request.path
        if path in _OURS_INSTEAD:
            return redirect(_OURS_INSTEAD[path])
        is_open = path in _PAGES or _PROVIDER_RETURN.match(path) or _starts_at_provider(request)
        if path.startswith("/account/") and not is_open:
            raise Http404
        if path.startswith("/_allauth/") and not _HEADLESS.match(path):
            raise Http404
        return None
