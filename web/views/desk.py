"""The front desk's pages: set the device up once, then verify cards, online or not."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.policy_pages import public
from disability_card.refusals import CardRefused
from web.easy_japanese import plain

# Codes for which a new QR code is the answer: they have a form of their own on the screen.
_RENEW = {"qr-too-old", "clock-off", "replayed"}


def refusal_words() -> dict[str, dict[str, str]]:
    """Return each refusal's words, so that the page can say them without a network."""
    return {
        str(refusal.code): {
            "title": plain(_(refusal.title)),
            "next_step": plain(_(refusal.next_step)),
            "kind": "old" if str(refusal.code) in _RENEW else "refused",
        }
        for refusal in CardRefused.__subclasses__()
    }


@require_safe
@public
def desk(request: HttpRequest) -> HttpResponse:
    """手帳を確認する: the same page for every device; the device knows its venue."""
    return render(request, "web/desk/scan.html", {"refusals": refusal_words()})


@require_safe
@public
def setup(request: HttpRequest) -> HttpResponse:
    """Set this device up; the one-time token is in the address's fragment and stays there."""
    return render(request, "web/desk/setup.html")
