"""A person's own data: who looked at it, all of it to take away, and its erasure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.db.models import QuerySet

from accounts.models import (
    AccountRecovery,
    ClerkPin,
    Consent,
    CounterSession,
    DataExport,
    Delegation,
    DelegationStatus,
    IdentityProof,
    Membership,
    NoticeChoice,
    Person,
    PushSubscription,
    RefreshFamily,
    User,
)
from core import audit, privacy
from core.actor import Actor, ActorKind
from core.ids import make_reference
from core.models import AuditEvent, Notice
from core.refusals import Refusal, gettext_noop as _

EXPORT_LIVES: Final = timedelta(hours=24)
LOOKS_SHOWN: Final = 200


class StillNeeded(Refusal):
    """The law or an open case keeps something; ``reasons`` say what."""

    code = "data-still-needed"
    title = _("いまは消せないものがあります")
    next_step = _("下の理由がなくなってから、もう一度ためしてください。")
    status = HTTPStatus.CONFLICT

    def __init__(self, reasons: list[str]) -> None:
        super().__init__()
        self.reasons = reasons


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One time that somebody opened or changed a person's file."""

    at: datetime
    action: str
    who: str  # self | staff | device | system | other
    reason: str


def look_events(person: Person) -> QuerySet[AuditEvent]:
    """Return what was done with the file of ``person``, newest first."""
    return AuditEvent.objects.filter(subject_id__in=_records_of(person.pk)).order_by("-id")


def looks_at(person: Person, *, reader: Person | None = None) -> list[Look]:
    """Return the newest of :func:`look_events` as ``reader`` reads them: a guardian, or oneself."""
    return as_looks(look_events(person)[:LOOKS_SHOWN], reader or person)


def as_looks(events: Iterable[AuditEvent], reader: Person) -> list[Look]:
    """Say who it was, never by name: the reader learns of the city as such.

    Which officer it was is in the trail for the auditor.
    """
    shown = list(events)
    staff = set(
        User.objects.filter(pk__in={one.actor_id for one in shown}, is_staff=True).values_list(
            "pk", flat=True
        )
    )
    return [
        Look(at=one.at, action=one.action, who=_who(one, reader, staff), reason=one.reason)
        for one in shown
    ]


def _who(event: AuditEvent, reader: Person, staff: set[UUID]) -> str:
    if event.actor_kind == ActorKind.SYSTEM:
        return "system"
    if event.actor_kind == ActorKind.DEVICE:
        return "device"
    if event.actor_id is not None and event.actor_id == reader.user_id:
        return "self"
    return "staff" if event.actor_id in staff else "other"


def export_data(person: Person, *, actor: Actor, now: datetime) -> DataExport:
    """Collect all that every room keeps of ``person``; readable for 24 hours."""
    content: dict[str, Any] = {
        holding.name: holding.export(person.pk) for holding in privacy.holdings()
    }
    with transaction.atomic():
        DataExport.objects.filter(expires_at__lte=now).delete()
        made = DataExport.objects.create(
            person=person, content=content, made_at=now, expires_at=now + EXPORT_LIVES
        )
        audit.record(
            "person.export",
            actor=actor,
            now=now,
            municipality=person.municipality,
            object_type="person",
            object_id=person.pk,
        )
    return made


def reasons_to_keep(person: Person, *, now: datetime) -> list[str]:
    """Return why something must stay (message ids); empty where all may go."""
    found = [reason for one in privacy.holdings() for reason in one.holds(person.pk, now)]
    return list(dict.fromkeys(found))


def erase(person: Person, *, actor: Actor, now: datetime) -> str:
    """Delete or anonymise all that is kept; return the receipt's number.

    Raises :class:`StillNeeded`. What stays: the audit trail (ids, no values) and acts of consent.
    """
    with transaction.atomic():
        person = Person.objects.select_for_update().get(pk=person.pk)
        if reasons := reasons_to_keep(person, now=now):
            raise StillNeeded(reasons)
        receipt = make_reference(8)
        audit.record(
            "person.erase",
            actor=actor,
            now=now,
            municipality=person.municipality,
            object_type="person",
            object_id=person.pk,
            facts={"receipt": receipt},
        )
        for holding in privacy.holdings():
            holding.erase(person.pk, now)
    return receipt


