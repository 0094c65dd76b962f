"""Two records of one person become one: what each room keeps moves, and no protection is lost."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Final

from django.db import transaction
from django.db.models import Q

from accounts.consents import move_consents
from accounts.models import (
    Delegation,
    DelegationStatus,
    IdentityProof,
    Person,
    ProtectiveBlock,
)
from accounts.people import care_ended
from accounts.security import end_sign_ins
from core import audit
from core.actor import Actor
from core.models import Notice
from core.refusals import Refusal, gettext_noop as _
from jp.text import fold_name

Merged = Callable[[Person, Person, Actor, datetime], None]  # kept, gone
_when_merged: list[Merged] = []
# What somebody said of themselves alone (`families.add_child`): it proves nothing of a record
# that turns out to be the city's own.
_SELF_TOLD: Final = "self"


class NotTheSamePerson(Refusal):
    """Two records that are not one person by name and birth date, or one of them is merged."""

    code = "not-the-same-person"
    title = _("同じ人の記録ではないようです")
    next_step = _("名前と生まれた日が同じ記録だけ、1つにできます。")
    status = HTTPStatus.CONFLICT


def when_merged(callback: Merged) -> None:
    """Have ``callback`` move a room's records when two people turn out to be one."""
    _when_merged.append(callback)


def merge_people(kept: Person, gone: Person, *, actor: Actor, now: datetime) -> None:
    """Make two records of one person one; the account of ``gone`` is closed."""
    with transaction.atomic():
        locked = {
            one.pk: one
            for one in Person.objects.select_for_update()
            .filter(pk__in=[kept.pk, gone.pk])
            .order_by("pk")
        }
        kept, gone = locked[kept.pk], locked[gone.pk]
        if not _are_one(kept, gone):
            raise NotTheSamePerson
        IdentityProof.objects.filter(person=gone).update(person=kept)
        _move_blocks(kept, gone, actor=actor, now=now)
        _move_delegations(kept, gone, actor=actor, now=now)
        Notice.objects.filter(person_id=gone.pk).update(person_id=kept.pk)
        move_consents(kept.pk, gone.pk, now=now)
        for callback in _when_merged:
            callback(kept, gone, actor, now)
        kept.proof_level = max(kept.proof_level, gone.proof_level)
        kept.save(update_fields=["proof_level"])
        Person.objects.filter(merged_into=gone).update(merged_into=kept)
        gone.merged_into = kept
        gone.save(update_fields=["merged_into"])
        if gone.user is not None:
            end_sign_ins(gone.user, actor=actor, now=now)
            gone.user.is_active = False
            gone.user.save(update_fields=["is_active"])
        audit.record(
            "person.merge",
            actor=actor,
            now=now,
            municipality=kept.municipality,
            object_type="person",
            object_id=kept.pk,
            facts={"gone": str(gone.pk)},
        )


def _are_one(kept: Person, gone: Person) -> bool:
    return (
        kept.pk != gone.pk
        and kept.municipality == gone.municipality
        and kept.merged_into_id is None
        and gone.merged_into_id is None
        and bool(kept.name)
        and kept.birth_date is not None
        and kept.birth_date == gone.birth_date
        and fold_name(kept.name) == fold_name(gone.name)
        and not (gone.user is not None and gone.user.is_staff)
    )


def _move_blocks(kept: Person, gone: Person, *, actor: Actor, now: datetime) -> None:
    """Take every protective block over, on both sides: it wins over every grant, and over this."""
    standing = ProtectiveBlock.objects.filter(lifted_at__isnull=True)
    for row in standing.filter(Q(person=gone) | Q(blocked=gone)):
        person = kept if row.person_id == gone.pk else row.person
        blocked = kept if row.blocked_id == gone.pk else row.blocked
        if person.pk == blocked.pk or standing.filter(person=person, blocked=blocked).exists():
            row.lifted_at = now
        else:
            row.person, row.blocked = person, blocked
            care_ended(person, blocked, actor=actor, now=now)
        row.save()


def _move_delegations(kept: Person, gone: Person, *, actor: Actor, now: datetime) -> None:
    """Take over both sides; what would name the same two people twice, or one alone, ends.

    So does a guardian by their own word over either record: who added a child with the name and
    birth date of another's must not become the guardian of that one. Staff record them anew.
    """
    active = Delegation.objects.filter(status=DelegationStatus.ACTIVE)
    for row in active.filter(principal__in=[kept, gone], proof=_SELF_TOLD):
        row.status, row.valid_to = DelegationStatus.ENDED, now
        row.save(update_fields=["status", "valid_to"])
        care_ended(row.principal, row.agent, actor=actor, now=now)
    for row in active.filter(Q(principal=gone) | Q(agent=gone)):
        principal = kept if row.principal_id == gone.pk else row.principal
        agent = kept if row.agent_id == gone.pk else row.agent
        is_twice = active.filter(principal=principal, agent=agent, kind=row.kind).exists()
        if principal.pk == agent.pk or is_twice:
            row.status, row.valid_to = DelegationStatus.ENDED, now
        else:
            row.principal, row.agent = principal, agent
        row.save()
