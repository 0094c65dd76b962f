"""Give a new account its person before a page asks what that person may do."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from accounts.models import User
from accounts.people import person_of
from core.permissions import actor_of

View = Callable[..., HttpResponseBase]


def person_first(view: View) -> View:
    """Make the person of who just signed up, and have the browser ask again, form and all.

    A tourist's first page after signing in is the coupon; without a person nobody could hold it.
    Staff accounts are no visitors.
    """

    @wraps(view)
    def begun(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        actor = actor_of(request)
        user = cast("User", request.user)
        if actor.user_id is None or actor.person_id is not None or user.is_staff:
            return view(request, *args, **kwargs)
        person_of(user, municipality=settings.DEFAULT_MUNICIPALITY)
        # 307 keeps method and body (RFC 9110 section 15.4.8).
        return HttpResponse(
            status=HTTPStatus.TEMPORARY_REDIRECT, headers={"Location": request.get_full_path()}
        )

    return begun
