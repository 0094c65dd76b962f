"""The tourist scans a shop's poster: bill, coupon, 「よろしいですか」, and the shop confirms."""

from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import policy
from core.database_clock import database_now
from core.idempotency import once
from core.permissions import actor_of
from core.policy_pages import requires
from core.refusals import Refusal
from tourism.models import PendingSale, Shop, ShopState, Wallet
from tourism.pending_sales import ask_shop, cancel_sale, shown_state
from tourism.wallet_reading import offers_for
from web.coupons import CouponHere, coupons_here
from web.forms.visitors import BillForm, chosen_yen
from web.keyed_forms import answer, key_of, new_key
from web.person_first import person_first
from web.spots import name_of

CITY: Final = settings.DEFAULT_MUNICIPALITY


def _shop(shop_id: UUID) -> Shop:
    rows = Shop.objects.filter(municipality=CITY, state=ShopState.ACTIVE).select_related("place")
    return get_object_or_404(rows, pk=shop_id)


def _wallets(request: HttpRequest) -> QuerySet[Wallet]:
    rows = Wallet.objects.select_related("campaign").prefetch_related("campaign__tiers")
    return policy.allowed(actor_of(request), "coupon.ask-shop", rows).order_by("pk")


@person_first
@requires("coupon.ask-shop")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def pay(request: HttpRequest, shop_id: UUID) -> HttpResponse:
    """See what can be used here today, type the bill; then 「500円を使います。よろしいですか」."""
    shop = _shop(shop_id)
    coupons = coupons_here(_wallets(request), shop=shop, at=database_now(connection))
    usable = [one for one in coupons if not one.why]
    form = BillForm(request.POST or None)
    page: dict[str, Any] = {
        "form": form,
        "shop": shop,
        "shop_name": name_of(shop.place),
        "usable": usable,
        "not_here": [one for one in coupons if one.why],
    }
    if not usable:
        return render(request, "web/tourism/pay_none.html", page)
    if form.is_valid():
        offer = _best(usable, form.cleaned_data["bill_yen"], request.POST)
        if offer is not None:
            return render(request, "web/tourism/pay_confirm.html", page | offer)
        form.add_error("bill_yen", _("この会計で使えるクーポンはありません"))
    page["least"] = min(
        (tier.min_spend_yen for one in usable for tier in one.wallet.campaign.tiers.all()),
        default=0,
    )
    status = 422 if form.is_bound else 200
    return render(request, "web/tourism/pay_bill.html", page, status=status)


def _best(usable: list[CouponHere], bill_yen: int, chosen: Any) -> dict[str, Any] | None:
    """Return the offer that was chosen, else the largest; ``None`` where nothing fits."""
    found = [(yen, one) for one in usable for yen in offers_for(one.wallet, bill_yen=bill_yen)]
    if not found:
        return None
    found.sort(key=lambda pair: -pair[0])
    wanted = (chosen.get("coupon_yen", ""), chosen.get("wallet", ""))
    yen, coupon = next(
        ((yen, one) for yen, one in found if (str(yen), str(one.wallet.pk)) == wanted), found[0]
    )
    return {
        "wallet": coupon.wallet,
        "campaign_name": coupon.name,
        "bill_yen": bill_yen,
        "coupon_yen": yen,
        "to_pay_yen": bill_yen - yen,
        "left_yen": coupon.left_yen - yen,
        "is_last_here": coupon.uses_left == 1,
        "others": [(other, one) for other, one in found if (other, one) != (yen, coupon)],
        "key": new_key(),
    }


@person_first
@requires("coupon.ask-shop")
@require_http_methods(["POST"])
def pay_ask(request: HttpRequest, shop_id: UUID) -> HttpResponse:
    """Ask the shop to confirm; the form's key makes a second tap the same question."""
    shop, now, actor = _shop(shop_id), timezone.now(), actor_of(request)
    form, coupon_yen = BillForm(request.POST), chosen_yen(request.POST)
    wallet = _wallet_named(request)
    if not form.is_valid() or coupon_yen is None:
        return redirect("pay", shop_id=shop.pk)

    def effect() -> tuple[int, Any]:
        bill_yen = form.cleaned_data["bill_yen"]
        made = ask_shop(wallet, shop=shop, bill_yen=bill_yen, coupon_yen=coupon_yen, now=now)
        return 201, {"pending": str(made.pk)}

    try:
        _status, made = once(
            effect,
            key=key_of(request),
            actor=f"page:{actor.user_id}",
            request_body={"shop": str(shop.pk), "wallet": str(wallet.pk),
                          "bill": form.cleaned_data["bill_yen"], "coupon": coupon_yen},
            now=now,
        )  # fmt: skip
    except Refusal as refusal:
        return answer(request, refusal=refusal, back=reverse("pay", args=[shop.pk]))
    return answer(request, there=reverse("pay-wait", args=[made["pending"]]))


def _wallet_named(request: HttpRequest) -> Wallet:
    try:
        named = UUID(request.POST.get("wallet", ""))
    except ValueError:
        raise Http404 from None
    return get_object_or_404(_wallets(request), pk=named)


def _pending(request: HttpRequest, pending_id: UUID) -> PendingSale:
    rows = PendingSale.objects.filter(wallet__in=_wallets(request)).select_related(
        "shop__place", "wallet__campaign", "redemption"
    )
    return get_object_or_404(rows, pk=pending_id)


@person_first
@requires("coupon.ask-shop")
@require_safe
@never_cache
def pay_wait(request: HttpRequest, pending_id: UUID) -> HttpResponse:
    """The number of three digits until the shop confirms, then what was paid."""
    pending = _pending(request, pending_id)
    page = {
        "pending": pending,
        "shop_name": name_of(pending.shop.place),
        "state": shown_state(pending, at=timezone.now()),
        "to_pay_yen": pending.bill_yen - pending.coupon_yen,
    }
    return render(request, "web/tourism/pay_wait.html", page)


@person_first
@requires("coupon.ask-shop")
@require_safe
@never_cache
def pay_state(request: HttpRequest, pending_id: UUID) -> JsonResponse:
    """Whether the shop has answered."""
    pending = _pending(request, pending_id)
    return JsonResponse({"state": shown_state(pending, at=timezone.now())})


@person_first
@requires("coupon.ask-shop")
@require_POST
def pay_cancel(request: HttpRequest, pending_id: UUID) -> HttpResponse:
    """Stop the sale while the shop has not confirmed it; the page then says what came of it."""
    pending = _pending(request, pending_id)
    there = reverse("pay-wait", args=[pending.pk])
    try:
        cancel_sale(pending)
    except Refusal as refusal:
        return answer(request, refusal=refusal, back=there)
    return answer(request, there=there)
