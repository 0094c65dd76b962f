"""End a protective block (支援措置) before anybody forgot why it stands.

It guards a victim of violence, so one clerk alone cannot end it: a second one confirms, the person
is told when it is asked for and when it is done, and neither officer is a party to it.
Setting one is ``people.set_protective_block``: that needs nobody's consent and acts at once.
"""

from datetime import datetime
from http import HTTPStatus
from typing import Protocol

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import (
    Delegation,
    DelegationKind,
    DelegationStatus,
    LiftDecision,
    LiftReason,
    Person,
    ProtectionLift,
    ProtectiveBlock,
    User,
)
from accounts.staff_work import SecondOfficerNeeded
from accounts.two_people import are_one
from core import audit, outbox, policy
from core.actor import Actor
from core.refusals import Refusal, gettext_noop as _


class Decision(Protocol):
    """What a second officer does with a request: :func:`confirm_lift` or :func:`decline_lift`."""

    def __call__(
        self, lift: ProtectionLift, /, *, officer: User, actor: Actor, now: datetime
    ) -> None:
        """Decide the request."""


class LiftAsked(Refusal):
    """One request at a time, so that two officers never confirm each other's."""

    code = "protection-lift-asked"
    title = _("守りを終わりにする頼みが、もうあります")
    next_step = _("べつの職員に、決めてもらってください。")
    status = HTTPStatus.CONFLICT


class LiftNotOpen(Refusal):
    """It was decided already, or the block has ended."""

    code = "protection-lift-not-open"
    title = _("もう終わっています")
    next_step = _("画面を新しくしてください。")
    status = HTTPStatus.CONFLICT


def standing_blocks(actor: Actor) -> QuerySet[ProtectiveBlock]:
    """Return the blocks that the officer may ask to lift: none to which they are a party."""
    rows = policy.allowed(actor, "staff.protection.lift", ProtectiveBlock.objects.all())
    party = Q(person=actor.person_id) | Q(blocked=actor.person_id)
    mine = party if actor.person_id else Q(pk__in=[])
    return rows.filter(lifted_at__isnull=True).exclude(mine)


def lifts_to_decide(actor: Actor) -> QuerySet[ProtectionLift]:
    """Return the requests that the officer may decide, the closed ones too: those are refused."""
    rows = policy.allowed(actor, "staff.protection.decide", ProtectionLift.objects.all())
    party = Q(block__person=actor.person_id) | Q(block__blocked=actor.person_id)
    return rows.exclude(party) if actor.person_id else rows


def open_lift(block: ProtectiveBlock) -> ProtectionLift | None:
    """Return the request that waits for a second officer."""
    return block.lifts.filter(decision="").first()


def ask_to_lift(
    block: ProtectiveBlock, *, reason: LiftReason, officer: User, actor: Actor, now: datetime
) -> ProtectionLift:
    """Ask a second officer to end the block; it stands until then, and the person hears of it."""
    with transaction.atomic():
        row = ProtectiveBlock.objects.select_for_update().get(pk=block.pk)
        if row.lifted_at is not None:
            raise LiftNotOpen
        if open_lift(row) is not None:
            raise LiftAsked
        made = ProtectionLift.objects.create(
            municipality=row.person.municipality,
            block=row,
            reason=reason,
            asked_by=officer,
            asked_at=now,
        )
        _record_and_tell("protection.lift-asked", made, actor=actor, now=now)
    return made


def confirm_lift(lift: ProtectionLift, *, officer: User, actor: Actor, now: datetime) -> None:
    """End the block at this instant: the next request of whoever was kept out sees it."""
    with transaction.atomic():
        row, block = _locked(lift)
        if are_one(row.asked_by_id, officer.pk, now=now):
            raise SecondOfficerNeeded
        _decide(row, LiftDecision.CONFIRMED, officer=officer, now=now)
        block.lifted_at = now
        block.save(update_fields=["lifted_at"])
        _record_and_tell("protection.lifted", row, actor=actor, now=now)


def decline_lift(lift: ProtectionLift, *, officer: User, actor: Actor, now: datetime) -> None:
    """Let the block stand. The asker may do it too, and so take the request back."""
    with transaction.atomic():
        row, _block = _locked(lift)
        _decide(row, LiftDecision.DECLINED, officer=officer, now=now)
        _record("protection.lift-declined", row, actor=actor, now=now)


def _locked(lift: ProtectionLift) -> tuple[ProtectionLift, ProtectiveBlock]:
    """Lock the block before the request, as asking does; refuse what is closed."""
    block = ProtectiveBlock.objects.select_for_update().get(pk=lift.block_id)
    row = ProtectionLift.objects.select_for_update().get(pk=lift.pk)
    if row.decision or block.lifted_at is not None:
        raise LiftNotOpen
    return row, block


def _decide(row: ProtectionLift, decision: LiftDecision, *, officer: User, now: datetime) -> None:
    row.decision, row.decided_by, row.decided_at = decision, officer, now
    row.save(update_fields=["decision", "decided_by", "decided_at"])


def _record(action: str, lift: ProtectionLift, *, actor: Actor, now: datetime) -> None:
    """Write it down at the protected person; the row does not name who is kept out."""
    audit.record(
        action,
        actor=actor,
        now=now,
        municipality=lift.municipality,
        object_type="person",
        object_id=lift.block.person_id,
        reason=lift.reason,
    )


def _record_and_tell(action: str, lift: ProtectionLift, *, actor: Actor, now: datetime) -> None:
    """Record it, and tell the person and who cares for them; never who is kept out."""
    _record(action, lift, actor=actor, now=now)
    person = lift.block.person
    told = [(person.pk, "/my/data/")]
    told += [(one.pk, "/my/family/") for one in _guardians_to_tell(person, now=now)]
    for person_id, link in told:
        outbox.put_notice(
            municipality=lift.municipality,
            person_id=person_id,
            kind=action,
            link=link,
            dedupe_key=f"{action}:{lift.pk}:{person_id}",
            now=now,
        )


def _guardians_to_tell(person: Person, *, now: datetime) -> QuerySet[Person]:
    """Return the guardians who are not kept from the person, nor were until this instant."""
    guardians = Delegation.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=now),
        principal=person,
        kind=DelegationKind.GUARDIAN,
        status=DelegationStatus.ACTIVE,
        valid_from__lte=now,
    )
    kept_out = ProtectiveBlock.objects.filter(
        Q(lifted_at__isnull=True) | Q(lifted_at=now), person=person
    )
    return Person.objects.filter(pk__in=guardians.values("agent")).exclude(
        pk__in=kept_out.values("blocked")
    )
