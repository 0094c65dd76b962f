"""Shops for staff: the queue of applications, and each shop with its state and its account."""

from typing import Any, Final, cast
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.two_people import accounts_as_one
from core import audit, policy
from core.permissions import actor_of
from core.policy_pages import requires
from core.refusals import Refusal, gettext_noop as _noop
from tourism.banks import branch_of
from tourism.models import AccountState, ApplicationState, Shop, ShopState
from tourism.shop_accounts import account_at, approve_account, propose_account, refuse_account
from tourism.shop_applications import accept_application, decline_application, take_application
from tourism.shop_life import change_shop, members_of, tills_of
from tourism.statements import masked
from tourism.views.staff_shops import accounts_for, applications_for, shops_for
from web.forms.campaigns import BankForm, NoteForm
from web.refusal_words import in_words

_SHOWN: Final = 50
_WAITING: Final = (ApplicationState.APPLIED, ApplicationState.UNDER_REVIEW)


@requires("shop.application.list")
@require_safe
def application_list(request: HttpRequest) -> HttpResponse:
    """Applications that wait, the oldest first; decided ones behind a tab."""
    rows = applications_for(request, "shop.application.list")
    is_done = request.GET.get("tab") == "done"
    waiting, done = rows.filter(state__in=_WAITING), rows.exclude(state__in=_WAITING)
    page = {
        "tabs": [
            {"address": "?", "label": _("審査待ち"), "count": waiting.count(),
             "is_current": not is_done},
            {"address": "?tab=done", "label": _("済み"), "count": done.count(),
             "is_current": is_done},
        ],
        "applications": (done.order_by("-decided_at") if is_done else waiting.order_by("pk"))[
            :_SHOWN
        ],
        "next": None if is_done else waiting.order_by("pk").first(),
    }  # fmt: skip
    return render(request, "web/tourism/application_list.html", page)


