"""A shop's own pages: it applies without signing in; its owner keeps tills, people, payouts."""

from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.clerk_pins import PinTooEasy, pin_of, set_pin
from accounts.devices import revoke_device
from accounts.models import Device, Membership, User
from accounts.views.staff_devices import setup_url
from core import policy
from core.client_address import client_address
from core.permissions import actor_of
from core.policy_pages import public, requires
from core.refusals import Refusal
from signing.qr import screen_matrix, svg
from tourism.models import PayoutLine, Shop
from tourism.reversals import declined_reversals
from tourism.shop_accounts import account_at
from tourism.shop_applications import APPLICATIONS, apply_shop
from tourism.shop_life import add_clerk, end_member, make_till, members_of, tills_of
from tourism.statements import masked, shop_csv
from tourism.views.own_shop import own_shop
from tourism.views.staff_settlement import download, file_name
from web.forms.campaigns import ClerkForm, FirstTillForm, NameForm, ShopApplicationForm
from web.questions import ask
from web.refusal_words import in_words

_PAYOUTS_SHOWN = 24
_DECLINED_SHOWN = 20


@public
def shop_apply(request: HttpRequest) -> HttpResponse:
    """Ask to take part; whoever has a shop may."""
    form = ShopApplicationForm(request.POST or None)
    if form.is_valid():
        now = timezone.now()
        try:
            APPLICATIONS.count(client_address(request), now=now)
            made = apply_shop(
                form.shop(),
                municipality=settings.DEFAULT_MUNICIPALITY,
                actor=actor_of(request),
                now=now,
            )
        except Refusal as refusal:
            form.add_error(None, in_words(refusal))
        else:
            return render(request, "web/tourism/shop_applied.html", {"application": made})
    status = 422 if form.is_bound else 200
    return render(request, "web/tourism/shop_apply.html", {"form": form}, status=status)


@requires("shop.own")
@require_safe
def shop_home(request: HttpRequest) -> HttpResponse:
    """The shops for which one works; who has one goes straight to it."""
    rows = Shop.objects.select_related("place").order_by("number")
    shops = list(policy.allowed(actor_of(request), "shop.own", rows)[:100])
    if len(shops) == 1:
        return redirect("own-shop", shop_id=shops[0].pk)
    return render(request, "web/tourism/own_shops.html", {"shops": shops})


@requires("shop.own")
@require_safe
def shop_own(request: HttpRequest, shop_id: UUID) -> HttpResponse:
    """One shop of one's own."""
    return _own_page(request, own_shop(request, shop_id))


def _own_page(request: HttpRequest, shop: Shop, **more: Any) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    page: dict[str, Any] = {
        "shop": shop,
        "is_owner": policy.reason(actor, "shop.owner", shop) is not None,
        "may_take": policy.reason(actor, "coupon.redeem", shop) is not None,
        "needs_passkey": actor.assurance == 1,
    }
    if page["is_owner"]:
        account = account_at(shop, at=now)
        page |= {
            "account": masked(account.account) if account else "",
            "tills": tills_of(shop),
            "members": members_of(shop, now=now),
            "payouts": PayoutLine.objects.filter(shop=shop)
            .exclude(batch__state="draft")
            .select_related("batch__campaign")
            .order_by("-batch__cut_at")[:_PAYOUTS_SHOWN],
            "declined": declined_reversals(shop)[:_DECLINED_SHOWN],
            "till_form": _till_form(shop, now),
            "clerk_form": ClerkForm(prefix="clerk"),
        }
    return render(request, "web/tourism/own_shop.html", page | more)


def _till_form(shop: Shop, now: datetime, given: QueryDict | None = None) -> NameForm:
    """Return the form of a new till: with a PIN, as long as nobody there has one."""
    has_pin = any(pin_of(one) is not None for one in members_of(shop, now=now))
    return (NameForm if has_pin else FirstTillForm)(given, prefix="till")


