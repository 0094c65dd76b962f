"""A visitor's coupons: seen by everybody, claimed after signing in, shown at a shop."""

from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Person
from core import policy
from core.permissions import actor_of
from core.policy import NotAllowed
from core.policy_pages import public, requires
from core.refusals import Refusal
from places.search import QUERY_CHARS_MAX
from signing.qr import screen_matrix, svg
from tourism.claim_rules import NotDrawn
from tourism.claims import Asking, claim_by_code, claim_by_sign_in, sell_set
from tourism.models import (
    CampaignState,
    ClaimBy,
    Refund,
    RefundState,
    SetMedium,
    Shop,
    ShopState,
    StudyArm,
    Wallet,
)
from tourism.models.visitors import Arm
from tourism.set_limits import BuyerNotNamed
from tourism.views.set_sales import sale_key
from tourism.wallet_codes import RENEW_SECONDS, wallet_code
from tourism.wallet_reading import public_campaigns, redemptions_with_reversals
from web.coupons import campaign_name, campaign_page, kept_list, wallet_page
from web.forms.visitors import CodeForm
from web.keyed_forms import key_of, new_key
from web.person_first import person_first
from web.refusal_words import in_words

CITY: Final = settings.DEFAULT_MUNICIPALITY
USES_SHOWN: Final = 10
SHOPS_SHOWN: Final = 60


@public
@require_safe
def coupons(request: HttpRequest) -> HttpResponse:
    """The coupons of the city, before any sign-in."""
    now = timezone.now()
    pages = [campaign_page(one, now=now) for one in public_campaigns(CITY)]
    page = {
        "open": [one for one in pages if one["is_open"]],
        "others": [one for one in pages if not one["is_open"]],
        "has_refunds": Refund.objects.filter(municipality=CITY)
        .exclude(state=RefundState.DRAFT)
        .exists(),
    }
    return render(request, "web/tourism/coupons.html", page)


@public
@require_safe
def coupon(request: HttpRequest, slug: str) -> HttpResponse:
    """One campaign: what one gets, on what bill, until when, where; and the button to claim."""
    campaign = get_object_or_404(public_campaigns(CITY), slug=slug)
    actor = actor_of(request)
    page = campaign_page(campaign, now=timezone.now())
    page["shops"] = _shops().count()
    page["has_wallet"] = (
        actor.subject_id is not None
        and Wallet.objects.filter(campaign=campaign, person=actor.subject_id).exists()
    )
    page["sets"] = campaign.sets.all()
    page["sells_here"] = actor.counter_session is not None and campaign.claim_by == ClaimBy.SALE
    page["key"] = new_key()
    return render(request, "web/tourism/coupon.html", page)


def _asking(request: HttpRequest) -> Asking:
    actor = actor_of(request)
    person = Person.objects.filter(pk=actor.subject_id).first() if actor.subject_id else None
    if person is None:
        raise NotAllowed
    return Asking(
        person=person,
        actor=actor,
        now=timezone.now(),
        is_assisted=actor.counter_session is not None,
    )


@person_first
@requires("coupon.claim")
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest, slug: str) -> HttpResponse:
    """Claim by one's account. GET is the way back from signing in: it leads to the page."""
    campaign = get_object_or_404(public_campaigns(CITY), slug=slug)
    if request.method != "POST":
        return redirect("coupon", slug=slug)
    try:
        claim_by_sign_in(campaign, _asking(request))
    except NotDrawn as refusal:
        messages.info(request, in_words(refusal, next_step=_("レシートの集計には、協力できます。")))
        return redirect("coupon-count")
    except Refusal as refusal:
        messages.error(request, in_words(refusal))
        return redirect("coupon", slug=slug)
    messages.success(request, _("クーポンを受けとりました。"))
    return redirect("wallet")


@requires("coupon.sell-set")
@require_POST
def sell(request: HttpRequest, slug: str) -> HttpResponse:
    """Sell a set to the person whom the officer serves; a second tap is the same sale."""
    rows = policy.allowed(actor_of(request), "coupon.sell-set", public_campaigns(CITY))
    campaign = get_object_or_404(rows, slug=slug)
    on_phone = get_object_or_404(campaign.sets.all(), medium=SetMedium.DIGITAL)
    actor = actor_of(request)
    try:
        if actor.counter_session is None:
            raise BuyerNotNamed
        key = sale_key(actor, key_of(request))
        wallet = sell_set(on_phone, _asking(request), key=key)
    except Refusal as refusal:
        messages.error(request, f"{_(refusal.title)}。{_(refusal.next_step)}")
    else:
        words = _("セットを売りました。クーポンの番号は %(number)s です。")
        messages.success(request, words % {"number": wallet.number})
    return redirect("coupon", slug=slug)


