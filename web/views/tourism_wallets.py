"""One wallet for the office: found by its number, blocked, and late sales taken back by two."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import get_language, gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.two_people import accounts_as_one
from core import policy
from core.permissions import actor_of
from core.policy_pages import requires
from core.refusals import Refusal
from jp.clock import civil_date
from tourism.claims import block_wallet, unblock_wallet
from tourism.models import ReversalRequest, WalletState
from tourism.reversals import (
    ask_for_reversal,
    decide_reversal,
    decline_reversal,
    undecided_reversals,
)
from tourism.use_days import used_at
from tourism.views.staff_money import wishes_for
from tourism.views.staff_wallets import (
    SPENT_MAX,
    late_redemptions_for,
    waiting_reversals,
    wallets_for,
)
from tourism.wallet_reading import last_day, redemptions_with_reversals, shown_state
from web.coupons import campaign_name
from web.dates import date_in_words, time_in_words, yen_in_words
from web.forms.office import OfficeReasonForm, WalletNumberForm
from web.questions import ask
from web.refusal_words import in_words

_SHOWN = 50


@requires("coupon.block-wallet")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def wallet_find(request: HttpRequest) -> HttpResponse:
    """Ask for the number, and show what waits for a second officer."""
    form = WalletNumberForm(request.POST or None)
    if form.is_valid():
        found = wallets_for(request).filter(number=form.cleaned_data["number"]).first()
        if found is not None:
            return redirect("staff-wallet", wallet_id=found.pk)
        form.add_error("number", _("この番号のクーポンはありません"))
    page = {"form": form, "waiting": _waiting(request)}
    status = 422 if form.is_bound else 200
    return render(request, "web/tourism/wallet_find.html", page, status=status)


def _waiting(request: HttpRequest) -> list[dict[str, Any]]:
    actor = actor_of(request)
    mine = accounts_as_one(actor.user_id, now=timezone.now())
    return [
        {
            "row": one,
            "may_decide": one.asked_by not in mine
            and policy.reason(actor, "coupon.decide-reversal", one) is not None,
        }
        for one in waiting_reversals(request)[:_SHOWN]
    ]


@requires("coupon.block-wallet")
@require_safe
@never_cache
def wallet_page(request: HttpRequest, wallet_id: UUID) -> HttpResponse:
    """One wallet: what is left, what was spent. Whose it is, is not shown."""
    wallet = get_object_or_404(wallets_for(request), pk=wallet_id)
    spent = redemptions_with_reversals().filter(wallet=wallet)[:SPENT_MAX]
    asked = set(
        undecided_reversals()
        .filter(redemption__wallet=wallet)
        .values_list("redemption_id", flat=True)
    )
    page = {
        "wallet": wallet,
        "name": campaign_name(wallet.campaign),
        "state": shown_state(wallet, today=civil_date(timezone.now())),
        "last_day": last_day(wallet),
        "is_blocked": wallet.state == WalletState.BLOCKED,
        "is_active": wallet.state == WalletState.ACTIVE,
        "spent": [{"row": one, "is_asked": one.pk in asked} for one in spent],
        "form": OfficeReasonForm(),
    }
    return render(request, "web/tourism/wallet_staff.html", page)


@requires("coupon.block-wallet")
@require_POST
def wallet_change(request: HttpRequest, wallet_id: UUID, wallet_step: str) -> HttpResponse:
    """Block or unblock, with a reason."""
    wallet = get_object_or_404(wallets_for(request), pk=wallet_id)
    form, actor, now = OfficeReasonForm(request.POST), actor_of(request), timezone.now()
    if not form.is_valid():
        messages.error(request, _("理由を書いてください"))
    elif wallet_step == "block":
        block_wallet(wallet, reason=form.cleaned_data["reason"], actor=actor, now=now)
        messages.success(request, _("クーポンを止めました。"))
    else:
        unblock_wallet(wallet, reason=form.cleaned_data["reason"], actor=actor, now=now)
        messages.success(request, _("クーポンをまた使えるようにしました。"))
    return redirect("staff-wallet", wallet_id=wallet_id)


@requires("coupon.ask-reversal")
@require_POST
def reversal_ask(request: HttpRequest, redemption_id: UUID) -> HttpResponse:
    """Ask for a sale of an earlier day to be taken back."""
    redemption = get_object_or_404(late_redemptions_for(request), pk=redemption_id)
    form = OfficeReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("理由を書いてください"))
    else:
        reason = form.cleaned_data["reason"]
        try:
            ask_for_reversal(redemption, reason=reason, actor=actor_of(request), now=timezone.now())
        except Refusal as refusal:
            messages.error(request, in_words(refusal))
        else:
            messages.success(request, _("取り消しをたのみました。べつの人が決めます。"))
    return redirect("staff-wallet", wallet_id=redemption.wallet_id)


@requires("coupon.decide-reversal")
@require_POST
def reversal_decide(request: HttpRequest, reversal_request_id: UUID) -> HttpResponse:
    """Take it back, as the second officer, who said again that it is this sale."""
    asked = get_object_or_404(wishes_for(request), pk=reversal_request_id)
    if "confirmed" not in request.POST:
        return ask(request, "reversal", about=_about(asked), back=reverse("staff-wallets"))
    try:
        decide_reversal(asked, actor=actor_of(request), now=timezone.now())
    except Refusal as refusal:
        messages.error(request, in_words(refusal))
    else:
        messages.success(request, _("取り消しました。お金はクーポンか予算にもどりました。"))
    return redirect("staff-wallets")


def _about(asked: ReversalRequest) -> dict[str, str]:
    sale, language = asked.redemption, get_language() or "ja"
    at = timezone.localtime(used_at(sale))
    return {
        _("お店"): sale.shop.place.name,
        _("使った日"): format_html("{} {}", date_in_words(at, language), time_in_words(at)),
        _("会計"): yen_in_words(sale.bill_yen, language),
        _("クーポン"): yen_in_words(sale.coupon_yen, language),
        _("理由"): asked.reason,
    }


@requires("coupon.decide-reversal")
@require_POST
def reversal_decline(request: HttpRequest, reversal_request_id: UUID) -> HttpResponse:
    """Leave it as it is, and let the shop know why."""
    asked = get_object_or_404(wishes_for(request), pk=reversal_request_id)
    form, actor = OfficeReasonForm(request.POST), actor_of(request)
    if not form.is_valid():
        messages.error(request, _("理由を書いてください"))
        return redirect("staff-wallets")
    try:
        decline_reversal(asked, reason=form.cleaned_data["reason"], actor=actor, now=timezone.now())
    except Refusal as refusal:
        messages.error(request, in_words(refusal))
    else:
        messages.success(request, _("取り消さないことにしました。お店に知らせました。"))
    return redirect("staff-wallets")
