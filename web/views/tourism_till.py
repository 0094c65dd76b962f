"""A shop's day on one phone: read a coupon, take it, undo it, see what the day came to."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.clerk_pins import clerk_who_moves_money
from core import policy
from core.actor import Actor
from core.permissions import actor_of
from core.policy_pages import requires
from core.refusals import Refusal
from jp.clock import civil_date
from signing.qr import screen_matrix, svg
from tourism.coupon_rules import is_offered
from tourism.models import (
    PaperCoupon,
    PaperState,
    PendingSale,
    Redemption,
    RedemptionWay,
    Shop,
    Wallet,
)
from tourism.paper import PaperNotAccepted, PaperSale, use_paper
from tourism.paper_numbers import coupon_of
from tourism.pending_sales import confirm_sale, refuse_sale, waiting_at
from tourism.redemption import CouponReceipt, Sale, redeem, redemption_of_key
from tourism.refusals import CodeUnreadable, WalletNotAccepted
from tourism.reversals import reverse_by_shop, shop_may_reverse
from tourism.wallet_codes import ShownWallet, read_wallet_code
from tourism.wallet_reading import offers_at, redemptions_with_reversals, uses_of_day
from tourism.why_refused import terms_of
from web.coupons import campaign_name
from web.forms.visitors import SaleForm, chosen_yen
from web.keyed_forms import answer, key_of, new_key
from web.refusal_words import in_words
from web.spots import name_of

_SALES_SHOWN: Final = 100
UNDO_REASON: Final = "shop"


def _shops(request: HttpRequest, action: str) -> QuerySet[Shop]:
    rows = Shop.objects.select_related("place", "organisation")
    return policy.allowed(actor_of(request), action, rows)


def _shop(request: HttpRequest, shop_id: UUID, action: str = "coupon.redeem") -> Shop:
    return get_object_or_404(_shops(request, action), pk=shop_id)


@requires("coupon.sales")
@require_safe
def tills(request: HttpRequest) -> HttpResponse:
    """The shops for which one works; who has one goes straight to its day."""
    shops = list(_shops(request, "coupon.sales").order_by("place__name"))
    if len(shops) == 1:
        return redirect("till", shop_id=shops[0].pk)
    rows = [
        {"name": name_of(shop.place), "address": reverse("till", args=[shop.pk])} for shop in shops
    ]
    return render(request, "web/tourism/tills.html", {"shops": rows})


@requires("coupon.sales")
@require_safe
@never_cache
def till(request: HttpRequest, shop_id: UUID) -> HttpResponse:
    """Today: who waits to pay, what was taken, what it comes to."""
    shop, now = _shop(request, shop_id, "coupon.sales"), timezone.now()
    sales = _today(shop, now)
    good = sales.filter(is_reversed=False)
    sums = good.aggregate(yen=Sum("coupon_yen"), bills=Sum("bill_yen"), number=Count("pk"))
    page = {
        "shop": shop,
        "shop_name": name_of(shop.place),
        "day": civil_date(now),
        "sales": [_sale_line(shop, sale) for sale in sales[:_SALES_SHOWN]],
        "number": sums["number"],
        "coupon_yen": sums["yen"] or 0,
        "bill_yen": sums["bills"] or 0,
        "waiting": waiting_at(shop, at=now).select_related("wallet__campaign"),
        "is_active": shop.state == "active",
        "needs_passkey": actor_of(request).assurance == 1,
    }
    return render(request, "web/tourism/till.html", page)


def _today(shop: Shop, now: datetime) -> Any:
    return uses_of_day(shop, civil_date(now))


def _sale_line(shop: Shop, sale: Any) -> dict[str, Any]:
    return {
        "at": sale.used_at,
        "bill_yen": sale.bill_yen,
        "coupon_yen": sale.coupon_yen,
        "is_reversed": sale.is_reversed,
        "address": reverse("till-sale", args=[shop.pk, sale.pk]),
    }


@requires("coupon.redeem")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def sell(request: HttpRequest, shop_id: UUID) -> HttpResponse:
    """Type the bill, read the customer's code; then the amount that the coupon pays."""
    shop = _shop(request, shop_id)
    form = SaleForm(request.POST or None)
    page: dict[str, Any] = {"shop": shop, "shop_name": name_of(shop.place), "form": form}
    if form.is_valid():
        try:
            offer = _offer(shop, form, request.POST, asked_by=_maker(actor_of(request)))
        except Refusal as refusal:
            form.add_error("code", in_words(refusal))
        else:
            if offer is not None:
                return render(request, "web/tourism/till_confirm.html", page | offer)
            form.add_error("bill_yen", _("この会計で使えるクーポンはありません"))
    status = 422 if form.is_bound else 200
    return render(request, "web/tourism/till_sell.html", page, status=status)


