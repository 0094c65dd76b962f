"""After the notice: answers, admissions, free seats, the waiting list."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from childcare.applying.deadlines import next_round
from childcare.applying.round_rules import papers_of
from childcare.models import Application, Channel, Offer, Round, RoundState, Slot
from childcare.placing.certification import certified_children
from childcare.placing.free_seats import free_seats
from childcare.placing.next_round import carry_to_round
from childcare.placing.offers import (
    accept_seat,
    admit_child,
    confirm_seat,
    decline_seat,
    lapse_offers,
    last_day_to_answer,
    refuse_seat,
)
from childcare.placing.sibling_turns import MAY_WITH_REASON, WORDS, Way
from childcare.placing.waiting_list import (
    Waiting,
    offer_free_seat,
    offer_together,
    waiting_for,
)
from core import policy
from core.permissions import actor_of
from core.policy_pages import requires
from core.refusals import Refusal, gettext_noop
from jp.clock import civil_date, end_of_day
from web.admission_page import round_title
from web.refusal_words import in_words
from web.views.staff_childcare import paper_told, staff_row

A_PAGE = 50
REASON_MAX = 400
_CHANNELS = (Channel.PHONE, Channel.COUNTER, Channel.PAPER)
ANSWER_DAYS = 7  # how long a family has for a seat that came free
_ROLES = ("childcare_clerk", "childcare_approver")


def _rounds(request: HttpRequest) -> QuerySet[Round]:
    return Round.objects.filter(municipality__in=actor_of(request).cities_of(*_ROLES))


_STAGES = {
    "nursery": (gettext_noop("園の返事待ち"), Q(facility_answer="waiting", answer="waiting")),
    "family": (gettext_noop("家族の返事待ち"), Q(facility_answer="confirmed", answer="waiting")),
    "admit": (gettext_noop("入園の決定待ち"), Q(answer="accepted", application__state="accepted")),
    "done": (
        gettext_noop("終わり"),
        ~Q(answer__in=("waiting", "accepted"))
        | Q(facility_answer="refused")
        | Q(application__state="admitted"),
    ),
}


@requires("staff.childcare.placing")
@require_safe
def placing(request: HttpRequest, round_id: UUID | None = None) -> HttpResponse:
    """Show what became of a round's offers, by who is asked next, and what is free."""
    rounds = _rounds(request).order_by("-starts_on")
    if round_id is None:
        notified = rounds.filter(applications__offers__isnull=False).first() or rounds.first()
        if notified is None:
            return render(request, "web/staff/childcare_placing.html", {"round": None})
        return redirect("staff-childcare-placing-round", round_id=notified.pk)
    row = get_object_or_404(rounds, pk=round_id)
    offers = policy.allowed(
        actor_of(request),
        "staff.childcare.offer.answer",
        Offer.objects.filter(application__round=row),
    )
    tabs, stage = _tabs(offers, request.GET.get("tab", ""))
    shown = (
        offers.filter(_STAGES[stage][1])
        .select_related("application__child", "facility__place")
        .order_by("facility__place__name", "class_age", "pk")
    )
    pages = Paginator(shown, A_PAGE).get_page(request.GET.get("page"))
    page = {
        "round": row,
        "title": round_title(row),
        "is_told": row.state in (RoundState.NOTIFIED, RoundState.CLOSED),
        "rounds": [{"row": one, "title": round_title(one)} for one in rounds],
        "tabs": tabs,
        "stage": stage,
        "page": pages,
        "offers": [(one, last_day_to_answer(one.answer_by)) for one in pages.object_list],
        "certified": certified_children(
            [one.application.child_id for one in pages.object_list], day=row.starts_on
        ),
        "free": free_seats(row),
        # Who asked for a transfer and keeps the seat has one.
        "waiting": Application.objects.filter(
            round=row, state="not_placed", held_facility=None
        ).count(),
        "next_round": next_round(row, now=timezone.now()),
    }
    return render(request, "web/staff/childcare_placing.html", page)


def _tabs(offers: QuerySet[Offer], wanted: str) -> tuple[list[dict[str, Any]], str]:
    """Return the tabs with their counts, and which is open: the first with rows, if not named."""
    counts = {name: offers.filter(belongs).count() for name, (_title, belongs) in _STAGES.items()}
    first = next((name for name, count in counts.items() if count), "nursery")
    stage = wanted if wanted in _STAGES else first
    tabs = [
        {
            "address": f"?tab={name}",
            "label": _(_STAGES[name][0]),
            "count": count,
            "is_current": name == stage,
        }
        for name, count in counts.items()
    ]
    return tabs, stage


@requires("staff.childcare.offer.answer")
@require_POST
def offer_answer(request: HttpRequest, seat_offer_id: UUID) -> HttpResponse:
    """Type in what a nursery or a family without an account answered, as it was said."""
    rows = policy.allowed(
        actor_of(request), "staff.childcare.offer.answer",
        Offer.objects.select_related("application"),
    )  # fmt: skip
    row = get_object_or_404(rows, pk=seat_offer_id)
    channel = request.POST.get("channel", "")
    told = paper_told(request, channel if channel in _CHANNELS else Channel.PHONE)
    reason = request.POST.get("reason", "")[:REASON_MAX]
    acts: dict[str, Callable[[], Offer]] = {
        "confirm": lambda: confirm_seat(row, told=told),
        "refuse": lambda: refuse_seat(row, reason=reason, told=told),
        "accept": lambda: accept_seat(row, told=told),
        "decline": lambda: decline_seat(row, told=told),
    }
    act = acts.get(request.POST.get("answer", ""))
    if act is not None:
        _said(request, act, _("返事を記録しました。"))
    address = reverse("staff-childcare-placing-round", args=[row.application.round_id])
    tab = "nursery" if request.POST.get("answer") in {"confirm", "refuse"} else "family"
    return redirect(f"{address}?tab={tab}")