@requires("shop.application.list")
@require_safe
def application_page(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """One application. Reading its contact is audited."""
    rows = applications_for(request, "shop.application.list")
    found = get_object_or_404(rows, pk=application_id)
    audit.record(
        "shop.application.read",
        actor=actor_of(request),
        now=timezone.now(),
        municipality=found.municipality,
        object_type="shop-application",
        object_id=found.pk,
    )
    content, bank = found.content, found.content["bank"]
    branch = branch_of(bank["bank_code"], bank["branch_code"])
    page = {
        "application": found,
        "answers": [
            {"term": _("お店の種類"), "answer": found.get_kind_display()},
            {"term": _("住所"), "answer": content["address"]},
            {"term": _("電話番号"), "answer": content["phone"]},
            {"term": _("担当の人の名前"), "answer": content["contact_name"]},
            {"term": _("メールアドレス"), "answer": content["email"]},
            {"term": _("法人番号"), "answer": content["corporate_number"] or _("なし")},
            {"term": _("大型店"), "answer": _("いいえ") if content["is_local"] else _("はい")},
            {"term": _("銀行"), "answer": f"{branch.bank_name} {branch.branch_name}"},
            {"term": _("口座番号"), "answer": bank["number"].zfill(7)},
            {"term": _("口座名義（カナ）"), "answer": bank["holder_kana"]},
        ],
        "is_open": found.state in _WAITING,
        "form": NoteForm(),
    }
    return render(request, "web/tourism/application.html", page)


_DECIDED: Final = {
    "take": _noop("担当になりました。"),
    "accept": _noop("お店を登録しました。責任者はメールアドレスでログインできます。"),
    "decline": _noop("ことわりました。"),
}


@requires("shop.application.decide")
@require_POST
def application_decide(request: HttpRequest, application_id: UUID, decision: str) -> HttpResponse:
    """Take, accept or decline an application."""
    change = decision
    if change not in _DECIDED:
        raise Http404
    rows = applications_for(request, "shop.application.decide")
    found = get_object_or_404(rows, pk=application_id)
    actor, now, user = actor_of(request), timezone.now(), cast("User", request.user)
    form = NoteForm(request.POST)
    if change == "decline" and not form.is_valid():
        messages.error(request, _("理由を書いてください。"))
        return redirect("staff-shop-application", application_id=application_id)
    try:
        match change:
            case "take":
                take_application(found, taken_by=user, actor=actor, now=now)
            case "accept":
                accept_application(found, decided_by=user, actor=actor, now=now)
            case _:
                note = form.cleaned_data["note"]
                decline_application(found, note=note, decided_by=user, actor=actor, now=now)
    except Refusal as refusal:
        messages.error(request, in_words(refusal))
    else:
        messages.success(request, _(_DECIDED[change]))
    return redirect("staff-shop-application", application_id=application_id)


@requires("shop.list")
@require_safe
def shop_list(request: HttpRequest) -> HttpResponse:
    """The city's shops, by number; found by name or number."""
    words = request.GET.get("q", "").strip()[:60]
    rows = shops_for(request, "shop.list")
    if words:
        by_number = Q(number=int(words)) if words.isascii() and words.isdigit() else Q()
        named = Q(place__name__icontains=words) | Q(place__name_kana__icontains=words)
        rows = rows.filter(named | by_number if by_number else named)
    after = request.GET.get("after", "")
    if after.isascii() and after.isdigit():
        rows = rows.filter(number__gt=int(after))
    total = rows.count()
    shown = list(rows.order_by("number")[:_SHOWN])
    page = {
        "shops": shown,
        "words": words,
        "total": total,
        "next_after": shown[-1].number if len(shown) == _SHOWN else None,
    }
    return render(request, "web/tourism/shop_list.html", page)


@requires("shop.list")
@require_safe
def shop_page(request: HttpRequest, shop_id: UUID) -> HttpResponse:
    """One shop: its state, account, people and tills."""
    found = get_object_or_404(shops_for(request, "shop.list"), pk=shop_id)
    return _shop_page(request, found, BankForm())


def _shop_page(
    request: HttpRequest, shop: Shop, bank_form: BankForm, *, status: int = 200
) -> HttpResponse:
    now, actor = timezone.now(), actor_of(request)
    account = account_at(shop, at=now)
    mine = accounts_as_one(actor.user_id, now=now)
    rows = shop.bank_accounts.select_related("proposed_by", "approved_by")
    page: dict[str, Any] = {
        "shop": shop,
        "account": masked(account.account) if account else "",
        "changes": [
            {
                "row": one,
                "shown": masked(one.account),
                "may_approve": one.state == AccountState.PROPOSED
                and one.proposed_by_id not in mine
                and policy.reason(actor, "shop.account.approve", one) is not None,
            }
            for one in rows.order_by("-pk")[:5]
        ],
        "members": members_of(shop, now=now),
        "tills": tills_of(shop),
        "may_change": policy.reason(actor, "shop.change", shop) is not None,
        "form": NoteForm(),
        "bank_form": bank_form,
    }
    return render(request, "web/tourism/shop.html", page, status=status)


@requires("shop.change")
@require_POST
def shop_change(request: HttpRequest, shop_id: UUID, shop_state: str) -> HttpResponse:
    """Suspend a shop, let it take part again, or end it."""
    change = shop_state
    if change not in {ShopState.ACTIVE, ShopState.SUSPENDED, ShopState.LEFT}:
        raise Http404
    found = get_object_or_404(shops_for(request, "shop.change"), pk=shop_id)
    reason = request.POST.get("note", "")
    try:
        change_shop(
            found, ShopState(change), reason=reason, actor=actor_of(request), now=timezone.now()
        )
    except Refusal as refusal:
        messages.error(request, in_words(refusal))
    else:
        messages.success(request, _("お店の状態を変えました。"))
    return redirect("staff-shop", shop_id=shop_id)


@requires("shop.change")
@require_POST
def account_propose(request: HttpRequest, shop_id: UUID) -> HttpResponse:
    """Enter another account as the first officer."""
    found = get_object_or_404(shops_for(request, "shop.change"), pk=shop_id)
    form = BankForm(request.POST)
    if form.is_valid():
        try:
            propose_account(
                found,
                form.bank(),
                proposed_by=cast("User", request.user),
                actor=actor_of(request),
                now=timezone.now(),
            )
        except Refusal as refusal:
            form.add_error(None, in_words(refusal))
        else:
            messages.success(request, _("口座の変更を入力しました。べつの人が確認します。"))
            return redirect("staff-shop", shop_id=shop_id)
    return _shop_page(request, found, form, status=422)


@requires("shop.account.approve")
@require_POST
def account_decide(request: HttpRequest, account_id: UUID, verdict: str) -> HttpResponse:
    """Approve an account as the second officer, or take it back."""
    if verdict not in {"approve", "refuse"}:
        raise Http404
    found = get_object_or_404(accounts_for(request, "shop.account.approve"), pk=account_id)
    actor, now = actor_of(request), timezone.now()
    try:
        if verdict == "approve":
            user = cast("User", request.user)
            approve_account(found, approved_by=user, actor=actor, now=now)
            messages.success(request, _("確認しました。24時間後から、この口座に払います。"))
        else:
            refuse_account(found, actor=actor, now=now)
            messages.success(request, _("取り下げました。"))
    except Refusal as refusal:
        messages.error(request, in_words(refusal))
    return redirect("staff-shop", shop_id=found.shop_id)
