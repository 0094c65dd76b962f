"""The holder's pages: show the card, put it on this phone, link a handbook, see benefits."""

from collections.abc import Collection
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.actors import principals_of
from accounts.fresh_sign_in import is_fresh, signed_in_at
from accounts.models import DelegationKind, Person, User
from accounts.people import person_of
from accounts.security import passkey_ids
from core import policy
from core.client_address import client_address
from core.permissions import actor_of
from core.policy_pages import public, requires
from core.refusals import Refusal
from disability_card.benefit_forms import in_language, rule_of
from disability_card.benefits import BenefitRule, Price, yen_to_pay
from disability_card.holdings import (
    live_devices,
    own_mark,
    remove_device,
    resume_device,
    suspend_device,
)
from disability_card.issuance import discount_of_card, row_of
from disability_card.life_cycle import LIVE
from disability_card.linking import link_by_letter
from disability_card.models import Benefit, Card, CardState, Holding, StateSetBy
from web.benefit_words import condition_sentences
from web.dates import yen_in_words
from web.forms.card import LinkForm
from web.ledger_words import HANDBOOK_TYPES
from web.refusal_words import in_words
from web.spots import name_of


@require_safe
@public
def show(request: HttpRequest) -> HttpResponse:
    """手帳を見せる: the same page for everybody; what it shows is on the phone alone.

    Who acts for somebody is shown that person's card, never the own one by mistake.
    """
    is_acting = actor_of(request).on_behalf_of is not None
    wanted = family_cards(request, "card.offer") if is_acting else []
    return render(request, "web/card/show.html", {"wanted": [str(card.pk) for card in wanted]})


def family_cards(
    request: HttpRequest, action: str, states: Collection[CardState] = LIVE
) -> list[Card]:
    """Return the cards, live unless said otherwise, on which the reader may do ``action``.

    Who has chosen to act for somebody, or serves them at the counter, sees that person's cards
    alone; else one's own and those of the children whose guardian one is.
    """
    actor, wanted = actor_of(request), Card.objects.filter(state__in=states)
    found = policy.allowed(actor, action, wanted)
    if actor.on_behalf_of is None and actor.person_id is not None:
        me = Person.objects.get(pk=actor.person_id)
        wards = principals_of(me, now=timezone.now(), kind=DelegationKind.GUARDIAN)
        found = wanted.filter(Q(pk__in=found.values("pk")) | Q(person__in=wards))
    return list(found.select_related("person", "handbook").order_by("-is_default", "pk"))


@requires("card.link")
def link(request: HttpRequest) -> HttpResponse:
    """Link a handbook by the letter."""
    form = LinkForm(request.POST or None)
    if form.is_valid():
        given, city = form.cleaned_data, settings.DEFAULT_MUNICIPALITY
        try:
            link_by_letter(
                reference=given["reference"],
                secret=given["secret"],
                birth_date=given["birth_date"],
                as_guardian=given["whose"] == "child",
                person=person_of(cast("User", request.user), municipality=city),
                municipality=city,
                address=client_address(request),
                actor=actor_of(request),
                now=timezone.now(),
            )
        except Refusal as refusal:
            form.add_error(None, in_words(refusal))
        else:
            messages.success(request, _("登録できました。つぎに、この電話に入れてください。"))
            return redirect("card-devices")
    status = 422 if form.is_bound else 200
    page = {"form": form, "has_identity": bool(settings.NATIONAL_ID_FILE)}
    return render(request, "web/card/link.html", page, status=status)