@requires("shop.owner")
@require_POST
def shop_till(request: HttpRequest, shop_id: UUID) -> HttpResponse:
    """Add a till and show its set-up QR once."""
    shop, now = own_shop(request, shop_id, "shop.owner"), timezone.now()
    form = _till_form(shop, now, request.POST)
    if not form.is_valid():
        return _own_page(request, shop, till_form=form)
    actor, user, given = actor_of(request), cast("User", request.user), form.cleaned_data
    try:
        with transaction.atomic():
            if "pin" in given:
                owner = next(one for one in members_of(shop, now=now) if one.user_id == user.pk)
                set_pin(owner, given["pin"], name=given["clerk_name"], set_by=user, actor=actor,
                        now=now)  # fmt: skip
            new = make_till(shop, name=given["name"], made_by=user, actor=actor, now=now)
    except PinTooEasy as refusal:
        form.add_error("pin", in_words(refusal))
        return _own_page(request, shop, till_form=form)
    except Refusal as refusal:
        messages.error(request, in_words(refusal))
        return redirect("own-shop", shop_id=shop_id)
    address = setup_url(new)
    qr = svg(screen_matrix(address))
    return _own_page(request, shop, setup_address=address, setup_qr=qr)


@requires("shop.owner")
@require_POST
def shop_till_end(request: HttpRequest, shop_id: UUID, device_id: UUID) -> HttpResponse:
    """End a till at once, once its owner said again that it is this one."""
    shop = own_shop(request, shop_id, "shop.owner")
    till = get_object_or_404(Device.objects.filter(place_id=shop.place_id), pk=device_id)
    if "confirmed" not in request.POST:
        about = {_("端末"): till.name, _("お店"): shop.place.name}
        back = reverse("own-shop", args=[shop.pk])
        return ask(request, "device", about=about, back=back, template="web/asking/own.html")
    revoke_device(till, actor=actor_of(request), now=timezone.now())
    messages.success(request, _("端末を使えなくしました。"))
    return redirect("own-shop", shop_id=shop_id)


@requires("shop.owner")
@require_POST
def shop_clerk(request: HttpRequest, shop_id: UUID) -> HttpResponse:
    """Let a clerk work for the shop."""
    shop = own_shop(request, shop_id, "shop.owner")
    form = ClerkForm(request.POST, prefix="clerk")
    if not form.is_valid():
        return _own_page(request, shop, clerk_form=form)
    email = form.cleaned_data["email"]
    add_clerk(shop, email=email, actor=actor_of(request), now=timezone.now())
    messages.success(request, _("店員を加えました。このアドレスでログインできます。"))
    return redirect("own-shop", shop_id=shop_id)


@requires("shop.owner")
@require_POST
def shop_member_end(request: HttpRequest, shop_id: UUID, member_id: UUID) -> HttpResponse:
    """End that somebody works for the shop."""
    shop = own_shop(request, shop_id, "shop.owner")
    rows = Membership.objects.filter(organisation=shop.organisation)
    member = get_object_or_404(rows, pk=member_id)
    try:
        end_member(shop, member, actor=actor_of(request), now=timezone.now())
    except Refusal as refusal:
        messages.error(request, in_words(refusal))
    else:
        messages.success(request, _("登録を終わりにしました。"))
    return redirect("own-shop", shop_id=shop_id)


@requires("shop.payouts")
@require_safe
def shop_statement(request: HttpRequest, line_id: UUID) -> HttpResponse:
    """Give the owner each redemption of one payout as CSV."""
    rows = PayoutLine.objects.exclude(batch__state="draft").select_related(
        "batch__campaign", "shop__place"
    )
    line = get_object_or_404(policy.allowed(actor_of(request), "shop.payouts", rows), pk=line_id)
    name = file_name(line.batch, f"{line.shop.number}.csv")
    return download(shop_csv(line), name=name, kind="text/csv; charset=utf-8")