def _shown(shop: Shop, text: str) -> tuple[ShownWallet, Wallet]:
    shown = read_wallet_code(text.strip(), municipality=shop.municipality)
    wallet = (
        Wallet.objects.select_related("campaign")
        .prefetch_related("campaign__tiers")
        .filter(pk=shown.wallet_id, campaign__municipality=shop.municipality)
        .first()
    )
    if wallet is None:
        raise WalletNotAccepted
    return shown, wallet


def _offer(shop: Shop, form: SaleForm, chosen: Any, *, asked_by: UUID) -> dict[str, Any] | None:
    """Return what the wallet can pay of the bill: the largest, or a smaller one that was asked."""
    bill_yen = form.cleaned_data["bill_yen"]
    if (paper := _paper(shop, form.cleaned_data["code"], asked_by=asked_by)) is not None:
        return _paper_offer(paper, form)
    _seen, wallet = _shown(shop, form.cleaned_data["code"])
    offers = offers_at(wallet, shop=shop, bill_yen=bill_yen)
    if not offers:
        return None
    wanted = chosen_yen(chosen)
    yen = wanted if wanted in offers else offers[0]
    return {
        "code": form.cleaned_data["code"],
        "campaign_name": campaign_name(wallet.campaign),
        "bill_yen": bill_yen,
        "coupon_yen": yen,
        "to_pay_yen": bill_yen - yen,
        "others": [other for other in offers if other != yen],
        "key": new_key(),
    }


def _paper(shop: Shop, text: str, *, asked_by: UUID, is_retry: bool = False) -> PaperCoupon | None:
    """Return the coupon of a sheet, where the code or number is one; the rest is a wallet's."""
    try:
        coupon_id = coupon_of(
            text.strip(), municipality=shop.municipality, asked_by=asked_by, is_retry=is_retry
        )
    except CodeUnreadable:
        return None
    if coupon_id is None:
        raise PaperNotAccepted
    coupon = PaperCoupon.objects.select_related("sheet__campaign").filter(pk=coupon_id).first()
    if coupon is None:
        raise PaperNotAccepted
    return coupon


def _paper_offer(coupon: PaperCoupon, form: SaleForm) -> dict[str, Any] | None:
    """Return the coupon's face: it is used whole, and judged again when it is taken."""
    bill_yen = form.cleaned_data["bill_yen"]
    if coupon.state != PaperState.HANDED:
        raise PaperNotAccepted  # seen before the customer pays; a sale's retry never comes here
    terms = terms_of(coupon.sheet.campaign)
    if not is_offered(terms, bill_yen=bill_yen, coupon_yen=coupon.face_yen):
        return None
    return {
        "code": form.cleaned_data["code"],
        "campaign_name": campaign_name(coupon.sheet.campaign),
        "bill_yen": bill_yen,
        "coupon_yen": coupon.face_yen,
        "to_pay_yen": bill_yen - coupon.face_yen,
        "others": [],
        "key": new_key(),
        "is_paper": True,
    }


def _spend(
    shop: Shop, text: str, *, maker: UUID, key: str, bill_yen: int, coupon_yen: int
) -> CouponReceipt:
    """Spend what the code stands for: a paper coupon whole, or so much of a wallet."""
    is_retry = redemption_of_key(maker, key) is not None
    if _paper(shop, text, asked_by=maker, is_retry=is_retry) is not None:
        paper = PaperSale(
            text=text.strip(), shop_id=shop.pk, device_id=maker, key=key, bill_yen=bill_yen
        )
        return use_paper(paper, municipality=shop.municipality)
    shown, wallet = _shown(shop, text)
    return redeem(
        Sale(
            campaign_id=wallet.campaign_id,
            wallet_id=wallet.pk,
            shop_id=shop.pk,
            device_id=maker,
            key=key,
            bill_yen=bill_yen,
            coupon_yen=coupon_yen,
            way=RedemptionWay.SHOP_SCANS,
            qr_at=shown.shown_at,
        )
    )


@requires("coupon.redeem")
@require_POST
def take(request: HttpRequest, shop_id: UUID) -> HttpResponse:
    """Spend the coupon, once for the form's key however often it comes."""
    shop, actor, now = _shop(request, shop_id), actor_of(request), timezone.now()
    form, coupon_yen = SaleForm(request.POST), chosen_yen(request.POST)
    if not form.is_valid() or coupon_yen is None:
        return redirect("till-sell", shop_id=shop.pk)
    try:
        _demand_clerk(shop, actor, now)
        receipt = _spend(
            shop,
            form.cleaned_data["code"],
            maker=_maker(actor),
            key=key_of(request),
            bill_yen=form.cleaned_data["bill_yen"],
            coupon_yen=coupon_yen,
        )
    except Refusal as refusal:
        return answer(request, refusal=refusal, back=reverse("till-sell", args=[shop.pk]))
    return answer(request, there=_sale_address(shop, receipt))


