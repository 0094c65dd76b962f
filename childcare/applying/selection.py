"""The border to the selection: only what two people verified goes in.

What is in selection cannot be changed by a form; whoever must change it takes the round back.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet

from childcare.applying.states import BEFORE_SELECTION
from childcare.models import Application, Round, StateOfApplication
from core import audit
from core.actor import Actor


def selectable(round_: Round) -> QuerySet[Application]:
    """Return what a run of this round computes on: verified, or in selection already."""
    return Application.objects.filter(
        round=round_, state__in=(StateOfApplication.VERIFIED, StateOfApplication.IN_SELECTION)
    )


def not_verified(round_: Round) -> QuerySet[Application]:
    """Return what was submitted and two people have not verified: it is in no run."""
    return Application.objects.filter(round=round_, state__in=BEFORE_SELECTION).exclude(
        state=StateOfApplication.VERIFIED
    )


def begin_selection(round_: Round, *, actor: Actor, now: datetime) -> int:
    """Take everything verified into the selection; return how many. Twice changes nothing."""
    return _move(round_, "verified", "in_selection", actor=actor, now=now)


def take_back_selection(round_: Round, *, actor: Actor, now: datetime) -> int:
    """Let everything be changed again: no run of before may be published after this."""
    return _move(round_, "in_selection", "verified", actor=actor, now=now)


def _move(round_: Round, here: str, there: str, *, actor: Actor, now: datetime) -> int:
    with transaction.atomic():
        Round.objects.select_for_update().get(pk=round_.pk)
        moved = Application.objects.filter(round=round_, state=here).update(
            state=there, revision=F("revision") + 1
        )
        audit.record(
            f"childcare.selection.{there}",
            actor=actor,
            now=now,
            municipality=round_.municipality,
            object_type="round",
            object_id=round_.pk,
            facts={"applications": moved},
        )
    return moved
