"""Seats far from last year's round (豊橋 2024: 8 of 66 facilities reported 119 seats too few).

A facility that reports a wrong number confirms it, too, and a file that passes its check may have
been passed unread: so the round's own seats are held against those of last year's round once more.
What stands out is asked before the seats are given out, because the answer may be another number;
two approvers then read the answer. It holds for the seats that it was written for and no others.
"""

from datetime import datetime

from django.db import transaction

from childcare.admission.explained import REASON_MAX
from childcare.admission.refusals import RoundIsAnnounced, SeatsUnlikeBefore
from childcare.admission.seats import Outlier, outliers
from childcare.models import Round, RoundState
from core import audit
from core.actor import Actor


def demand_seats_explained(round_: Round) -> None:
    """Raise :class:`SeatsUnlikeBefore` where seats are far from before and nobody wrote why."""
    found = outliers(round_)
    if found and not is_explained(round_, found):
        raise SeatsUnlikeBefore(found=len(found))


def is_explained(round_: Round, found: list[Outlier]) -> bool:
    """Say whether the written reason is about exactly these seats."""
    return round_.seats_explained_at is not None and round_.seats_explained_for == _meant(found)


def explain_seats(round_: Round, *, reason: str, actor: Actor, now: datetime) -> Round:
    """Keep why the round's seats are right though they are far from before, and who says so."""
    with transaction.atomic():
        row = Round.objects.select_for_update().get(pk=round_.pk)
        if row.state in {RoundState.NOTIFIED, RoundState.CLOSED}:
            raise RoundIsAnnounced
        row.seats_explained = reason.strip()[:REASON_MAX]
        row.seats_explained_for = _meant(outliers(row))
        row.seats_explained_by_id = actor.user_id
        row.seats_explained_at = now
        row.save(
            update_fields=[
                "seats_explained",
                "seats_explained_for",
                "seats_explained_by",
                "seats_explained_at",
            ]
        )
        audit.record(
            "childcare.round.explain_seats",
            actor=actor,
            now=now,
            municipality=row.municipality,
            object_type="round",
            object_id=row.pk,
            facts={"found": len(row.seats_explained_for)},
        )
    return row


def _meant(found: list[Outlier]) -> list[list[str | int | None]]:
    return [[str(one.facility.pk), one.class_age, one.was, one.now] for one in found]