def _demand_clerk(shop: Shop, actor: Actor, now: datetime) -> None:
    """On a clerk's own phone a sign-in with a passkey stands for the till's PIN."""
    clerk_who_moves_money(
        actor=actor,
        device=None,
        token="",
        organisation_id=shop.organisation_id,
        place_id=shop.place_id,
        now=now,
    )


def _maker(actor: Actor) -> UUID:
    """Return who made the key: the user at this page."""
    if actor.user_id is None:
        raise ValueError("a page knows its user")
    return actor.user_id


def _sale_address(shop: Shop, receipt: CouponReceipt) -> str:
    return reverse("till-sale", args=[shop.pk, receipt.redemption_id])


@requires("coupon.sales")
@require_safe
@never_cache
def sale(request: HttpRequest, shop_id: UUID, redemption_id: UUID) -> HttpResponse:
    """One coupon taken: what the customer pays, and the way to undo it today."""
    shop, now = _shop(request, shop_id, "coupon.sales"), timezone.now()
    found: Any = get_object_or_404(redemptions_with_reversals().filter(shop=shop), pk=redemption_id)
    page = {
        "shop": shop,
        "shop_name": name_of(shop.place),
        "sale": found,
        "to_pay_yen": found.bill_yen - (0 if found.is_reversed else found.coupon_yen),
        "may_undo": shop_may_reverse(found, now=now),
    }
    return render(request, "web/tourism/till_sale.html", page)


@requires("coupon.redeem")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def undo(request: HttpRequest, shop_id: UUID, redemption_id: UUID) -> HttpResponse:
    """Ask what goes back to whom, then take one back, until midnight and before the freeze."""
    shop, actor, now = _shop(request, shop_id), actor_of(request), timezone.now()
    there = reverse("till-sale", args=[shop.pk, redemption_id])
    if request.method != "POST":
        return _ask_undo(request, shop, redemption_id, now=now)
    try:
        _demand_clerk(shop, actor, now)
        reverse_by_shop(
            redemption_id, shop_id=shop.pk, by=_maker(actor), reason=UNDO_REASON, actor=actor,
            now=now,
        )  # fmt: skip
    except Refusal as refusal:
        back = there if Redemption.objects.filter(pk=redemption_id, shop=shop).exists() else ""
        return answer(request, refusal=refusal, back=back or reverse("till", args=[shop.pk]))
    return answer(request, there=there)


def _ask_undo(
    request: HttpRequest, shop: Shop, redemption_id: UUID, *, now: datetime
) -> HttpResponse:
    found: Any = get_object_or_404(redemptions_with_reversals().filter(shop=shop), pk=redemption_id)
    if not shop_may_reverse(found, now=now):
        return redirect("till-sale", shop_id=shop.pk, redemption_id=found.pk)
    page = {"shop": shop, "sale": found, "to_pay_yen": found.bill_yen - found.coupon_yen}
    return render(request, "web/tourism/till_undo.html", page)


def _pending(shop: Shop, pending_id: UUID) -> PendingSale:
    rows = PendingSale.objects.filter(shop=shop).select_related("wallet", "redemption")
    return get_object_or_404(rows, pk=pending_id)


@requires("coupon.redeem")
@require_POST
def confirm(request: HttpRequest, shop_id: UUID, pending_id: UUID) -> HttpResponse:
    """Take what a customer asked for from the poster; confirmed twice, it is one sale."""
    shop, actor, now = _shop(request, shop_id), actor_of(request), timezone.now()
    pending = _pending(shop, pending_id)
    try:
        _demand_clerk(shop, actor, now)
        receipt = confirm_sale(pending, device_row=None)
    except Refusal as refusal:
        return answer(request, refusal=refusal, back=reverse("till", args=[shop.pk]))
    return answer(request, there=_sale_address(shop, receipt))


@requires("coupon.redeem")
@require_POST
def refuse(request: HttpRequest, shop_id: UUID, pending_id: UUID) -> HttpResponse:
    """Say no to what a customer asked for; nothing was reserved."""
    shop = _shop(request, shop_id)
    refuse_sale(_pending(shop, pending_id))
    return answer(request, there=reverse("till", args=[shop.pk]))


@requires("coupon.sales")
@require_safe
def poster(request: HttpRequest, shop_id: UUID) -> HttpResponse:
    """The shop's poster: its QR leads a customer's phone to the page on which they pay."""
    shop = _shop(request, shop_id, "coupon.sales")
    address = request.build_absolute_uri(reverse("pay", args=[shop.pk]))
    page = {
        "shop": shop,
        "shop_name": shop.place.name,
        "address": address,
        "picture": svg(screen_matrix(address)),
    }
    return render(request, "web/tourism/poster.html", page)
