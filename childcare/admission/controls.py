"""What must hold before a result is told: one control a known failure, each able to stop it.

The page shows the list as it stands; the publisher walks the same list and stops at the first.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from childcare.admission.agreement import demand_agreement
from childcare.admission.approving import demand_two_people
from childcare.admission.refusals import (
    ApprovalsMissing,
    CapacityNotReconciled,
    InputsChanged,
    PapersNotEntered,
)
from childcare.admission.running import demand_certificate, key_of
from childcare.admission.score_alarm import demand_scores_explained
from childcare.admission.seat_alarm import demand_seats_explained
from childcare.admission.seats import open_questions
from childcare.admission.snapshot import market_bytes, read_inputs
from childcare.applying.selection import selectable
from childcare.models import Document, DocumentState, Run, RunState
from core.refusals import Refusal, gettext_noop as _

Control = Callable[[Run, datetime], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One control and what it says now; ``refusal`` is ``None`` where it lets the result pass."""

    name: str
    title: str  # a message id
    refusal: Refusal | None


def scorers_agree(run: Run, _now: datetime) -> None:
    """浦安 2021: a new function went untested into the scores."""
    demand_agreement(run.round)


def scores_look_like_before(run: Run, _now: datetime) -> None:
    """甲賀 2023: points of the school district were left out, by every scorer alike."""
    demand_scores_explained(run)


def capacity_is_reconciled(run: Run, _now: datetime) -> None:
    """豊橋 2024: 8 of 66 facilities reported 119 seats too few."""
    if questions := open_questions(run.round):
        raise CapacityNotReconciled(questions=len(questions))


def seats_look_like_before(run: Run, _now: datetime) -> None:
    """豊橋 2024, once more: a facility confirms its own mistake, too."""
    demand_seats_explained(run.round)


def papers_are_entered(run: Run, _now: datetime) -> None:
    """西成: an updated certificate was filed before anybody had entered it."""
    waiting = Document.objects.filter(
        application__in=selectable(run.round),
        state=DocumentState.RECEIVED,
        entered_in__isnull=True,
    ).count()
    if waiting:
        raise PapersNotEntered(papers=waiting)


def inputs_are_those_of_the_run(run: Run, _now: datetime) -> None:
    """吹田 2024, 橿原 2024: a wish or a fact changed at one desk and not in the result."""
    raw = market_bytes(read_inputs(run.round), key_of(run))
    if hashlib.sha256(raw).hexdigest() != run.market_sha256:
        raise InputsChanged


def certificate_holds(run: Run, _now: datetime) -> None:
    """No family blocks, by the program that shares nothing with the solver."""
    demand_certificate(run)


def two_people_approved(run: Run, now: datetime) -> None:
    """Nobody publishes alone."""
    if run.state not in {RunState.APPROVED, RunState.PUBLISHED}:
        raise ApprovalsMissing(state=run.state)
    demand_two_people(run, now=now)


CONTROLS: Final[Mapping[str, tuple[str, Control]]] = {
    "scorers": (_("2つの方法の点数が合っている"), scorers_agree),
    "likeness": (_("点数を前の回の点数に照らした"), scores_look_like_before),
    "capacity": (_("席の数を園の定員に照らした"), capacity_is_reconciled),
    "seats": (_("席の数を昨年の回の席に照らした"), seats_look_like_before),
    "papers": (_("届いた書類がすべて入力されている"), papers_are_entered),
    "inputs": (_("席を決めたあとに何も変わっていない"), inputs_are_those_of_the_run),
    "certificate": (_("順番をとばされた家族がいない"), certificate_holds),
    "approvals": (_("2人が承認した"), two_people_approved),
}


def checked(run: Run, *, now: datetime) -> list[Checked]:
    """Return what each control says now."""
    return [
        Checked(name=name, title=title, refusal=_said(control, run, now))
        for name, (title, control) in CONTROLS.items()
    ]


def demand_all(run: Run, *, now: datetime) -> None:
    """Raise the first refusal of the list."""
    for _title, control in CONTROLS.values():
        control(run, now)


def _said(control: Control, run: Run, now: datetime) -> Refusal | None:
    try:
        control(run, now)
    except Refusal as refusal:
        return refusal
    return None
