"""Pages for everybody: home, what the card is, the counter, the statements."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.permissions import actor_of
from core.policy_pages import public
from web.doors import HOME, address_of, open_doors

# Pages that are words only: route name -> template.
PLAIN_PAGES: Final = {
    "about-card": "web/about_card.html",
    "counter": "web/counter.html",
    "accessibility": "web/accessibility.html",
    "privacy": "web/privacy.html",
    "offline": "web/offline.html",
}


@public
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    context = {"doors": open_doors(HOME, actor=actor), "hide_languages": True}
    if actor.user_id is None:
        context["show_card_href"] = ""  # a stranger is asked to sign in first
    return render(request, "web/home.html", context)


@public
@require_safe
def plain_page(request: HttpRequest, page: str) -> HttpResponse:
    return render(request, PLAIN_PAGES[page], {"show_card_href": address_of("card")})
