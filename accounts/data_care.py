"""The data-care pages (Django's admin): for staff with a second factor, as all staff's pages.

Its own sign-in asks for a password, which nobody has: whoever may not come in goes to ours.
"""

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from core.permissions import actor_of


class DataCareSite(AdminSite):
    """Django's admin behind our door."""

    def has_permission(self, request: HttpRequest) -> bool:
        """Say whether a member of staff has signed in with more than a mailbox."""
        return super().has_permission(request) and has_second_factor(request)

    def login(
        self,
        request: HttpRequest,
        extra_context: dict[str, object] | None = None,  # noqa: ARG002
    ) -> HttpResponse:
        """Lead to the city's sign-in, or to where a second factor is set up."""
        if request.user.is_authenticated and request.user.is_active:
            return redirect("my-account" if not has_second_factor(request) else "my")
        return redirect_to_login("/data-care/", settings.LOGIN_URL)


def has_second_factor(request: HttpRequest) -> bool:
    """Say whether this sign-in is as strong as the staff's pages ask for."""
    return actor_of(request).assurance > 1 or not settings.STAFF_NEED_SECOND_FACTOR