@requires("staff.childcare.placing")
@require_safe
def waiting(request: HttpRequest, class_slot_id: UUID) -> HttpResponse:
    """Show who waits for a class, in the order of the round."""
    slot = _slot(request, class_slot_id)
    free = next((one.free for one in free_seats(slot.round) if one.slot.pk == slot.pk), 0)
    rows = [_waiting_row(one, is_free=free > 0) for one in waiting_for(slot)]
    page = {"slot": slot, "free": free, "waiting": rows}
    return render(request, "web/staff/childcare_waiting.html", page)


def _waiting_row(one: Waiting, *, is_free: bool) -> dict[str, Any]:
    """Return one line: what may be done, by a press or by a reason, and why not."""
    turn = one.turn
    is_skipped = turn.way is Way.SKIPPED
    return {
        "application": one.application,
        "wish_rank": one.wish_rank,
        "may": is_free and (not is_skipped or turn.why in MAY_WITH_REASON),
        "is_next": one.is_next,
        "is_skipped": is_free and is_skipped,
        "why": _(WORDS[turn.why]) if turn.why is not None else "",
        "together": one.together if is_free else (),
    }


def _slot(request: HttpRequest, slot_id: UUID) -> Slot:
    rows = Slot.objects.filter(round__in=_rounds(request)).select_related(
        "round", "facility__place"
    )
    return get_object_or_404(rows, pk=slot_id)


@requires("staff.childcare.placing")
@require_POST
def offer_seat(request: HttpRequest, class_slot_id: UUID) -> HttpResponse:
    """Offer a free seat to the child that the button names, or seats to its whole family."""
    slot, now = _slot(request, class_slot_id), timezone.now()
    rows = Application.objects.filter(round=slot.round).select_related("child")
    row = get_object_or_404(rows, pk=_id(request.POST.get("application", "")))
    answer_by = end_of_day(civil_date(now) + timedelta(days=ANSWER_DAYS))
    told, reason = paper_told(request), request.POST.get("reason", "")[:REASON_MAX]
    seats = _seats(request.POST.getlist("seat"))
    if seats:
        _said(
            request,
            lambda: offer_together(
                slot, row, seats=seats, answer_by=answer_by, told=told, reason=reason
            ),
            _("きょうだいの席を、いっしょに知らせました。"),
        )
    else:
        _said(
            request,
            lambda: offer_free_seat(slot, row, answer_by=answer_by, told=told, reason=reason),
            _("空いた席を知らせました。"),
        )
    return redirect("staff-childcare-waiting", class_slot_id=slot.pk)


def _seats(said: Sequence[str]) -> list[tuple[UUID, UUID]]:
    """Read "application:slot" of each child who comes along; our page says nothing else."""
    pairs = [one.partition(":") for one in said]
    return [(_id(child), _id(slot)) for child, _colon, slot in pairs]


def _id(said: str) -> UUID:
    try:
        return UUID(said)
    except ValueError:
        raise Http404 from None


def _said(request: HttpRequest, act: Any, done: str) -> None:
    try:
        act()
    except Refusal as refusal:
        messages.error(request, in_words(refusal))
    else:
        messages.success(request, done)


@requires("staff.childcare.offer.admit")
@require_POST
def admit(request: HttpRequest, seat_offer_id: UUID) -> HttpResponse:
    """Decide the admission of a child whose family accepted."""
    rows = policy.allowed(
        actor_of(request), "staff.childcare.offer.admit",
        Offer.objects.select_related("application"),
    )  # fmt: skip
    row = get_object_or_404(rows, pk=seat_offer_id)
    _said(request, lambda: admit_child(row, told=paper_told(request)), _("入園を決定しました。"))
    address = reverse("staff-childcare-placing-round", args=[row.application.round_id])
    return redirect(f"{address}?tab=admit")


@requires("staff.childcare.placing")
@require_POST
def lapse(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """End the offers that nobody answered in time."""
    row = get_object_or_404(_rounds(request), pk=round_id)
    ended = lapse_offers(municipality=row.municipality, told=paper_told(request))
    messages.success(request, _("%(count)s件を終わりにしました。") % {"count": ended})
    return redirect("staff-childcare-placing-round", round_id=row.pk)


@requires("staff.childcare.application.edit")
@require_POST
def carry(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Take a child without a seat into the next round."""
    row = staff_row(request, application_id, "staff.childcare.application.edit")
    following = next_round(row.round, now=timezone.now())
    if following is None:
        messages.error(request, _("つぎの回が ありません。"))
        return redirect("staff-childcare-application", application_id=row.pk)
    _said(
        request,
        lambda: carry_to_round(row, following, papers_of=papers_of, told=paper_told(request)),
        _("つぎの回に入れました。"),
    )
    return redirect("staff-childcare-application", application_id=row.pk)
