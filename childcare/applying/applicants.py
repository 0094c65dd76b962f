"""In whose name an application is made: one's own, or whom staff serve at the counter."""

from datetime import datetime

from django.db.models import QuerySet

from accounts.models import Person, User
from accounts.people import person_of
from childcare.applying.versions import Told
from childcare.models import Application, Channel
from core import policy
from core.actor import Actor


def applicant_of(actor: Actor, *, municipality: str) -> Person:
    """Return the person who applies; made at first need for somebody's own account."""
    if actor.counter_session is not None and actor.on_behalf_of is not None:
        return Person.objects.get(pk=actor.on_behalf_of)
    if actor.user_id is None:
        raise ValueError("somebody who is signed in applies")
    return person_of(User.objects.get(pk=actor.user_id), municipality=municipality)


def told_by(actor: Actor, *, now: datetime) -> Told:
    """Return who says it and how: staff in a counter session type for the person (代理入力)."""
    channel = Channel.COUNTER if actor.counter_session is not None else Channel.ONLINE
    return Told(channel=channel, actor=actor, now=now)


def own_applications(actor: Actor, action: str) -> QuerySet[Application]:
    """Return the applications on which ``actor`` may do ``action``, the newest round first."""
    rows = Application.objects.select_related(
        "round__rule_set", "child__household", "current"
    ).order_by("-round__starts_on", "created_at")
    return policy.allowed(actor, action, rows)
