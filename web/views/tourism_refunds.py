"""Refunds of bought sets: the notice with a holder's claim, and the office's two persons."""

from collections.abc import Set as AbstractSet
from datetime import timedelta
from typing import Any, Final, cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db.models import Count, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.two_people import accounts_as_one
from core import policy
from core.permissions import actor_of
from core.policy_pages import public, requires
from core.refusals import Refusal, gettext_noop as _noop
from jp.clock import civil_date
from tourism.campaign_editing import plan_of
from tourism.closing_statement import closing_pdf
from tourism.models import Campaign, Refund as RefundRow, RefundRound, RefundState, Wallet
from tourism.refund_papers import refund_bank_file, refund_csv
from tourism.refund_rounds import confirm_round, fix_round
from tourism.refund_rules import CLAIM_DAYS_MIN
from tourism.refunds import (
    Worth,
    announce_refund,
    claim_refund,
    confirm_refunds,
    fix_list,
    is_in_period,
    open_round,
    prepare_refund,
    public_refunds,
    total_yen,
    unused_by_wallet,
    withdraw_refund,
    worth_of,
)
from tourism.serializers.campaigns import law_words
from tourism.views.refunds import refunds_for, sheet_of
from tourism.views.staff_campaigns import campaigns_for
from tourism.views.staff_settlement import download
from web.coupons import campaign_name
from web.forms.campaigns import BankForm
from web.forms.refunds import RefundForm, SheetForm
from web.views.tourism_campaigns import name_of

CITY: Final = settings.DEFAULT_MUNICIPALITY
_STEPS: Final = (
    _noop("用意する"), _noop("2人めが公告"), _noop("申し出"), _noop("払う一覧"), _noop("支払い"),
)  # fmt: skip
_PLACE: Final = {"draft": 1, "announced": 2, "listed": 4, "paid": 5}


# -- the notice and the holder --------------------------------------------------------------------


@public
@require_safe
def refund_notices(request: HttpRequest) -> HttpResponse:
    """Every notice of a refund, the newest first."""
    rows = [{"row": one, "name": campaign_name(one.campaign)} for one in public_refunds(CITY)]
    return render(request, "web/tourism/refunds.html", {"refunds": rows})


def _public_refund(slug: str) -> RefundRow:
    rows = RefundRow.objects.exclude(state=RefundState.DRAFT).select_related("campaign")
    return get_object_or_404(rows, campaign__slug=slug, municipality=CITY)


@public
@never_cache
@require_safe
def refund_notice(request: HttpRequest, slug: str) -> HttpResponse:
    """One notice; a holder sees below it what comes back, and asks for it."""
    return _notice_page(request, _public_refund(slug), BankForm())


