"""The city's admission rounds: score, run, prove, approve by two, tell the families."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from childcare.admission import certificate
from childcare.admission.approving import approve_run, may_sign, send_back
from childcare.admission.audience import audience_of
from childcare.admission.files import market_path, result_path
from childcare.admission.overview import newest_run, sample
from childcare.admission.publishing import publish_run, reasons_of
from childcare.admission.running import make_run
from childcare.admission.score_alarm import explain_scores
from childcare.admission.seat_alarm import explain_seats
from childcare.admission.slotting import set_slots
from childcare.applying.deadlines import last_day
from childcare.applying.selection import not_verified
from childcare.models import Round, Run
from childcare.round_dates import may_correct
from childcare.round_opening import state_by_the_clock
from childcare.score_round import score_round
from core import audit, policy
from core.actor import Actor
from core.permissions import actor_of
from core.policy_pages import requires
from core.refusals import Refusal
from web.admission_page import group_rows, round_page, round_title, sample_rows, slot_rows
from web.childcare_results import NO_WISH
from web.forms.admission import (
    ApprovalForm,
    OneMoreSeatForm,
    ScoreReasonForm,
    SeatReasonForm,
    SendBackForm,
    SlotsForm,
)
from web.refusal_words import in_words
from web.views.childcare_what_if import class_choices

PAGE = "web/childcare/admission_round.html"


def round_of(request: HttpRequest, round_id: UUID, action: str) -> Round:
    rounds = Round.objects.select_related("rule_set", "seats_explained_by")
    rows = policy.allowed(actor_of(request), action, rounds)
    return get_object_or_404(rows, pk=round_id)


def run_of(round_: Round) -> Run:
    run = newest_run(round_)
    if run is None:
        raise Http404
    return run


@requires("staff.childcare.round.list")
@require_safe
def admission_list(request: HttpRequest) -> HttpResponse:
    """The rounds of the city, newest first."""
    now = timezone.now()
    rows = policy.allowed(actor_of(request), "staff.childcare.round.read", Round.objects.all())
    rounds = [
        {
            "round": row,
            "title": round_title(row),
            "until": last_day(row),
            "state": state_by_the_clock(row, now=now).label,
            "children": row.applications.count(),
        }
        for row in rows.order_by("-starts_on")
    ]
    may_open = policy.may(actor_of(request), "staff.childcare.round.open")
    page = {"rounds": rounds, "may_open": may_open}
    return render(request, "web/childcare/admission_list.html", page)


@requires("staff.childcare.round.read")
@require_safe
def admission_round(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """One round with its six steps."""
    round_ = round_of(request, round_id, "staff.childcare.round.read")
    return render(request, PAGE, _page(request, round_))


def _page(request: HttpRequest, round_: Round, **more: Any) -> dict[str, Any]:
    actor, now = actor_of(request), timezone.now()
    page = round_page(round_, now=now)
    run = page["run"]
    forms = {
        "approval": ApprovalForm(),
        "send_back": SendBackForm(),
        "score_reason": ScoreReasonForm(prefix="scores"),
        "seat_reason": SeatReasonForm(prefix="seats"),
        "what_if": OneMoreSeatForm(choices=class_choices(round_)),
    }
    return (
        page
        | forms
        | {
            "may_sign": run is not None and may_sign(run, actor=actor, now=now),
            "may_correct": may_correct(round_),
            "may": {
                name: policy.reason(actor, f"staff.childcare.round.{name}", round_) is not None
                for name in (
                    "dates",
                    "slots",
                    "score",
                    "run",
                    "approve",
                    "explain",
                    "explain_seats",
                    "publish",
                    "what_if",
                    "snapshot",
                    "letters",
                )
            },
        }
        | more
    )


Process = Callable[[Actor, datetime], str]


def _do(request: HttpRequest, round_: Round, process: Process) -> HttpResponse:
    """Run one process and go back to the page with what it says."""
    try:
        messages.success(request, process(actor_of(request), timezone.now()))
    except Refusal as refusal:
        messages.error(request, in_words(refusal))
    return redirect("staff-admission-round", round_id=round_.pk)


@requires("staff.childcare.round.slots")
def admission_slots(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """The seats of every class; a proposal stands where none were set."""
    round_ = round_of(request, round_id, "staff.childcare.round.slots")
    rows, groups = slot_rows(round_), group_rows(round_)
    if request.method == "POST":
        form = SlotsForm(request.POST, rows=rows, groups=groups)
        if form.is_valid():

            def process(actor: Actor, now: datetime) -> str:
                seats = set_slots(
                    round_, form.offered(), shared=form.shared(), actor=actor, now=now
                )
                return _("席の数を入れました。ぜんぶで%(seats)d席です。") % {"seats": seats}

            return _do(request, round_, process)
    else:
        form = SlotsForm(rows=rows, groups=groups)
    page = {"round": round_, "title": round_title(round_), "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "web/childcare/admission_slots.html", page, status=status)


@requires("staff.childcare.round.score")
@require_POST
def admission_score(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Score the round by both methods."""
    round_ = round_of(request, round_id, "staff.childcare.round.score")

    def process(actor: Actor, now: datetime) -> str:
        found = score_round(round_, actor=actor, now=now)
        return _("%(count)d人の点数を、2つの方法でつけました。") % {"count": found.applications}

    return _do(request, round_, process)


