"""The shop's page that sells without a network: the same for every till."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from core.policy_pages import public

# Where the page's script writes amounts into whole sentences.
_SLOTS = {name: format_html('<span data-slot="{}"></span>', name) for name in ("amount", "yen")}


@require_safe
@public
def till_offline(request: HttpRequest) -> HttpResponse:
    """Take coupons without a network; the device keeps the page, which holds nobody's data."""
    return render(request, "web/tourism/till_offline.html", {"slots": _SLOTS})
