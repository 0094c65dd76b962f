"""My account: how it is opened, on which devices, and the way to make sure that it is me."""

from collections.abc import Callable
from functools import wraps
from textwrap import wrap
from typing import Any, cast

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.email_codes import confirm_code, send_code
from accounts.fresh_sign_in import is_fresh
from accounts.models import User
from accounts.other_sign_ins import other_sign_ins
from accounts.security import (
    end_sign_ins,
    has_totp,
    keys_of,
    new_recovery_codes,
    recovery_codes_left,
    remove_authenticator,
    set_up_totp,
    sign_ins_of,
    totp_to_set_up,
)
from core.permissions import actor_of
from core.policy_pages import requires
from core.refusals import Refusal
from signing.qr import paper_matrix, svg
from web.forms.account import CodeForm
from web.refusal_words import in_words

View = Callable[..., HttpResponseBase]


def freshly(view: View) -> View:
    """Ask who signed in more than five minutes ago to prove again who they are."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if is_fresh(request.session, now=timezone.now()):
            return view(request, *args, **kwargs)
        back = request.path if request.method == "GET" else "/my/account/"
        return redirect(f"/my/account/confirm/?{urlencode({'next': back})}")

    return checked


@requires("me.account")
def account(request: HttpRequest) -> HttpResponse:
    """Show how this account is opened and where it is signed in."""
    user = cast("User", request.user)
    actor = actor_of(request)
    page = {
        "keys": keys_of(user),
        "has_totp": has_totp(user),
        "codes_left": recovery_codes_left(user),
        "providers": other_sign_ins(request, user=user),
        "sign_ins": sign_ins_of(user, this_session=str(request.session.session_key)),
        "is_fresh": is_fresh(request.session, now=timezone.now()),
        "needs_factor": user.is_staff and actor.assurance == 1,
    }
    return render(request, "web/account/account.html", page)


@requires("me.account")
@require_POST
@freshly
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a passkey or the authenticator app."""
    if remove_authenticator(request, pk, actor=actor_of(request), now=timezone.now()):
        messages.success(request, _("消しました。"))
    return redirect("my-account")


@requires("me.account")
@freshly
def totp(request: HttpRequest) -> HttpResponse:
    """Set up an authenticator app: scan, then type its present code."""
    form = CodeForm(request.POST or None)
    secret, address = totp_to_set_up(request)
    if form.is_valid():
        code = form.cleaned_data["code"]
        if set_up_totp(request, code, actor=actor_of(request), now=timezone.now()):
            return redirect("my-recovery-codes")
        form.add_error("code", _("コードがちがいます。アプリの今のコードを入れてください"))
    page = {"form": form, "secret": wrap(secret, 4), "qr": mark_safe(svg(paper_matrix(address)))}  # noqa: S308  our own drawing
    return render(request, "web/account/totp.html", page)


@requires("me.account")
@freshly
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Make new recovery codes on a button; they are shown this once."""
    user = cast("User", request.user)
    codes: list[str] = []
    if request.method == "POST" and (keys_of(user) or has_totp(user)):
        codes = new_recovery_codes(request, actor=actor_of(request), now=timezone.now())
    page = {"codes": codes, "left": recovery_codes_left(user)}
    response = render(request, "web/account/recovery_codes.html", page)
    response["Cache-Control"] = "no-store"
    return response


@requires("me.account")
@require_POST
def end_others(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Sign out on one other device, or on all of them."""
    ended = end_sign_ins(
        cast("User", request.user),
        actor=actor_of(request),
        now=timezone.now(),
        only=pk,
        but_session=str(request.session.session_key),
    )
    if ended:
        messages.success(request, _("ログアウトしました。"))
    return redirect("my-account")


@requires("me.account")
def confirm(request: HttpRequest) -> HttpResponse:
    """Prove again who I am: by a code from a mail, or by the second factor where there is one."""
    back = request.GET.get("next", "/my/account/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = "/my/account/"
    if is_mfa_enabled(request.user):
        return redirect(f"/account/2fa/reauthenticate/?{urlencode({'next': back})}")
    now, was_sent = timezone.now(), "send" in request.POST
    form = CodeForm(request.POST if request.POST and not was_sent else None)
    try:
        if was_sent:
            send_code(request, now=now)
        elif form.is_valid():
            confirm_code(request, form.cleaned_data["code"], now=now)
            return redirect(back)
    except Refusal as refusal:
        messages.error(request, in_words(refusal))
    page = {"form": form, "was_sent": was_sent or form.is_bound}
    return render(request, "web/account/confirm.html", page)
