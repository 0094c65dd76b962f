"""FreshAuth: who changes how an account is opened has proved who they are in the last 5 minutes.

allauth lets an account without a second factor change its authenticators, e-mail and providers
without re-authentication, because it knows no way to ask such an account again. We ask for a code
by e-mail (``accounts.email_codes``), and refuse until then.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import urlencode

from accounts.fresh_sign_in import signed_in_at

FRESH_FOR: Final = timedelta(minutes=5)
_HEADLESS: Final = re.compile(
    r"\A/_allauth/(app|browser)/v1/account/(authenticators|email|providers)(/|\Z)"
)
_PAGES: Final = ("/account/2fa/", "/account/3rdparty/", "/account/email/")
# Reading the list of one's keys changes nothing; the options for a new key are a first step.
_HARMLESS: Final = re.compile(r"/account/(authenticators|email|providers)\Z")


def is_fresh(request: HttpRequest) -> bool:
    """Say whether this very session proved who it is in the last five minutes."""
    at = signed_in_at(request.session)
    return at is not None and timezone.now() - at < FRESH_FOR


class FreshAuthMiddleware:
    """Stands behind allauth's own middleware, which puts an app's session on the request late."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not self._is_guarded(request) or not request.user.is_authenticated:
            return self.get_response(request)
        if is_fresh(request):
            return self.get_response(request)
        if request.path.startswith("/_allauth/"):
            return JsonResponse(
                {
                    "status": 401,
                    "data": {"flows": [{"id": "reauthenticate_by_code"}]},
                    "meta": {"is_authenticated": True},
                },
                status=401,
            )
        return redirect(f"/my/account/confirm/?{urlencode({'next': request.path})}")

    @staticmethod
    def _is_guarded(request: HttpRequest) -> bool:
        if request.method in {"GET", "HEAD"} and _HARMLESS.search(request.path):
            return False
        return bool(_HEADLESS.match(request.path)) or request.path.startswith(_PAGES)