def _records_of(person_id: UUID) -> list[UUID]:
    """Return the ids under which a person stands here: their record, and those merged into it."""
    merged = Person.objects.filter(merged_into=person_id).values_list("pk", flat=True)
    return [person_id, *merged]


# -- what this room keeps -----------------------------------------------------------------------


def export_account(person_id: UUID) -> object:
    """Return the person, the account and what hangs on it."""
    person = Person.objects.select_related("user").get(pk=person_id)
    user, records = person.user, _records_of(person_id)
    return {
        "person": {
            "name": person.name,
            "name_kana": person.name_kana,
            "birth_date": person.birth_date.isoformat() if person.birth_date else None,
            "address": person.address,
            "proof_level": person.proof_level,
        },
        "email": user.email if user else None,
        "joined": user.date_joined.isoformat() if user else None,
        "proofs": [
            {"source": one.source, "at": one.proofed_at.isoformat(), "claims": one.claims}
            for one in IdentityProof.objects.filter(person=person).order_by("proofed_at")
        ],
        "passkeys": Authenticator.objects.filter(user=user, type="webauthn").count(),
        "sign_ins": [
            {"device": one.user_agent, "address": one.ip, "since": one.created_at.isoformat()}
            for one in UserSession.objects.filter(user=user)
        ]
        if user
        else [],
        "other_ways_in": list(
            SocialAccount.objects.filter(user=user).values_list("provider", flat=True)
        ),
        "works_for": [
            {
                "organisation": one.organisation.name,
                "role": one.role,
                "since": one.valid_from.isoformat(),
            }
            for one in Membership.objects.filter(user=user).select_related("organisation")
        ]
        if user
        else [],
        "served_at_the_counter": [
            {"at": one.started_at.isoformat(), "document": one.document}
            for one in CounterSession.objects.filter(person=person).order_by("started_at")
        ],
        "acts_for": [str(one) for one in person.acts_for.values_list("principal_id", flat=True)],
        "cared_for_by": [str(one) for one in person.delegations.values_list("agent_id", flat=True)],
        "consents": [
            {"purpose": one.purpose, "act": one.act, "at": one.at.isoformat()}
            for one in Consent.objects.filter(person_id__in=records).order_by("id")
        ],
        "notices": list(Notice.objects.filter(person_id=person_id).values_list("kind", flat=True)),
        "notice_browsers": list(
            PushSubscription.objects.filter(person=person).values_list("label", flat=True)
        ),
        "looks": [
            {"at": one.at.isoformat(), "action": one.action, "who": one.who}
            for one in looks_at(person)
        ],
    }


def account_holds(person_id: UUID, now: datetime) -> list[str]:
    """Say why an account must stay."""
    person = Person.objects.select_related("user").get(pk=person_id)
    active = Delegation.objects.filter(agent=person, status=DelegationStatus.ACTIVE).exclude(
        valid_to__lte=now
    )
    found = []
    if active.exists():
        found.append(_("子どもなどの保護者として登録されています。窓口で終わりにしてください。"))
    if person.user is not None and person.user.is_staff:
        found.append(_("職員のアカウントは、市が消します。"))
    return found


def erase_account(person_id: UUID, now: datetime) -> None:
    """Empty the person's records and take the account away: nobody can sign in to it again."""
    for person in Person.objects.filter(pk__in=_records_of(person_id)).select_related("user"):
        IdentityProof.objects.filter(person=person).delete()
        DataExport.objects.filter(person=person).delete()
        Notice.objects.filter(person_id=person.pk).delete()
        NoticeChoice.objects.filter(person=person).delete()
        PushSubscription.objects.filter(person=person).delete()
        Delegation.objects.filter(principal=person, status=DelegationStatus.ACTIVE).update(
            status=DelegationStatus.ENDED, valid_to=now
        )
        person.name = person.name_kana = person.address = ""
        person.birth_date, person.proof_level = None, 0
        person.save()
        if person.user is not None:
            _close(person.user, now=now)


def _close(user: User, *, now: datetime) -> None:
    for session in UserSession.objects.filter(user=user):
        session.end()
    for model in (EmailAddress, Authenticator, SocialAccount, RefreshFamily, AccountRecovery):
        model.objects.filter(user=user).delete()
    ClerkPin.objects.filter(membership__user=user).delete()
    Membership.objects.filter(user=user, valid_to__isnull=True).update(valid_to=now)
    user.email, user.is_active = f"erased-{user.pk}@invalid", False
    user.save(update_fields=["email", "is_active"])
