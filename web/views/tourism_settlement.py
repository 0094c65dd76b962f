"""Settlement for staff: freeze, look, approve by two, bank file, sending, returned transfers."""

from datetime import timedelta
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
from core import policy
from core.permissions import actor_of
from core.policy_pages import requires
from core.refusals import Refusal, gettext_noop as _noop
from jp.clock import civil_date
from tourism.bank_days import holidays_are_known, last_known_day
from tourism.models import BatchState, LineState, PayoutBatch, PayoutLine, ReturnState
from tourism.payouts import (
    approve_batch,
    bank_file,
    confirm_paid,
    confirm_returns,
    enter_returns,
    reject_returns,
    send_batch,
    withdraw_batch,
)
from tourism.serializers.settlement import RETURNS_BYTES_MAX
from tourism.settlement import freeze_batch, freeze_demo, owed_by_campaign
from tourism.statements import batch_csv, statement_pdf
from tourism.views.staff_campaigns import campaigns_for
from tourism.views.staff_settlement import batches_for, download, file_name, return_for
from web.forms.campaigns import CutForm, ReturnsForm
from web.refusal_words import in_words
from web.views.tourism_campaigns import name_of

_TO_PAY: Final = 60  # after its last day a campaign is settled within about two months
_STEPS: Final = (
    _noop("締める"), _noop("1人めの承認"), _noop("2人めの承認"), _noop("銀行に出す"),
    _noop("支払い"),
)  # fmt: skip


@requires("settlement.list")
@require_safe
def settlement_list(request: HttpRequest) -> HttpResponse:
    """Campaigns that can be settled, and what was settled."""
    rows = campaigns_for(request, "campaign.list").filter(opened_at__isnull=False)
    owed = owed_by_campaign(rows)
    page = {
        "campaigns": [
            {
                "row": one,
                "name": name_of(one),
                "days": "・".join(map(str, one.settlement_days)),
                "owed": owed.get(one.pk, 0),
                "next_is_known": holidays_are_known(one.ends_on + timedelta(days=_TO_PAY)),
            }
            for one in sorted(
                rows.exclude(Q(state="closed") & ~Q(pk__in=owed)).order_by("-starts_on"),
                key=lambda one: -owed.get(one.pk, 0),
            )
        ],
        "known_until": last_known_day(),
        "batches": [
            {"row": one, "name": name_of(one.campaign)}
            for one in batches_for(request, "settlement.list").order_by("-pk")[:50]
        ],
        "form": CutForm(),
        "may_make": policy.may(actor_of(request), "settlement.make"),
    }
    return render(request, "web/tourism/settlement_list.html", page)


