"""How a protective block (支援措置) ends: one officer asks on this page, a second one confirms."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import LiftReason, User
from accounts.people_search import people_open_to, record_reading
from accounts.protection import (
    Decision,
    ask_to_lift,
    confirm_lift,
    decline_lift,
    ends_at,
    lifts_to_decide,
    open_lift,
    standing_blocks,
    waiting_lifts,
)
from accounts.two_people import accounts_as_one
from core import policy
from core.permissions import actor_of
from core.policy_pages import requires
from core.refusals import Refusal
from web.refusal_words import in_words


@requires("staff.protection.list")
@require_safe
def protections(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """List from whom the person is protected, and what waits for a second officer."""
    actor = actor_of(request)
    person = get_object_or_404(people_open_to(actor, "staff.protection.list"), pk=person_id)
    record_reading(person, actor=actor, now=timezone.now())
    now = timezone.now()
    mine = accounts_as_one(actor.user_id, now=now)
    lines = []
    for block in standing_blocks(actor).filter(person=person).select_related("blocked"):
        lift = open_lift(block, now=now)
        is_mine = lift is not None and lift.asked_by_id in mine
        until = ends_at(lift) if lift else None
        lines.append({"block": block, "lift": lift, "is_mine": is_mine, "until": until})
    page = {"person": person, "lines": lines, "reasons": LiftReason.choices}
    return render(request, "web/staff/protection.html", page)


@requires("staff.protection.decide")
@require_safe
def lifts(request: HttpRequest) -> HttpResponse:
    """List what waits for a second officer; the page of the person says more, and is recorded."""
    actor, now = actor_of(request), timezone.now()
    mine = accounts_as_one(actor.user_id, now=now)
    rows = policy.allowed(actor, "staff.protection.decide", waiting_lifts(now=now))
    lines = [
        {"lift": one, "until": ends_at(one), "is_mine": one.asked_by_id in mine}
        for one in rows.select_related("block")
    ]
    return render(request, "web/staff/protection_lifts.html", {"lines": lines})


@requires("staff.protection.lift")
@require_POST
def lift(request: HttpRequest, block_id: UUID) -> HttpResponse:
    """Ask a second officer to end the block."""
    actor = actor_of(request)
    block = get_object_or_404(standing_blocks(actor), pk=block_id)
    reason = request.POST.get("reason", "")
    if reason not in LiftReason.values:
        messages.error(request, _("理由を選んでください。"))
        return redirect("staff-protections", person_id=block.person_id)
    try:
        ask_to_lift(
            block,
            reason=LiftReason(reason),
            officer=cast("User", request.user),
            actor=actor,
            now=timezone.now(),
        )
    except Refusal as refusal:
        messages.error(request, in_words(refusal))
    else:
        messages.success(request, _("べつの職員に、決めてもらってください。"))
    return redirect("staff-protections", person_id=block.person_id)


@requires("staff.protection.decide")
@require_POST
def confirm(request: HttpRequest, lift_id: UUID) -> HttpResponse:
    """End the protection, as the second officer."""
    return _decide(
        request, lift_id, confirm_lift, _("守りを終わりにしました。本人に知らせました。")
    )


@requires("staff.protection.decide")
@require_POST
def decline(request: HttpRequest, lift_id: UUID) -> HttpResponse:
    """Let the protection stand; who asked takes the request back by it."""
    return _decide(request, lift_id, decline_lift, _("守りはつづきます。"))


def _decide(request: HttpRequest, lift_id: UUID, decision: Decision, said: str) -> HttpResponse:
    actor = actor_of(request)
    found = get_object_or_404(lifts_to_decide(actor).select_related("block"), pk=lift_id)
    try:
        decision(found, officer=cast("User", request.user), actor=actor, now=timezone.now())
    except Refusal as refusal:
        messages.error(request, in_words(refusal))
    else:
        messages.success(request, said)
    return redirect("staff-protections", person_id=found.block.person_id)
