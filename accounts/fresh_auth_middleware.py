"""FreshAuth: who changes how an account is opened has proved who they are in the last 5 minutes.

allauth lets an account without a second factor change its authenticators, e-mail and providers
without re-authentication, because it knows no way to ask such an account again. We ask for a code
by e-mail (``accounts.email_codes``), and refuse until then.
"""

import re
from collections.abc import Callable
from typing import Any, Final

from allauth.core.internal.sessionkit import get_session_user
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import urlencode

from accounts.fresh_sign_in import is_fresh
from accounts.views.token_strategy import AppTokenStrategy

_HEADLESS: Final = re.compile(
    r"\A/_allauth/(app|browser)/v1/account/(authenticators|email|providers)(/|\Z)"
)
_PAGES: Final = ("/account/2fa/", "/account/3rdparty/", "/account/email/")
# A provider is connected by the same call by which one signs in; the form says which it is.
_PROVIDER: Final = re.compile(
    r"\A(/account/oidc/[^/]+/login/|/_allauth/(app|browser)/v1/auth/provider/redirect)\Z"
)
# Reading the list of one's keys changes nothing; the options for a new key are a first step.
_HARMLESS: Final = re.compile(r"/account/(authenticators|email|providers)\Z")


def _session_of(request: HttpRequest) -> Any:
    """Return the caller's session: an app's stands behind its token, not behind a cookie."""
    if not request.path.startswith("/_allauth/app/"):
        return request.session
    strategy = AppTokenStrategy()
    token = strategy.get_session_token(request)
    return strategy.lookup_session(token) if token else None


def _way_of(session: Any) -> str:
    """Name the flow by which this session's user proves again who they are."""
    user = get_session_user(session)
    return "mfa_reauthenticate" if user and is_mfa_enabled(user) else "reauthenticate_by_code"


class FreshAuthMiddleware:
    """Refuses before allauth's view runs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not self._is_guarded(request):
            return self.get_response(request)
        session = _session_of(request)
        if (
            session is None
            or session.get(SESSION_KEY) is None
            or is_fresh(session, now=timezone.now())
        ):
            return self.get_response(request)
        if request.path.startswith("/_allauth/"):
            return JsonResponse(
                {
                    "status": 401,
                    "data": {"flows": [{"id": _way_of(session)}]},
                    "meta": {"is_authenticated": True},
                },
                status=401,
            )
        back = "/my/account/" if _PROVIDER.match(request.path) else request.path
        return redirect(f"/my/account/confirm/?{urlencode({'next': back})}")

    @staticmethod
    def _is_guarded(request: HttpRequest) -> bool:
        if request.method in {"GET", "HEAD"} and _HARMLESS.search(request.path):
            return False
        if _PROVIDER.match(request.path):
            return request.POST.get("process") == "connect"
        return bool(_HEADLESS.match(request.path)) or request.path.startswith(_PAGES)
