"""Gives each page request its actor, lazily: a page for strangers costs no query."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from accounts.actors import MayNotActFor, user_actor
from accounts.fresh_sign_in import assurance_of
from accounts.models import User
from core.actor import ANONYMOUS, Actor

COUNTER_SESSION = "counter_session"  # in the session of an officer: whom they serve
ACTING_FOR = "acting_for"  # in the session of a page: for whom the person acts


class ActorMiddleware:
    """Stands behind Django's authentication; REST views replace the actor by their own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.actor = SimpleLazyObject(lambda: _actor(request))  # type: ignore[attr-defined]
        return self.get_response(request)


def _actor(request: HttpRequest) -> Actor:
    if not isinstance(request.user, User):
        return ANONYMOUS
    chosen = request.session.get(ACTING_FOR)
    assurance, now = assurance_of(request.session), timezone.now()
    try:
        return user_actor(
            request.user,
            on_behalf_of=chosen,
            now=now,
            assurance=assurance,
            counter_session=request.session.get(COUNTER_SESSION),
        )
    except MayNotActFor:
        # It ended since it was chosen: the person goes on as themselves.
        request.session.pop(ACTING_FOR, None)
        request.session.pop(COUNTER_SESSION, None)
        return user_actor(request.user, on_behalf_of=None, now=now, assurance=assurance)
