"""The person behind an account, and the people they care for."""

from collections.abc import Callable
from datetime import date, datetime
from http import HTTPStatus

from django.db import transaction

from accounts.models import (
    Delegation,
    DelegationKind,
    DelegationStatus,
    Person,
    ProtectiveBlock,
    User,
)
from accounts.models.people import person_index
from core import audit
from core.actor import Actor
from core.refusals import Refusal, gettext_noop as _


def person_of(user: User, *, municipality: str) -> Person:
    """Return the person of ``user``, made at first need and still without a proven name."""
    person, _created = Person.objects.get_or_create(
        user=user, defaults={"municipality": municipality}
    )
    return person


class AlreadyKnown(Refusal):
    """The city has a record of somebody with this name and birth date."""

    code = "person-already-known"
    title = _("この名前と生まれた日の記録が、もうあります")
    next_step = _("さがして、その記録を使ってください。")
    status = HTTPStatus.CONFLICT


def register_person(
    *, municipality: str, name: str, birth_date: date, actor: Actor, now: datetime
) -> Person:
    """Make a record of somebody at the counter who has neither an account nor a handbook.

    Nothing is proved by it: the document is seen when the counter session begins.
    """
    known = Person.objects.filter(
        municipality=municipality,
        identity_index=person_index(name=name, birth_date=birth_date),
        merged_into__isnull=True,
    )
    with transaction.atomic():
        if known.exists():
            raise AlreadyKnown
        person = Person.objects.create(municipality=municipality, name=name, birth_date=birth_date)
        audit.record(
            "person.register",
            actor=actor,
            now=now,
            municipality=municipality,
            object_type="person",
            object_id=person.pk,
        )
    return person


CareEnded = Callable[[Person, Person, Actor, datetime], None]  # principal, agent
_when_care_ends: list[CareEnded] = []


def when_care_ends(callback: CareEnded) -> None:
    """Have ``callback`` run whenever a person may no longer act for another.

    It runs in the transaction that ends it. Services register at start what they end with it.
    """
    _when_care_ends.append(callback)


def care_ended(principal: Person, agent: Person, *, actor: Actor, now: datetime) -> None:
    """Tell every room that ``agent`` no longer acts for ``principal``."""
    for callback in _when_care_ends:
        callback(principal, agent, actor, now)


def record_guardian(
    *,
    child: Person,
    guardian: Person,
    proof: str,
    actor: Actor,
    now: datetime,
    until: datetime | None = None,
) -> Delegation:
    """Record that ``guardian`` acts for ``child`` (the same record twice is one)."""
    with transaction.atomic():
        delegation, _created = Delegation.objects.get_or_create(
            principal=child,
            agent=guardian,
            kind=DelegationKind.GUARDIAN,
            status=DelegationStatus.ACTIVE,
            defaults={"valid_from": now, "valid_to": until, "proof": proof},
        )
        audit.record(
            "delegation.record",
            actor=actor,
            now=now,
            municipality=child.municipality,
            object_type="person",
            object_id=child.pk,
        )
    return delegation


def end_delegation(delegation: Delegation, *, actor: Actor, now: datetime) -> None:
    """End a delegation at once, and what hangs on it (a guardian's phone), together."""
    with transaction.atomic():
        Delegation.objects.filter(pk=delegation.pk).update(
            status=DelegationStatus.ENDED, valid_to=now
        )
        care_ended(delegation.principal, delegation.agent, actor=actor, now=now)
        audit.record(
            "delegation.end",
            actor=actor,
            now=now,
            municipality=delegation.principal.municipality,
            object_type="person",
            object_id=delegation.principal_id,
        )


def set_protective_block(
    person: Person, *, blocked: Person, set_by: User, actor: Actor, now: datetime
) -> ProtectiveBlock:
    """Keep ``blocked`` from seeing or acting for ``person`` (支援措置); it wins over every grant.

    What hangs on their acting for the person ends with it. The audit row does not name them.
    """
    with transaction.atomic():
        block, is_new = ProtectiveBlock.objects.get_or_create(
            person=person,
            blocked=blocked,
            lifted_at=None,
            defaults={"set_by": set_by, "set_at": now},
        )
        if is_new:
            care_ended(person, blocked, actor=actor, now=now)
            audit.record(
                "person.protect",
                actor=actor,
                now=now,
                municipality=person.municipality,
                object_type="person",
                object_id=person.pk,
            )
    return block
