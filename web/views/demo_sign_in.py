"""One click makes a visitor one of the demo people. Exists in the demo only."""

import hmac

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from accounts.security import sign_in
from core.policy_pages import public
from disability_card.venues import setup_facts
from web.demo_city import CITY, EVERYBODY, demo_desk, demo_user


@public
def demo_as(request: HttpRequest, who: str) -> HttpResponse:
    """Sign in as ``who`` and go where that person starts.

    A link of the terminal carries this run's key; the demo page posts a form with its CSRF token.
    """
    person = next((person for person in EVERYBODY if person.key == who), None)
    if not settings.DEMO or person is None:
        raise Http404
    key = request.GET.get("key", "")
    is_from_terminal = bool(settings.DEMO_KEY) and hmac.compare_digest(key, settings.DEMO_KEY)
    if request.method != "POST" and not is_from_terminal:
        raise Http404
    now = timezone.now()
    if not person.email:
        new = demo_desk(now=now)
        thumbprint = setup_facts(CITY, now=now)["r"]
        return redirect(f"/desk/setup/#t={new.setup_token}&r={thumbprint}")
    user = demo_user(person, now=now)
    sign_in(request, user, method="demo")  # as fresh as any other sign-in
    return redirect(person.starts_at)
