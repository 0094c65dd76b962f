"""Gives each page request its actor, lazily: a page for strangers costs no query."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from accounts.actors import user_actor
from accounts.fresh_sign_in import assurance_of
from accounts.models import User
from core.actor import ANONYMOUS, Actor


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
    chosen = request.session.get("acting_for")
    return user_actor(
        request.user,
        on_behalf_of=chosen,
        now=timezone.now(),
        assurance=assurance_of(request.session),
    )
