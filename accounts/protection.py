"""End a protective block (支援措置) before anybody forgot why it stands.

It guards a victim of violence, so one clerk alone cannot end it: a second one confirms, the person
is told when it is asked for and when it is done, and neither officer is a party to it. A request
that nobody decided within ``LIFT_COUNTS`` ends by itself, and the block stands.
Setting one is ``people.set_protective_block``: that needs nobody's consent and acts at once.
"""

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final, Protocol

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

# Two working weeks: a colleague's leave fits in, and nobody confirms months later what an officer
# saw in a paper then. Whoever still wants it asks again and looks again.
LIFT_COUNTS: Final = timedelta(days=14)


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
    return rows.filter(lifted_at__isnull=True)


def lifts_to_decide(actor: Actor) -> QuerySet[ProtectionLift]:
    """Return the requests that the officer may decide, the closed ones too: those are refused."""
    return policy.allowed(actor, "staff.protection.decide", ProtectionLift.objects.all())


def waiting_lifts(*, now: datetime) -> QuerySet[ProtectionLift]:
    """Return the requests that wait for a second officer, of every city; the oldest first."""
    rows = ProtectionLift.objects.filter(
        decision="", asked_at__gt=now - LIFT_COUNTS, block__lifted_at__isnull=True
    )
    return rows.order_by("asked_at", "pk")


def open_lift(block: ProtectiveBlock, *, now: datetime) -> ProtectionLift | None:
    """Return the request that waits for a second officer."""
    return waiting_lifts(now=now).filter(block=block).first()


def ends_at(lift: ProtectionLift) -> datetime:
    """Return the first instant at which nobody can decide the request any more."""
    return lift.asked_at + LIFT_COUNTS


def ask_to_lift(
    block: ProtectiveBlock, *, reason: LiftReason, officer: User, actor: Actor, now: datetime
) -> ProtectionLift:
    """Ask a second officer to end the block; it stands until then, and the person hears of it."""
    with transaction.atomic():
        row = ProtectiveBlock.objects.select_for_update().get(pk=block.pk)
        if row.lifted_at is not None:
            raise LiftNotOpen
        if open_lift(row, now=now) is not None:
            raise LiftAsked
        _lapse(row.lifts.select_for_update().filter(decision=""), now=now)
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
        row, block = _locked(lift, now=now)
        if are_one(row.asked_by_id, officer.pk, now=now):
            raise SecondOfficerNeeded
        _decide(row, LiftDecision.CONFIRMED, officer=officer, now=now)
        block.lifted_at = now
        block.save(update_fields=["lifted_at"])
        _record_and_tell("protection.lifted", row, actor=actor, now=now)


def decline_lift(lift: ProtectionLift, *, officer: User, actor: Actor, now: datetime) -> None:
    """Let the block stand. The asker may do it too, and so take the request back."""
    with transaction.atomic():
        row, _block = _locked(lift, now=now)
        if are_one(row.asked_by_id, officer.pk, now=now):
            _decide(row, LiftDecision.WITHDRAWN, officer=officer, now=now)
            _record("protection.lift-withdrawn", row, actor=actor, now=now)
        else:
            _decide(row, LiftDecision.DECLINED, officer=officer, now=now)
            _record("protection.lift-declined", row, actor=actor, now=now)


def end_old_lifts(*, now: datetime) -> int:
    """Write down which requests ended by themselves; they could not be decided before either."""
    with transaction.atomic():
        old = ProtectionLift.objects.select_for_update().filter(
            decision="", asked_at__lte=now - LIFT_COUNTS
        )
        return _lapse(old.order_by("pk"), now=now)


def _lapse(lifts: QuerySet[ProtectionLift], *, now: datetime) -> int:
    ended = list(lifts)
    for row in ended:
        row.decision, row.decided_at = LiftDecision.LAPSED, now
        row.save(update_fields=["decision", "decided_at"])
        _record("protection.lift-lapsed", row, actor=audit.SYSTEM, now=now)
    return len(ended)


def _locked(lift: ProtectionLift, *, now: datetime) -> tuple[ProtectionLift, ProtectiveBlock]:
    """Lock the block before the request, as asking does; refuse what is closed."""
    block = ProtectiveBlock.objects.select_for_update().get(pk=lift.block_id)
    row = ProtectionLift.objects.select_for_update().get(pk=lift.pk)
    if row.decision or block.lifted_at is not None or now >= ends_at(row):
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
