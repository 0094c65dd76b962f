"""The counter session: staff do for a person without a phone what the person would do alone."""

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

from django.db import transaction

from accounts.models import CounterSession, Person, User
from accounts.proofs import record_counter_proof
from accounts.two_people import persons_as_one
from core import audit, outbox
from core.actor import Actor
from core.refusals import Refusal, gettext_noop as _

LIVES: Final = timedelta(minutes=15)
DOCUMENTS: Final = ("my-number-card", "driving-licence", "handbook", "passport")


class OwnCounter(Refusal):
    """Officers serve neither themselves nor whom they care for: their word would be their own."""

    code = "own-counter"
    title = _("自分や家族の手続きは、自分ではできません")
    next_step = _("べつの担当に頼んでください。")
    status = HTTPStatus.FORBIDDEN


def serve_person(
    person: Person, *, officer: User, document: str, actor: Actor, now: datetime
) -> CounterSession:
    """Begin to act for who stands at the counter; the document that was seen proves who it is.

    Raises :class:`OwnCounter` for the officer's own records and those of their care.
    """
    if person.pk in persons_as_one(officer.pk, now=now):
        raise OwnCounter
    with transaction.atomic():
        record_counter_proof(person, officer=officer, document=document, actor=actor, now=now)
        return start_session(
            person, officer=officer, reason="counter", document=document, actor=actor, now=now
        )


def start_session(
    person: Person, *, officer: User, reason: str, document: str, actor: Actor, now: datetime
) -> CounterSession:
    """Begin to act for ``person``, who is told of it; an earlier session of the officer ends."""
    with transaction.atomic():
        CounterSession.objects.filter(officer=officer, ended_at__isnull=True).update(ended_at=now)
        session = CounterSession.objects.create(
            municipality=person.municipality,
            officer=officer,
            person=person,
            reason=reason,
            document=document,
            started_at=now,
            ends_at=now + LIVES,
        )
        _record("counter.start", session, actor=actor, now=now)
        outbox.put_notice(
            municipality=person.municipality,
            person_id=person.pk,
            kind="counter.start",
            link="/my/data/",
            dedupe_key=f"counter:{session.pk}",
            now=now,
        )
    return session


def session_of(actor: Actor) -> CounterSession | None:
    """Return the open session in which the actor serves somebody."""
    if actor.counter_session is None:
        return None
    return CounterSession.objects.select_related("person").get(pk=actor.counter_session)


def end_session(session: CounterSession, *, actor: Actor, now: datetime) -> None:
    """End it before its fifteen minutes are over."""
    with transaction.atomic():
        changed = CounterSession.objects.filter(pk=session.pk, ended_at__isnull=True).update(
            ended_at=now
        )
        if changed:
            _record("counter.end", session, actor=actor, now=now)


def _record(action: str, session: CounterSession, *, actor: Actor, now: datetime) -> None:
    audit.record(
        action,
        actor=actor,
        now=now,
        municipality=session.municipality,
        object_type="person",
        object_id=session.person_id,
        reason=session.reason,
        facts={"document": session.document},
    )