@person_first
@requires("coupon.claim")
@require_http_methods(["GET", "HEAD", "POST"])
def claim_code(request: HttpRequest) -> HttpResponse:
    """Claim what a letter or a lodging promised."""
    form = CodeForm(request.POST or None)
    if form.is_valid():
        try:
            claim_by_code(form.cleaned_data["code"], _asking(request), municipality=CITY)
        except Refusal as refusal:
            form.add_error("code", in_words(refusal))
        else:
            messages.success(request, _("クーポンを受けとりました。"))
            return redirect("wallet")
    status = 422 if form.is_bound else 200
    return render(request, "web/tourism/claim_code.html", {"form": form}, status=status)


def _wallets(request: HttpRequest) -> QuerySet[Wallet]:
    rows = Wallet.objects.select_related("campaign").prefetch_related("campaign__tiers")
    return policy.allowed(actor_of(request), "coupon.wallet", rows).order_by("pk")


@person_first
@requires("coupon.wallet")
@require_safe
@never_cache
def wallet(request: HttpRequest) -> HttpResponse:
    """使えるクーポン: what is left, until when, from what bill."""
    now, wallets = timezone.now(), list(_wallets(request))
    page = wallet_page(wallets, now=now)
    uses: Any = redemptions_with_reversals().filter(wallet__in=wallets)[:USES_SHOWN]
    held_out = StudyArm.objects.filter(
        person=actor_of(request).subject_id, arm=Arm.HOLD_OUT
    ).select_related("campaign")
    context: dict[str, Any] = {
        **page,
        "uses": [
            {
                "shop": use.shop.place.name,
                "at": use.used_at,
                "coupon_yen": use.coupon_yen,
                "is_reversed": use.is_reversed,
            }
            for use in uses
        ],
        "held_out": [campaign_name(one.campaign) for one in held_out],
        "shops": _shops().count(),
        "kept": kept_list(page),
    }
    return render(request, "web/tourism/wallet.html", context)


@public
@require_safe
def wallet_kept(request: HttpRequest) -> HttpResponse:
    """The wallet without a network: the same page for everybody; what it shows is on the phone."""
    return render(request, "web/tourism/wallet_kept.html")


@person_first
@requires("coupon.wallet")
@require_safe
@never_cache
def wallet_show(request: HttpRequest, wallet_id: UUID) -> HttpResponse:
    """お店で使う: this wallet's QR for the shop to read."""
    found = get_object_or_404(_wallets(request), pk=wallet_id)
    now = timezone.now()
    code = wallet_code(found, now=now)
    page = {
        "wallet": found,
        "name": campaign_name(found.campaign),
        "page": wallet_page([found], now=now),
        "code": code,
        "picture": svg(screen_matrix(code)),
        "made_at": now,
        "renew_seconds": RENEW_SECONDS,
    }
    return render(request, "web/tourism/wallet_show.html", page)


@person_first
@requires("coupon.wallet")
@require_safe
@never_cache
def wallet_show_code(request: HttpRequest, wallet_id: UUID) -> JsonResponse:
    """A fresh code of this wallet, and whether one was spent since the page was opened."""
    found = get_object_or_404(_wallets(request), pk=wallet_id)
    now = timezone.now()
    return JsonResponse({"text": wallet_code(found, now=now), "remaining_yen": found.remaining_yen})


def _shops(words: str = "") -> QuerySet[Shop]:
    rows = Shop.objects.filter(municipality=CITY, state=ShopState.ACTIVE).select_related("place")
    if words:
        rows = rows.filter(Q(place__name__contains=words) | Q(place__town__contains=words))
    return rows.order_by("place__name_kana", "place__name", "pk")


@public
@require_safe
def coupon_shops(request: HttpRequest) -> HttpResponse:
    """Where coupons are taken."""
    words = request.GET.get("q", "")[:QUERY_CHARS_MAX]
    rows = _shops(words)
    page = {
        "shops": rows[:SHOPS_SHOWN],
        "count": rows.count(),
        "words": words,
        "is_open": public_campaigns(CITY).filter(state=CampaignState.OPEN).exists(),
    }
    return render(request, "web/tourism/shops.html", page)
