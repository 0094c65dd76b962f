"""Who calls the REST API: a device by its token, an app by its session token, a page by its cookie.

Each class puts the actor on the underlying Django request, so that permissions, pages and the
audit trail see the same one.
"""

import re
from typing import Any, Final

from django.http import HttpRequest
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request

from accounts.actors import device_actor, user_actor
from accounts.app_tokens import AppSignIn, sign_in_of
from accounts.devices import DeviceRevoked, device_of_token
from accounts.fresh_sign_in import assurance_of
from accounts.models import Device, DeviceProfile, User
from core.permissions import COUNTER_HEADER, ON_BEHALF_HEADER
from core.policy import NotAllowed

_SESSION_KEY = re.compile(r"\A[a-z0-9]{32}\Z")  # Django's session keys; nothing else is looked up
DEVICE_SCHEME = "Device"


def shows_device_token(request: HttpRequest) -> bool:
    """Say whether the call comes with a device's token, good or not."""
    # `request.headers` would copy all of them first.
    authorization: str = request.META.get("HTTP_AUTHORIZATION", "")
    return authorization.startswith(f"{DEVICE_SCHEME} ")


Route = tuple[str, str]  # (method, name of the route)
_EVERY_DEVICE: Final = frozenset({("GET", "device-me"), ("POST", "device-roll")})
_profile_routes: dict[str, frozenset[Route]] = dict.fromkeys(DeviceProfile.values, _EVERY_DEVICE)


def let_devices_call(profile: DeviceProfile, *routes: Route) -> None:
    """Add to what devices of ``profile`` may call; all else answers 403.

    Each room says its own routes, once, in its ``AppConfig.ready()``.
    """
    _profile_routes[profile] |= frozenset(routes)


class DeviceTokenAuthentication(BaseAuthentication):
    """``Authorization: Device <token>``."""

    def authenticate(self, request: Request) -> tuple[Any, Device] | None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme != DEVICE_SCHEME:
            return None
        try:
            device = device_of_token(token.strip(), now=timezone.now())
        except DeviceRevoked as refusal:
            raise AuthenticationFailed(refusal.title, code=refusal.code) from None
        route = request.resolver_match.url_name if request.resolver_match else None
        if (request.method, route) not in _profile_routes[device.profile]:
            raise PermissionDenied(code="device-profile")
        request._request.actor = device_actor(device)  # type: ignore[attr-defined]
        return _DeviceUser(), device

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002
        return DEVICE_SCHEME


class _DeviceUser:
    """Stands where DRF expects a user; a device is nobody's account."""

    is_authenticated = True
    is_active = True
    is_staff = False
    pk = None


class ActingSession(SessionAuthentication):
    """The pages' session cookie, with CSRF protection, and the actor built from it."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        found = super().authenticate(request)
        if found is None:
            return None
        put_actor(request._request, found[0], session=request._request.session)
        return found

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002
        return "Session"


class AccessTokenAuthentication(BaseAuthentication):
    """``Authorization: Bearer <access token>``, as an app got it when it signed in."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer":
            return None
        found = sign_in_of(token.strip(), now=timezone.now())
        if found is None:
            raise AuthenticationFailed(code="token-not-accepted")
        put_actor(request._request, found.user, session=found.session)
        return found.user, found

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002
        return "Bearer"


class SessionTokenAuthentication(BaseAuthentication):
    """An app's ``X-Session-Token`` as allauth's headless API gives it out."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        token = request.headers.get("X-Session-Token")
        if not token:
            return None
        if not _SESSION_KEY.match(token):
            raise AuthenticationFailed
        # Imported here: allauth's headless package reads models when imported.
        from allauth.headless.internal.sessionkit import (  # noqa: PLC0415
            authenticate_by_x_session_token,
        )

        found: tuple[Any, Any] | None = authenticate_by_x_session_token(token)
        if found is None:
            raise AuthenticationFailed
        put_actor(request._request, found[0], session=found[1])
        return found

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002
        return "X-Session-Token"


def put_actor(request: Any, user: User, *, session: Any) -> None:
    """Put the actor of a signed-in user on the request; a false claim to act is refused."""
    request.actor = user_actor(
        user,
        on_behalf_of=request.headers.get(ON_BEHALF_HEADER),
        now=timezone.now(),
        assurance=assurance_of(session),
        counter_session=request.headers.get(COUNTER_HEADER),
    )


def device_of(request: Request) -> Device:
    """Return the device that calls; only for views whose actions are a device's."""
    if not isinstance(request.auth, Device):
        raise NotAllowed
    return request.auth


def session_of(request: Request) -> Any:
    """Return the session by which a person called: an app's own, or the page's."""
    if isinstance(request.auth, AppSignIn):
        return request.auth.session
    return request.auth if hasattr(request.auth, "get") else request.session