@requires("staff.childcare.round.run")
@require_POST
def admission_run(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Compute the seats."""
    round_ = round_of(request, round_id, "staff.childcare.round.run")

    def process(actor: Actor, now: datetime) -> str:
        run = make_run(round_, actor=actor, now=now)
        return _("%(placed)d人の席を決めました。") % {"placed": run.placed}

    return _do(request, round_, process)


@requires("staff.childcare.round.approve")
@require_POST
def admission_approve(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Add one's word; the form asks whether the twenty were read."""
    round_ = round_of(request, round_id, "staff.childcare.round.approve")
    form = ApprovalForm(request.POST)
    if not form.is_valid():
        return render(request, PAGE, _page(request, round_, approval=form), status=422)

    def process(actor: Actor, now: datetime) -> str:
        approve_run(run_of(round_), actor=actor, now=now)
        return _("承認しました。")

    return _do(request, round_, process)


@requires("staff.childcare.round.send_back")
@require_POST
def admission_send_back(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Take the run out of use, with the reason."""
    round_ = round_of(request, round_id, "staff.childcare.round.send_back")
    form = SendBackForm(request.POST)
    if not form.is_valid():
        return render(request, PAGE, _page(request, round_, send_back=form), status=422)

    def process(actor: Actor, now: datetime) -> str:
        send_back(run_of(round_), reason=form.cleaned_data["reason"], actor=actor, now=now)
        return _("差しもどしました。席を決め直してください。")

    return _do(request, round_, process)


@requires("staff.childcare.round.explain")
@require_POST
def admission_explain(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Write why the scores are right though they are unlike the round before."""
    round_ = round_of(request, round_id, "staff.childcare.round.explain")
    form = ScoreReasonForm(request.POST, prefix="scores")
    if not form.is_valid():
        return render(request, PAGE, _page(request, round_, score_reason=form), status=422)

    def process(actor: Actor, now: datetime) -> str:
        explain_scores(run_of(round_), reason=form.cleaned_data["reason"], actor=actor, now=now)
        return _("理由を記録しました。")

    return _do(request, round_, process)


@requires("staff.childcare.round.explain_seats")
@require_POST
def admission_explain_seats(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Write why the seats are right though they are far from last year's."""
    round_ = round_of(request, round_id, "staff.childcare.round.explain_seats")
    form = SeatReasonForm(request.POST, prefix="seats")
    if not form.is_valid():
        return render(request, PAGE, _page(request, round_, seat_reason=form), status=422)

    def process(actor: Actor, now: datetime) -> str:
        explain_seats(round_, reason=form.cleaned_data["reason"], actor=actor, now=now)
        return _("理由を記録しました。")

    return _do(request, round_, process)


@requires("staff.childcare.round.publish")
def admission_publish(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Ask first, with how many hear in which way; then tell the families."""
    round_ = round_of(request, round_id, "staff.childcare.round.publish")
    if request.method != "POST":
        page = {
            "round": round_,
            "title": round_title(round_),
            "audience": audience_of(run_of(round_)),
            "left_out": not_verified(round_).count(),
        }
        return render(request, "web/childcare/admission_publish.html", page)

    def process(actor: Actor, now: datetime) -> str:
        run = publish_run(run_of(round_), actor=actor, now=now)
        return _("%(count)d人の結果を、家族に知らせました。") % {"count": run.children}

    return _do(request, round_, process)


@requires("staff.childcare.round.sample")
@require_safe
def admission_sample(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Twenty results with their reasons, to read one by one."""
    round_ = round_of(request, round_id, "staff.childcare.round.sample")
    run = run_of(round_)
    try:
        reasons = reasons_of(run).by_application()
    except Refusal as refusal:
        messages.error(request, in_words(refusal))
        return redirect("staff-admission-round", round_id=round_.pk)
    audit.record(
        "childcare.round.sample",
        actor=actor_of(request),
        now=timezone.now(),
        municipality=round_.municipality,
        object_type="run",
        object_id=run.pk,
    )
    page = {
        "round": round_,
        "title": round_title(round_),
        "rows": sample_rows(sample(run), reasons),
        "no_wish": _(NO_WISH),
    }
    return render(request, "web/childcare/admission_sample.html", page)


@requires("staff.childcare.round.snapshot")
@require_safe
def admission_file(request: HttpRequest, round_id: UUID, name: str) -> HttpResponse:
    """The anonymised snapshot or the result, for the auditor."""
    round_ = round_of(request, round_id, "staff.childcare.round.snapshot")
    run = run_of(round_)
    path = {"market": market_path, "result": result_path}[name](run)
    audit.record(
        "childcare.round.snapshot",
        actor=actor_of(request),
        now=timezone.now(),
        municipality=round_.municipality,
        object_type="run",
        object_id=run.pk,
        facts={"file": name},
    )
    return HttpResponse(
        path.read_bytes(),
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{path.name}"'},
    )


@requires("staff.childcare.round.read")
@require_safe
def admission_certificate(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """The program that checks the files: the one that checked this run, to run without us."""
    round_of(request, round_id, "staff.childcare.round.read")
    return HttpResponse(
        Path(certificate.__file__).read_bytes(),
        content_type="text/x-python; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="certificate.py"'},
    )
