"""The door of the pages: the same actions as the API, with a sign-in page for strangers."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from core import policy
from core.permissions import actor_of

View = Callable[..., HttpResponseBase]


def requires(action: str) -> Callable[[View], View]:
    """Let a page view run only for who may do ``action``; strangers are asked to sign in."""

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if policy.may(actor_of(request), action):
                return view(request, *args, **kwargs)
            if request.user.is_authenticated:
                if _lacks_second_factor(request):
                    return redirect("my-account")
                raise PermissionDenied
            return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)

        checked.policy_action = action  # type: ignore[attr-defined]  # read by the matrix test
        return checked

    return decorate


def _lacks_second_factor(request: HttpRequest) -> bool:
    """Say whether a member of staff signed in without one; the page they get says what to do."""
    is_staff = bool(getattr(request.user, "is_staff", False))
    return is_staff and settings.STAFF_NEED_SECOND_FACTOR and actor_of(request).assurance == 1


def public(view: View) -> View:
    """Mark a page view as open to everybody by decision; a view without a mark fails a test."""
    view.policy_action = "public"  # type: ignore[attr-defined]  # read by the matrix test
    return view