@requires("card.link")
def phones(request: HttpRequest) -> HttpResponse:
    """The phones that hold my cards; put a card on this one."""
    actor = actor_of(request)
    live = family_cards(request, "card.devices")
    offered = family_cards(request, "card.offer")  # never to an officer's machine at the counter
    cards = [
        {
            "card": card,
            "may_come_here": card in offered,
            "is_own": card.person_id == actor.person_id,
            "devices": [(one, own_mark(one)) for one in live_devices(card)],
            "apart": _apart(card, live, is_theirs=card in offered),
        }
        for card in live
    ]
    going_on = {card.handbook_id for card in live}
    ended = family_cards(request, "card.devices", states={CardState.REVOKED})
    page = {
        "cards": cards,
        "ended": [card for card in ended if card.handbook_id not in going_on],
        "passkeys": passkey_ids(cast("User", request.user)),
        "is_fresh": is_fresh(request.session, now=timezone.now()),
        "is_own_phone": actor.on_behalf_of is None,
    }
    return render(request, "web/card/phones.html", page)


def _apart(card: Card, cards: Collection[Card], *, is_theirs: bool) -> dict[str, str] | None:
    """Return what tells a card from the person's others: what it gives; its kind is not in sight.

    ``is_theirs``: the reader may show the card, so the kind may stand behind a tap.
    """
    if not any(one.person_id == card.person_id and one != card for one in cards):
        return None
    row = row_of(card.handbook)
    gives = _("付き添いの人も1人まで") if discount_of_card(card, row).caregivers else _("本人だけ")
    return {"gives": gives, "kind": _(HANDBOOK_TYPES[row.handbook_type]) if is_theirs else ""}


@requires("card.link")
@require_POST
def phone_change(request: HttpRequest, card_id: UUID, device_id: UUID, change: str) -> HttpResponse:
    """Stop a phone, let it go on, or take the card off it."""
    if change not in {"suspend", "resume", "remove"}:
        raise Http404
    mine = [card.pk for card in family_cards(request, f"card.device.{change}")]
    holding = get_object_or_404(
        Holding.objects.filter(Q(card__in=mine), card=card_id), pk=device_id
    )
    actor, now = actor_of(request), timezone.now()
    try:
        match change:
            case "suspend":
                suspend_device(holding, by=StateSetBy.HOLDER, actor=actor, now=now)
            case "resume":
                resume_device(
                    holding,
                    by=StateSetBy.HOLDER,
                    authenticated_at=signed_in_at(request.session),
                    actor=actor,
                    now=now,
                )
            case "remove":
                remove_device(holding, by=StateSetBy.HOLDER, actor=actor, now=now)
            case _:
                raise AssertionError(change)
    except Refusal as refusal:
        messages.error(request, in_words(refusal))
    else:
        messages.success(request, _("変えました。"))
    return redirect("card-devices")


@require_safe
@public
def benefits(request: HttpRequest) -> HttpResponse:
    """Where the card counts, by place; for everybody."""
    rows = (
        Benefit.objects.filter(municipality=settings.DEFAULT_MUNICIPALITY, is_published=True)
        .prefetch_related("venues__place")
        .order_by("position", "pk")
    )
    places: dict[str, dict[str, Any]] = {}
    for row in rows:
        for venue in row.venues.all():
            place = places.setdefault(
                venue.code,
                {"name": name_of(venue.place), "address": venue.place.address, "benefits": []},
            )
            place["benefits"].append(_benefit_words(rule_of(row)))
    return render(request, "web/card/benefits.html", {"places": list(places.values())})


def _benefit_words(rule: BenefitRule) -> dict[str, Any]:
    language = get_language() or "ja"
    return {
        "title": in_language(rule.title, language),
        "text": in_language(rule.text, language),
        "usual": None if rule.usual_yen is None else yen_in_words(rule.usual_yen, language),
        "holder": _price_words(rule.holder, rule.usual_yen),
        "caregiver": _price_words(rule.caregiver, rule.usual_yen),
        "caregivers_max": rule.caregivers_max,
        "conditions": condition_sentences(rule.conditions),
        "only_first_class": rule.classes == {1},
    }


def _price_words(price: Price, usual_yen: int | None) -> str:
    yen = yen_to_pay(price, usual_yen)
    if yen is None:
        share = price.percent_off
        return _("%(share)s%% 割引") % {"share": share} if share else _("割引なし")
    return yen_in_words(yen, get_language() or "ja") if yen else _("無料")
