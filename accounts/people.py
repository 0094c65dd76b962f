"""The person behind an account, and the people they care for."""

from datetime import datetime

from django.db import transaction

from accounts.models import Delegation, DelegationKind, DelegationStatus, Person, User
from core import audit
from core.actor import Actor


def person_of(user: User, *, municipality: str) -> Person:
    """Return the person of ``user``, made at first need and still without a proven name."""
    person, _created = Person.objects.get_or_create(
        user=user, defaults={"municipality": municipality}
    )
    return person


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
    """End a delegation at once; what hangs on it (a guardian's phone) is ended by its service."""
    with transaction.atomic():
        Delegation.objects.filter(pk=delegation.pk).update(
            status=DelegationStatus.ENDED, valid_to=now
        )
        audit.record(
            "delegation.end",
            actor=actor,
            now=now,
            municipality=delegation.principal.municipality,
            object_type="person",
            object_id=delegation.principal_id,
        )
