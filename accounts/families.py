"""A person's own family: children they add, helpers they invite, and the end of either."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import (
    Delegation,
    DelegationInvite,
    DelegationKind,
    DelegationStatus,
    Person,
    ProtectiveBlock,
)
from accounts.people import end_delegation, record_guardian
from core import audit
from core.actor import Actor
from core.ids import digest_of, secret_code
from core.refusals import Refusal, gettext_noop as _
from core.throttles import Limit
from jp.ages import age_on, reaches_age_on
from jp.clock import civil_date, end_of_day

ADULT_AT: Final = 18  # Civil Code art. 4
CHILDREN_MAX: Final = 10
INVITE_CHARACTERS: Final = 10
INVITE_LIVES: Final = timedelta(hours=24)
_TRIES = Limit(name="delegation-invite", tries=10, seconds=3_600)


class NotAChild(Refusal):
    """Only somebody under 18 is added as a child, and not before being born."""

    code = "not-a-child"
    title = _("18歳より下の子どもだけ加えられます")
    next_step = _("生まれた日をたしかめてください。大人の家族は「手伝う人」で登録できます。")


class TooManyChildren(Refusal):
    """The list is full."""

    code = "too-many-children"
    title = _("子どもは10人までです")
    next_step = _("窓口に相談してください。")
    status = HTTPStatus.CONFLICT


class InviteRefused(Refusal):
    """Unknown, used, old, one's own, or blocked: one answer for all."""

    code = "invite-refused"
    title = _("この番号は使えません")
    next_step = _("番号をたしかめるか、新しい番号をもらってください。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """One delegation as a person sees it."""

    pk: UUID
    name: str
    kind: str
    kind_name: str  # in the reader's language
    other: UUID
    until: datetime | None
    may_end: bool


def add_child(
    guardian: Person, *, name: str, birth_date: date, actor: Actor, now: datetime
) -> Person:
    """Add a child by the guardian's own word: nothing of the city's files hangs on it yet."""
    today = civil_date(now)
    if not date(1900, 1, 1) <= birth_date <= today or age_on(birth_date, day=today) >= ADULT_AT:
        raise NotAChild
    mine = Delegation.objects.filter(
        agent=guardian, kind=DelegationKind.GUARDIAN, status=DelegationStatus.ACTIVE
    )
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=guardian.pk)
        if mine.count() >= CHILDREN_MAX:
            raise TooManyChildren
        child = Person.objects.create(
            municipality=guardian.municipality, name=name, birth_date=birth_date
        )
        until = end_of_day(reaches_age_on(birth_date, age=ADULT_AT))
        record_guardian(
            child=child, guardian=guardian, proof="self", actor=actor, now=now, until=until
        )
    return child


def invite_helper(principal: Person, *, kind: DelegationKind, now: datetime) -> str:
    """Return a code for somebody who is to help; shown once, good for a day and one use."""
    if kind == DelegationKind.GUARDIAN:
        raise InviteRefused  # the law names guardians, not a code
    code = secret_code(INVITE_CHARACTERS)
    DelegationInvite.objects.filter(principal=principal, used_at__isnull=True).delete()
    DelegationInvite.objects.create(
        principal=principal, kind=kind, code_digest=digest_of(code), expires_at=now + INVITE_LIVES
    )
    return code


def accept_invite(agent: Person, code: str, *, actor: Actor, now: datetime) -> Delegation:
    """Let ``agent`` help whoever made the code. Raises :class:`InviteRefused` for every cause."""
    _TRIES.count(str(agent.pk), now=now)
    plain = code.strip().upper().replace("-", "").replace(" ", "")[:40]
    with transaction.atomic():
        invite = (
            DelegationInvite.objects.select_for_update(of=("self",))
            .select_related("principal")
            .filter(code_digest=digest_of(plain), used_at__isnull=True, expires_at__gt=now)
            .first()
        )
        if invite is None or invite.principal_id == agent.pk:
            raise InviteRefused
        if ProtectiveBlock.objects.filter(
            person=invite.principal, blocked=agent, lifted_at__isnull=True
        ).exists():
            raise InviteRefused
        invite.used_at = now
        invite.save(update_fields=["used_at"])
        made, _created = Delegation.objects.get_or_create(
            principal=invite.principal,
            agent=agent,
            kind=invite.kind,
            status=DelegationStatus.ACTIVE,
            defaults={"valid_from": now, "proof": "invite"},
        )
        audit.record(
            "delegation.record",
            actor=actor,
            now=now,
            municipality=invite.principal.municipality,
            object_type="person",
            object_id=invite.principal_id,
            facts={"kind": invite.kind},
        )
    return made


def who_acts_for(person: Person, *, now: datetime) -> list[Relation]:
    """Return who may act for ``person``; a minor cannot end a guardian."""
    rows = _active(now).filter(principal=person).select_related("agent")
    return [_relation(row, row.agent, may_end=row.kind != DelegationKind.GUARDIAN) for row in rows]


def acted_for_by(person: Person, *, now: datetime) -> list[Relation]:
    """Return for whom ``person`` may act; what staff recorded, staff end."""
    blocked = ProtectiveBlock.objects.filter(blocked=person, lifted_at__isnull=True)
    rows = (
        _active(now)
        .filter(agent=person)
        .exclude(principal__in=blocked.values("person"))
        .select_related("principal")
    )
    return [_relation(row, row.principal, may_end=row.proof in {"self", "invite"}) for row in rows]


def end_own(person: Person, delegation: UUID, *, actor: Actor, now: datetime) -> bool:
    """End a delegation from either side, where the person may; ``False`` otherwise."""
    both = who_acts_for(person, now=now) + acted_for_by(person, now=now)
    if not any(one.pk == delegation and one.may_end for one in both):
        return False
    row = Delegation.objects.select_related("principal", "agent").get(pk=delegation)
    end_delegation(row, actor=actor, now=now)
    return True


def _active(now: datetime) -> QuerySet[Delegation]:
    return Delegation.objects.filter(status=DelegationStatus.ACTIVE, valid_from__lte=now).exclude(
        valid_to__lte=now
    )


def _relation(row: Delegation, other: Person, *, may_end: bool) -> Relation:
    return Relation(
        pk=row.pk,
        name=other.name,
        kind=row.kind,
        kind_name=row.get_kind_display(),
        other=other.pk,
        until=row.valid_to,
        may_end=may_end,
    )
