"""本人確認: to the national identity provider and back."""

import logging
from dataclasses import asdict
from typing import Any, Final, cast

from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.national_id import provider as protocol
from accounts.national_id.configured import provider
from accounts.national_id.pending import keep_pending, take_pending
from accounts.national_id.provider import Attempt, IdentityRefused, ProvenPerson
from accounts.people import person_of
from accounts.proofs import person_of_identity, record_online_proof
from accounts.security import sign_in
from core.client_address import client_address
from core.permissions import actor_of
from core.policy_pages import public, requires
from core.refusals import Refusal
from core.throttles import Limit
from web.refusal_words import in_words
from web.security_headers import policy_with_form_to

_ATTEMPT: Final = "identity_attempt"
_STARTS: Final = Limit(name="identity-start", tries=20, seconds=600)
_log = logging.getLogger(__name__)


def _configured() -> protocol.ProviderSettings:
    found = provider()
    if found is None:
        raise Http404
    return found


@public
def start(request: HttpRequest) -> HttpResponse:
    """Say what will happen; on the button, go to the provider with parameters that are all ours."""
    own = _configured()
    back = request.GET.get("next", "/my/")
    if request.method != "POST":
        response = render(request, "web/account/identity.html", {"next": back})
        # The form's answer leads on to the provider, which browsers count as the form's target.
        response["Content-Security-Policy"] = policy_with_form_to(own.issuer)
        return response
    now = timezone.now()
    try:
        _STARTS.count(client_address(request), now=now)
        endpoints = protocol.discover(own)
    except Refusal as refusal:
        return _refused(request, refusal)
    attempt = protocol.begin(now=now)
    request.session[_ATTEMPT] = asdict(attempt) | {"next": request.POST.get("next", "/my/")}
    return redirect(protocol.authorization_address(own, endpoints, attempt))


@public
@require_safe
def come_back(request: HttpRequest) -> HttpResponse:
    """Take the provider's answer: one attempt of this very session, used once."""
    own, now = _configured(), timezone.now()
    kept: dict[str, Any] | None = request.session.pop(_ATTEMPT, None)
    if kept is None:
        return _refused(request, IdentityRefused())
    back = own_page(kept.pop("next"))
    answer = {name: str(value) for name, value in request.GET.items()}
    try:
        proven = protocol.finish(own, protocol.discover(own), Attempt(**kept), answer, now=now)
        return _arrive(request, proven, own.issuer, back)
    except Refusal as refusal:
        _log.warning("identity provider: %s", refusal)
        return _refused(request, refusal)


def _arrive(request: HttpRequest, proven: ProvenPerson, issuer: str, back: str) -> HttpResponse:
    if request.user.is_authenticated:
        return _record(request, proven, issuer, back)
    person = person_of_identity(proven, provider=issuer)
    if person is None or person.user is None:
        keep_pending(request.session, proven, now=timezone.now())
        messages.info(
            request, _("本人確認ができました。連絡先のメールアドレスを登録してください。")
        )
        return redirect("/account/signup/?next=/identity/finish/")
    if not person.user.is_active:
        raise IdentityRefused
    sign_in(request, person.user, method="national-id")
    return _record(request, proven, issuer, back)


def _record(request: HttpRequest, proven: ProvenPerson, issuer: str, back: str) -> HttpResponse:
    user = cast("User", request.user)
    person = person_of(user, municipality=settings.DEFAULT_MUNICIPALITY)
    found = record_online_proof(
        person, proven, provider=issuer, actor=actor_of(request), now=timezone.now()
    )
    record_authentication(request, user, method="national-id", reauthenticated=True)
    messages.success(request, _("本人確認ができました。"))
    for told in found:
        messages.success(request, _(told))
    return redirect(back)


@requires("me.account")
@require_safe
def finish(request: HttpRequest) -> HttpResponse:
    """Give the identity that was proved before the sign-up to the new account."""
    own = _configured()
    proven = take_pending(request.session, now=timezone.now())
    if proven is None:
        return redirect("my")
    try:
        return _record(request, proven, own.issuer, "/my/")
    except Refusal as refusal:
        return _refused(request, refusal)


def own_page(address: object) -> str:
    """Return an address to go on to, where it is one of ours."""
    is_ours = url_has_allowed_host_and_scheme(str(address), allowed_hosts=None)
    return str(address) if is_ours else "/my/"


def _refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    messages.error(request, in_words(refusal))
    return redirect("identity")
