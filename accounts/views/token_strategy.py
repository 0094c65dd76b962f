"""Where allauth's headless API asks for an app's tokens."""

from typing import Any

from allauth.core.internal.httpkit import authenticated_user
from allauth.headless.internal.sessionkit import lookup_session
from allauth.headless.tokens.strategies.base import AbstractTokenStrategy
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils import timezone

from accounts.app_tokens import refresh, sign_in_of, tokens_of_new_sign_in


class AppTokenStrategy(AbstractTokenStrategy):  # type: ignore[misc]  # allauth is untyped
    """What allauth's headless API asks of us for apps."""

    def create_session_token(self, request: HttpRequest) -> str:
        """Return the session's key: an app's handle during sign-in only."""
        if not request.session.session_key:
            request.session.save()
        return str(request.session.session_key)

    def lookup_session(self, session_token: str) -> SessionBase | None:
        """Return the living session of ``session_token``."""
        found: SessionBase | None = lookup_session(session_token)
        return found

    def get_session_token(self, request: HttpRequest) -> str | None:
        """Return the session that the request names, by its handle or by its access token."""
        if token := request.headers.get("X-Session-Token"):
            return token
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer":
            return None
        found = sign_in_of(token, now=timezone.now())
        return found.session.session_key if found else None

    def create_access_token_payload(self, request: HttpRequest) -> dict[str, Any] | None:
        """Return both tokens after a sign-in."""
        user, now = authenticated_user(request), timezone.now()
        return tokens_of_new_sign_in(user, request.session, now=now)

    def refresh_token(self, refresh_token: str) -> tuple[str, str] | None:
        """Return the next (access token, refresh token), or ``None`` where the sign-in ended."""
        return refresh(refresh_token, now=timezone.now())