@requires("refund.claim")
@require_http_methods(["GET", "HEAD", "POST"])
def refund_claim(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for one's own rest. GET is the way back from signing in."""
    refund = _public_refund(slug)
    wallet = _own_wallet(request, refund)
    if request.method != "POST" or wallet is None:
        return redirect("refund-notice", slug=slug)
    form = BankForm(request.POST)
    in_cash = request.POST.get("way") == "cash" and actor_of(request).counter_session is not None
    if not in_cash and not form.is_valid():
        return _notice_page(request, refund, form, status=422)
    try:
        claim_refund(
            wallet,
            bank=None if in_cash else form.bank(),
            claimed_by=cast("User", request.user).pk,
            actor=actor_of(request),
            now=timezone.now(),
        )
    except Refusal as refusal:
        form.is_valid()
        form.add_error(None, f"{_(refusal.title)}。{_(refusal.next_step)}")
        return _notice_page(request, refund, form, status=422)
    messages.success(request, _("払いもどしを申しこみました。"))
    return redirect("refund-notice", slug=slug)


def _own_wallet(request: HttpRequest, refund: RefundRow) -> Wallet | None:
    rows = Wallet.objects.filter(campaign=refund.campaign).select_related("campaign")
    return policy.allowed(actor_of(request), "refund.claim", rows).first()


def _notice_page(
    request: HttpRequest, refund: RefundRow, form: BankForm, *, status: int = 200
) -> HttpResponse:
    wallet = _own_wallet(request, refund)
    worth = Worth(unused_yen=0, refund_yen=0)
    if wallet is not None:
        worth = worth_of(wallet, share=refund.share)
    page = {
        "refund": refund,
        "name": campaign_name(refund.campaign),
        "law": law_words(plan_of(refund.campaign)),
        "is_open": is_in_period(refund),
        "wallet": wallet,
        "worth": worth,
        "claim": wallet.refund_claim if wallet and hasattr(wallet, "refund_claim") else None,
        "has_paper": refund.campaign.has_paper,
        "is_counter": actor_of(request).counter_session is not None,
        "is_office": policy.reason(actor_of(request), "refund.counter", refund) is not None,
        "form": form,
    }
    return render(request, "web/tourism/refund_notice.html", page, status=status)


# -- the office -----------------------------------------------------------------------------------


@requires("campaign.list")
@require_safe
def closing_statement(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """Give the closing statement of a campaign as PDF."""
    found = get_object_or_404(campaigns_for(request, "campaign.list"), pk=campaign_id)
    if found.opened_at is None:
        raise Http404
    try:
        pdf = closing_pdf(found, now=timezone.now())
    except Refusal as refusal:
        messages.error(request, f"{_(refusal.title)}。{_(refusal.next_step)}")
        return redirect("staff-campaign", campaign_id=campaign_id)
    return download(pdf, name=f"{found.slug}-closing.pdf", kind="application/pdf")


@requires("refund.list")
@require_http_methods(["GET", "HEAD", "POST"])
def refund_page(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """A campaign's refund: where it stands, who asked, what comes next; POST prepares it."""
    campaign = get_object_or_404(campaigns_for(request, "refund.list"), pk=campaign_id)
    found = refunds_for(request, "refund.list").filter(campaign=campaign).first()
    form = RefundForm(request.POST or None, initial=_first_values())
    status = 200
    if request.method == "POST" and found is None:
        status = 422
        if form.is_valid() and _prepare(request, campaign, form):
            return redirect("staff-refund", campaign_id=campaign_id)
    page = _office_page(request, campaign, found)
    return render(request, "web/tourism/refund_staff.html", page | {"form": form}, status=status)


def _first_values() -> dict[str, Any]:
    # The notice goes up some days later: a week is left for the second person.
    day = civil_date(timezone.now()) + timedelta(days=CLAIM_DAYS_MIN + 7)
    return {"claims_until": f"{day.year}年{day.month}月{day.day}日"}


def _prepare(request: HttpRequest, campaign: Campaign, form: RefundForm) -> bool:
    get_object_or_404(campaigns_for(request, "refund.make"), pk=campaign.pk)
    user = cast("User", request.user)
    try:
        prepare_refund(
            campaign, **form.cleaned_data, made_by=user, actor=actor_of(request),
            now=timezone.now(),
        )  # fmt: skip
    except Refusal as refusal:
        form.add_error(None, f"{_(refusal.title)}。{_(refusal.next_step)}")
        return False
    messages.success(request, _("払いもどしを用意しました。べつの人が公告します。"))
    return True


def _office_page(
    request: HttpRequest, campaign: Campaign, found: RefundRow | None
) -> dict[str, Any]:
    actor = actor_of(request)
    at = _PLACE[found.state] if found else 0
    unused = unused_by_wallet(campaign)
    page: dict[str, Any] = {
        "campaign": campaign,
        "name": name_of(campaign),
        "refund": found,
        "steps": [
            {"text": _(text), "is_done": place < at, "is_now": place == at, "number": place + 1}
            for place, text in enumerate(_STEPS)
        ],
        "law": law_words(plan_of(campaign)),
        "holders": len(unused),
        "unused_yen": sum(unused.values()),
        "may_read_campaign": policy.reason(actor, "campaign.list", campaign) is not None,
        "may_make": policy.reason(actor, "refund.make", campaign) is not None,
        "may_approve": policy.reason(actor, "refund.approve", campaign) is not None,
        "sheet_form": SheetForm(),
    }
    if found is None:
        return page
    mine = accounts_as_one(actor.user_id, now=timezone.now())
    return page | {
        "claims": found.claims.select_related("wallet", "round").order_by("pk"),
        "waiting": found.claims.filter(round=None).count(),
        "rounds": [_round_line(one, mine) for one in found.rounds.all()],
        "has_open_round": open_round(found) is not None,
        "total_yen": total_yen(found),
        "is_in_period": is_in_period(found),
        "may_take_sheet": campaign.has_paper
        and policy.reason(actor, "refund.counter", found) is not None,
        "is_own_draft": found.made_by_id in mine,
        "is_own_list": found.listed_by_id in mine,
    }


def _round_line(one: RefundRound, mine: AbstractSet[UUID]) -> dict[str, Any]:
    sums = one.claims.aggregate(yen=Sum("refund_yen"), number=Count("pk"))
    return {
        "row": one, "yen": sums["yen"] or 0, "number": sums["number"],
        "is_own": one.listed_by_id in mine,
    }  # fmt: skip


def _round_of(request: HttpRequest, refund: RefundRow) -> RefundRound | None:
    """Return the round that the address names; none is the last list."""
    number = request.GET.get("round", "")
    if not number:
        return None
    if not (number.isascii() and number.isdecimal() and len(number) < 5):  # noqa: PLR2004
        raise Http404
    return get_object_or_404(refund.rounds, number=int(number))


def _file_name(refund: RefundRow, paid_in: RefundRound | None) -> str:
    return f"{refund.campaign.slug}-refund" + (f"-{paid_in.number}" if paid_in else "")


_ACTIONS: Final = {
    "announce": "refund.approve",
    "withdraw": "refund.make",
    "list": "refund.make",
    "paid": "refund.approve",
    "sheet": "refund.counter",
    "round": "refund.make",
    "round-paid": "refund.approve",
}
_DONE: Final = {
    "announce": _noop("公告しました。持っている人に知らせました。"),
    "withdraw": _noop("払いもどしを取り下げました。"),
    "list": _noop("払う一覧を確定しました。"),
    "paid": _noop("払いもどしたことを記録しました。"),
    "sheet": _noop("紙の払いもどしを受け付けました。"),
    "round": _noop("払う一覧を作りました。べつの人が支払いを記録します。"),
    "round-paid": _noop("払いもどしたことを記録しました。"),
}


@requires("refund.list")
@require_POST
def refund_change(request: HttpRequest, refund_id: UUID, refund_step: str) -> HttpResponse:
    """Bring a refund one step on, throw a draft away, or take a sheet in."""
    if refund_step not in _DONE:
        raise Http404
    found = get_object_or_404(refunds_for(request, _ACTIONS[refund_step]), pk=refund_id)
    try:
        _change(request, found, refund_step)
    except Refusal as refusal:
        messages.error(request, f"{_(refusal.title)}。{_(refusal.next_step)}")
    else:
        messages.success(request, _(_DONE[refund_step]))
    return redirect("staff-refund", campaign_id=found.campaign_id)


def _change(request: HttpRequest, refund: RefundRow, step: str) -> None:
    actor, now, user = actor_of(request), timezone.now(), cast("User", request.user)
    match step:
        case "announce":
            announce_refund(refund, announced_by=user, actor=actor, now=now)
        case "withdraw":
            withdraw_refund(refund, actor=actor, now=now)
        case "list":
            fix_list(refund, listed_by=user, actor=actor, now=now)
        case "paid":
            confirm_refunds(refund, paid_by=user, actor=actor, now=now)
        case "sheet":
            wallet = sheet_of(refund, request.POST.get("serial", ""))
            claim_refund(wallet, bank=None, claimed_by=user.pk, actor=actor, now=now)
        case "round":
            fix_round(refund, listed_by=user, actor=actor, now=now)
        case _:
            confirm_round(refund, paid_by=user, actor=actor, now=now)


@requires("refund.make")
@require_safe
def refund_list_file(request: HttpRequest, refund_id: UUID) -> HttpResponse:
    """Give the list of whom to pay as CSV."""
    found = get_object_or_404(refunds_for(request, "refund.make"), pk=refund_id)
    paid_in = _round_of(request, found)
    name = f"{_file_name(found, paid_in)}.csv"
    return download(refund_csv(found, paid_in), name=name, kind="text/csv; charset=utf-8")


@requires("refund.make")
@require_safe
def refund_transfers(request: HttpRequest, refund_id: UUID) -> HttpResponse:
    """Give the 総合振込 file of the claims by transfer."""
    found = get_object_or_404(refunds_for(request, "refund.make"), pk=refund_id)
    paid_in = _round_of(request, found)
    try:
        content = refund_bank_file(found, paid_in)
    except Refusal as refusal:
        messages.error(request, f"{_(refusal.title)}。{_(refusal.next_step)}")
        return redirect("staff-refund", campaign_id=found.campaign_id)
    return download(
        content, name=f"{_file_name(found, paid_in)}.txt", kind="application/octet-stream"
    )
