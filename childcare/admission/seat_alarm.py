"""Seats far from last year's round (豊橋 2024: 8 of 66 facilities reported 119 seats too few).

A facility that reports a wrong number confirms it, too, and a file that passes its check may have
been passed unread: so the round's own seats are held against those of last year's round once more,
and what stands out stops the notice until an approver has written why it is right.
"""

from datetime import datetime

from childcare.admission.explained import explain
from childcare.admission.refusals import SeatsUnlikeBefore
from childcare.admission.seats import outliers
from childcare.models import Run
from core.actor import Actor


def demand_seats_explained(run: Run) -> None:
    """Raise :class:`SeatsUnlikeBefore` where seats are far from before and nobody wrote why."""
    if run.seats_explained_at is None and (found := outliers(run.round)):
        raise SeatsUnlikeBefore(found=len(found))


def explain_seats(run: Run, *, reason: str, actor: Actor, now: datetime) -> Run:
    """Keep why the seats are right though they are far from before; a new run asks again."""
    return explain(run, "seats", reason=reason, actor=actor, now=now)