@requires("settlement.make")
@require_POST
def settlement_freeze(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """Make the next batch of a campaign."""
    campaign = get_object_or_404(campaigns_for(request, "campaign.edit"), pk=campaign_id)
    form = CutForm(request.POST)
    is_now = campaign.is_demo and request.POST.get("do") == "now"
    if not is_now and not form.is_valid():
        messages.error(request, _("締めの日を、2026年12月10日 の形で書いてください。"))
        return redirect("staff-settlements")
    actor, now, user = actor_of(request), timezone.now(), cast("User", request.user)
    try:
        if is_now:
            batch = freeze_demo(campaign, made_by=user, actor=actor, now=now)
        else:
            batch = freeze_batch(
                campaign,
                cut_on=form.cleaned_data["cut_on"],
                is_last=form.cleaned_data["is_last"],
                made_by=user,
                actor=actor,
                now=now,
            )
    except Refusal as refusal:
        messages.error(request, in_words(refusal))
        return redirect("staff-settlements")
    return redirect("staff-settlement", batch_id=batch.pk)


@requires("settlement.list")
@require_safe
def settlement_page(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """One batch: where it stands, each shop, files, returns."""
    batch = get_object_or_404(batches_for(request, "settlement.list"), pk=batch_id)
    actor = actor_of(request)
    mine = accounts_as_one(actor.user_id, now=timezone.now())
    lines = batch.lines.select_related("shop__place").order_by("number")
    wanted = request.GET.get("tab", "")
    if wanted in LineState.values:
        lines = lines.filter(state=wanted).exclude(net_yen=0)
    page = {
        "batch": batch,
        "name": name_of(batch.campaign),
        "steps": _steps(batch),
        "lines": lines[:1_000],
        "tabs": _tabs(batch, wanted),
        "sums": _sums(batch),
        "may_approve": batch.state == BatchState.DRAFT
        and policy.reason(actor, "settlement.approve", batch) is not None,
        "is_own_approval": batch.first_approved_by_id in mine,
        "is_payday": civil_date(timezone.now()) >= batch.pay_on,
        "may_send": policy.reason(actor, "settlement.send", batch) is not None,
        "may_make": policy.reason(actor, "settlement.make", batch) is not None,
        "returns": [
            {
                "row": one,
                "yen": sum(row["yen"] for row in one.rows),
                "is_open": one.state == ReturnState.ENTERED,
                "is_own": one.entered_by_id in mine,
            }
            for one in batch.returns.select_related("entered_by", "confirmed_by").order_by("pk")
        ],
        "form": ReturnsForm(),
    }
    return render(request, "web/tourism/settlement.html", page)


def _steps(batch: PayoutBatch) -> list[dict[str, Any]]:
    done = {
        BatchState.DRAFT: 2 if batch.first_approved_by_id else 1,
        BatchState.APPROVED: 3,
        BatchState.SENT: 4,
        BatchState.PAID: 5,
    }[BatchState(batch.state)]
    return [
        {"text": _(text), "is_done": place < done, "is_now": place == done, "number": place + 1}
        for place, text in enumerate(_STEPS)
    ]


def _tabs(batch: PayoutBatch, wanted: str) -> list[dict[str, Any]]:
    # A line of 0 yen is neither paid nor carried over: it stands under 全部 alone.
    moved = batch.lines.exclude(net_yen=0)
    counts = {state: moved.filter(state=state).count() for state in LineState}
    return [
        {"address": "?", "label": _("全部"), "count": batch.line_count, "is_current": not wanted},
        *(
            {
                "address": f"?tab={state}",
                "label": state.label,
                "count": count,
                "is_current": wanted == state,
            }
            for state, count in counts.items()
            if count
        ),
    ]


def _sums(batch: PayoutBatch) -> dict[str, int]:
    rows = batch.lines.values_list("state", "gross_yen", "reversed_yen", "carried_yen", "net_yen")
    kept = list(rows)
    return {
        "gross": sum(row[1] for row in kept),
        "reversed": sum(row[2] for row in kept),
        "carried": sum(row[3] for row in kept),
        "held": sum(row[4] for row in kept if row[0] in {LineState.HELD, LineState.CARRIED}),
    }


_DONE: Final = {
    "approve": _noop("承認しました。"),
    "withdraw": _noop("この精算を取り下げました。お金は動いていません。"),
    "send": _noop("銀行に出したことを記録しました。"),
    "paid": _noop("支払いずみにしました。"),
}
_ACTIONS: Final = {
    "approve": "settlement.approve",
    "withdraw": "settlement.make",
    "send": "settlement.send",
    "paid": "settlement.send",
}


@requires("settlement.make")
@require_POST
def settlement_change(request: HttpRequest, batch_id: UUID, batch_step: str) -> HttpResponse:
    """Bring a batch one step on, or throw a draft away."""
    change = batch_step
    if change not in _DONE:
        raise Http404
    batch = get_object_or_404(batches_for(request, _ACTIONS[change]), pk=batch_id)
    actor, now = actor_of(request), timezone.now()
    try:
        match change:
            case "approve":
                user = cast("User", request.user)
                approve_batch(batch, approved_by=user, actor=actor, now=now)
            case "withdraw":
                withdraw_batch(batch, actor=actor, now=now)
            case "send":
                send_batch(batch, actor=actor, now=now)
            case _:
                confirm_paid(batch, actor=actor, now=now)
    except Refusal as refusal:
        messages.error(request, in_words(refusal))
    else:
        messages.success(request, _(_DONE[change]))
    if change == "withdraw" and not PayoutBatch.objects.filter(pk=batch_id).exists():
        return redirect("staff-settlements")
    return redirect("staff-settlement", batch_id=batch_id)


@requires("settlement.send")
@require_safe
def settlement_bank_file(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Give the 総合振込 file; the same bytes each time."""
    batch = get_object_or_404(batches_for(request, "settlement.send"), pk=batch_id)
    try:
        content = bank_file(batch)
    except Refusal as refusal:
        messages.error(request, in_words(refusal))
        return redirect("staff-settlement", batch_id=batch_id)
    return download(content, name=file_name(batch, "txt"), kind="application/octet-stream")


@requires("settlement.list")
@require_safe
def settlement_statement(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Give every line as CSV."""
    batch = get_object_or_404(batches_for(request, "settlement.list"), pk=batch_id)
    return download(batch_csv(batch), name=file_name(batch, "csv"), kind="text/csv; charset=utf-8")


@requires("settlement.list")
@require_safe
def settlement_letter(request: HttpRequest, batch_id: UUID, number: int) -> HttpResponse:
    """Give one shop's statement as PDF."""
    batch = get_object_or_404(batches_for(request, "settlement.list"), pk=batch_id)
    rows = PayoutLine.objects.filter(batch=batch).select_related("batch__campaign", "shop__place")
    line = get_object_or_404(rows, number=number)
    try:
        pdf = statement_pdf(line)
    except Refusal as refusal:
        messages.error(request, in_words(refusal))
        return redirect("staff-settlement", batch_id=batch_id)
    return download(pdf, name=file_name(batch, f"{number}.pdf"), kind="application/pdf")


@requires("settlement.make")
@require_POST
def settlement_returns(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Enter a file of returned transfers as the first person."""
    batch = get_object_or_404(batches_for(request, "settlement.make"), pk=batch_id)
    form = ReturnsForm(request.POST, request.FILES)
    if not form.is_valid() or form.cleaned_data["file"].size > RETURNS_BYTES_MAX:
        messages.error(request, _("1MB までのファイルを選んでください。"))
        return redirect("staff-settlement", batch_id=batch_id)
    try:
        enter_returns(
            batch,
            form.cleaned_data["file"].read(),
            entered_by=cast("User", request.user),
            actor=actor_of(request),
            now=timezone.now(),
        )
    except Refusal as refusal:
        row = refusal.extra.get("row")
        where = _("%(row)s行め: ") % {"row": row} if row else ""
        messages.error(request, where + in_words(refusal))
    else:
        messages.success(request, _("もどりを入力しました。べつの人が確認します。"))
    return redirect("staff-settlement", batch_id=batch_id)


@requires("settlement.return")
@require_POST
def settlement_return_decide(
    request: HttpRequest, return_id: UUID, return_step: str
) -> HttpResponse:
    """Book the returns as the second person, or take the file back."""
    if return_step not in {"confirm", "reject"}:
        raise Http404
    found = return_for(request, return_id)
    actor, now = actor_of(request), timezone.now()
    try:
        if return_step == "confirm":
            user = cast("User", request.user)
            confirm_returns(found, confirmed_by=user, actor=actor, now=now)
            messages.success(request, _("もどりを記録しました。次の精算で払います。"))
        else:
            reject_returns(found, actor=actor, now=now)
            messages.success(request, _("取り下げました。"))
    except Refusal as refusal:
        messages.error(request, in_words(refusal))
    return redirect("staff-settlement", batch_id=found.batch_id)
