"""My page: the card one tap away, what to do next, what is new."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import Person
from core import policy
from core.actor import Actor
from core.models import Notice
from core.permissions import actor_of
from core.policy_pages import requires
from disability_card.models import Holding, HoldingState
from tourism.models import Wallet
from web.childcare_next_steps import childcare_steps, family_applications, standings
from web.coupons import wallet_page
from web.doors import MY_ACCOUNT, MY_CARDS, MY_WORK, open_doors
from web.views.card import family_cards
from web.views.my_notices import notice_lines

NOTICES_SHOWN = 5


@requires("me.read")
@require_safe
def my(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    person = Person.objects.filter(pk=actor.person_id).first() if actor.person_id else None
    applications = family_applications(actor)
    context = {
        "name": person.name if person else "",
        "email": getattr(request.user, "email", ""),
        "work_doors": open_doors(MY_WORK, actor=actor),
        "doors": open_doors(MY_CARDS, actor=actor),
        "coupons": _coupons(actor),
        "account_doors": [
            door
            for door in open_doors(MY_ACCOUNT, actor=actor)
            if door.address != "/identity/" or settings.NATIONAL_ID_FILE
        ],
        "applications": standings(applications),
        "next_steps": childcare_steps(applications, now=timezone.now()),
        "notices": _notices(actor, request.LANGUAGE_CODE),
    }
    cards = family_cards(request, "card.devices")
    if cards:
        context["card_waits"] = not Holding.objects.filter(
            card__in=cards, state=HoldingState.ACTIVE
        ).exists()
    else:
        context["show_card_href"] = ""  # it would lead to an empty screen
    return render(request, "web/my.html", context)


def _notices(actor: Actor, language: str) -> list[dict[str, object]]:
    if actor.person_id is None:
        return []
    newest = Notice.objects.filter(person_id=actor.person_id).order_by("-created_at")
    return notice_lines(list(newest[:NOTICES_SHOWN]), language)


def _coupons(actor: Actor) -> dict[str, object] | None:
    """Return how many coupons can be used and what is left; ``None`` where there are none."""
    rows = Wallet.objects.select_related("campaign").prefetch_related("campaign__tiers")
    page = wallet_page(policy.allowed(actor, "coupon.wallet", rows), now=timezone.now())
    if not page["tickets"]:
        return None
    return {"number": len(page["tickets"]), "left_yen": page["total_yen"]}
