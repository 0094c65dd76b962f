"""Two different people stand by a run before anybody is told.

An officer signs for themselves: not at the counter for somebody, not on another's behalf, and not
a second time by a second account. People are compared after merges, now and again at publication,
because two accounts may turn out to be one person's in between.
"""

from datetime import datetime
from itertools import combinations
from typing import Final

from django.db import transaction

from accounts.models import User
from accounts.two_people import are_one, natural_person
from childcare.admission.refusals import NotInThisRunState, NotTheSecondPerson
from childcare.admission.running import LIVE_RUNS, demand_certificate
from childcare.admission.seat_alarm import demand_seats_explained
from childcare.applying.selection import take_back_selection
from childcare.models import Approval, Run, RunState
from core import audit
from core.actor import Actor, ActorKind

APPROVALS_NEEDED: Final = 2
_NEXT: Final = {
    RunState.CERTIFIED: RunState.APPROVED_ONCE,
    RunState.APPROVED_ONCE: RunState.APPROVED,
}


def approve_run(run: Run, *, actor: Actor, now: datetime) -> Run:
    """Add the actor's word; the same person's word again is refused, as is a run in doubt."""
    with transaction.atomic():
        row = Run.objects.select_for_update().get(pk=run.pk)
        officer = _officer(actor)
        following = _NEXT.get(RunState(row.state))
        if following is None:
            raise NotInThisRunState(state=row.state)
        _demand_another(row, officer, now=now)
        demand_certificate(row)
        demand_seats_explained(row.round)
        Approval.objects.create(run=row, officer=officer, person=natural_person(officer.pk), at=now)
        row.state = following
        row.save(update_fields=["state"])
        _record("childcare.run.approve", row, actor=actor, now=now)
    return row


def send_back(run: Run, *, reason: str, actor: Actor, now: datetime) -> Run:
    """Take a run out of use, with the reason; a new one has to be computed.

    Its applications leave the selection, so that what was wrong in them can be corrected.
    """
    with transaction.atomic():
        # Locks the round, as a new run does, before the run's row.
        take_back_selection(run.round, actor=actor, now=now)
        row = Run.objects.select_for_update().get(pk=run.pk)
        if row.state not in LIVE_RUNS:
            raise NotInThisRunState(state=row.state)
        row.state, row.void_reason = RunState.VOID, reason.strip()[:200]
        row.save(update_fields=["state", "void_reason"])
        _record("childcare.run.send_back", row, actor=actor, now=now)
    return row


def may_sign(run: Run, *, actor: Actor, now: datetime) -> bool:
    """Say whether the actor would be another person than those who signed."""
    try:
        _demand_another(run, _officer(actor), now=now)
    except NotTheSecondPerson:
        return False
    return True


def demand_two_people(run: Run, *, now: datetime) -> None:
    """Raise unless two people approved, as merges and delegations stand now."""
    officers = [one.officer_id for one in run.approvals.all()]
    if len(officers) < APPROVALS_NEEDED or any(
        are_one(first, second, now=now) for first, second in combinations(officers, 2)
    ):
        raise NotTheSecondPerson


def _officer(actor: Actor) -> User:
    if (
        actor.user_id is None
        or actor.kind != ActorKind.USER
        or actor.on_behalf_of is not None
        or actor.counter_session is not None
    ):
        raise NotTheSecondPerson
    return User.objects.get(pk=actor.user_id)


def _demand_another(run: Run, officer: User, *, now: datetime) -> None:
    if any(are_one(one.officer_id, officer.pk, now=now) for one in run.approvals.all()):
        raise NotTheSecondPerson


def _record(action: str, run: Run, *, actor: Actor, now: datetime) -> None:
    audit.record(
        action,
        actor=actor,
        now=now,
        municipality=run.round.municipality,
        object_type="run",
        object_id=run.pk,
    )
