"""LINE and the like: one page before one leaves for the provider, to sign in or to connect it."""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.other_sign_ins import OtherSignIn, disconnect, other_sign_ins
from core.permissions import actor_of
from core.policy_pages import public, requires
from web.security_headers import policy_with_form_to
from web.views.account import freshly
from web.views.identity import own_page


def _provider(request: HttpRequest, name: str) -> OtherSignIn:
    found = next((one for one in other_sign_ins(request) if one.provider == name), None)
    if found is None:
        raise Http404
    return found


@public
@require_safe
def start(request: HttpRequest, provider: str) -> HttpResponse:
    """Say where it goes; the button is the library's own way in."""
    return _page(request, provider, process="login", back=own_page(request.GET.get("next", "/my/")))


@requires("me.account")
@require_safe
@freshly
def connect(request: HttpRequest, provider: str) -> HttpResponse:
    """The same for who is signed in: from then on that provider opens this account too."""
    return _page(request, provider, process="connect", back="/my/account/")


def _page(request: HttpRequest, provider: str, *, process: str, back: str) -> HttpResponse:
    found = _provider(request, provider)
    page = {"provider": found, "process": process, "next": back}
    response = render(request, "web/account/other_sign_in.html", page)
    # The form's answer leads on to the provider, which browsers count as the form's target.
    response["Content-Security-Policy"] = policy_with_form_to(found.origin)
    return response


@requires("me.account")
@require_POST
@freshly
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a connected provider away."""
    user = cast("User", request.user)
    if disconnect(user, pk, actor=actor_of(request), now=timezone.now()):
        messages.success(request, _("消しました。"))
    return redirect("my-account")
