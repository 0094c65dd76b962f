"""Build the actor of a request: roles that hold now, and for whom the caller acts."""

from collections.abc import Set as AbstractSet
from datetime import datetime
from http import HTTPStatus
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from accounts.models import (
    CounterSession,
    Delegation,
    DelegationKind,
    DelegationStatus,
    Device,
    Person,
    ProtectiveBlock,
    Role,
    User,
)
from accounts.standing import is_of_the_city, standing_of
from core.actor import Actor, ActorKind, RoleGrant
from core.refusals import Refusal, gettext_noop as _

COUNTER_ROLES = frozenset({Role.COUNTER, Role.CARD_CLERK, Role.ADMIN})


class MayNotActFor(Refusal):
    """One answer for unknown, ended, blocked and foreign: it must not tell who exists."""

    code = "may-not-act-for"
    title = _("この人のかわりに操作することはできません")
    next_step = _("家族や代理の登録を、窓口でたしかめてください。")
    status = HTTPStatus.FORBIDDEN


def role_grants(user: User, *, now: datetime) -> frozenset[RoleGrant]:
    """Return the city's roles of ``user`` that hold at ``now``."""
    return frozenset(filter(is_of_the_city, standing_of(user).held(now=now)))


def user_actor(
    user: User,
    *,
    on_behalf_of: str | None,
    now: datetime,
    assurance: int = 1,
    counter_session: str | None = None,
) -> Actor:
    """Return the actor of a signed-in user; raise :class:`MayNotActFor` for a false claim.

    The city's roles count only in a sign-in with a second factor (``assurance`` 2): a mailbox alone
    must not open the city's files. Those in an organisation count without: what they open is one
    shop's own, and money asks for the clerk's PIN or a passkey besides.
    """
    standing = standing_of(user)
    person, held = standing.person, standing.held(now=now)
    has_factor = assurance > 1 or not settings.STAFF_NEED_SECOND_FACTOR
    principal, counter = None, None
    if counter_session:
        roles = held if user.is_staff and has_factor else frozenset()
        counter = _counter_session(user, counter_session, roles=roles, now=now)
        principal = counter.person_id
    elif on_behalf_of:
        principal = _principal(person, on_behalf_of, now=now)
    return Actor(
        kind=ActorKind.USER,
        user_id=user.pk,
        person_id=person.pk if person else None,
        municipality=person.municipality if person else "",
        roles=held
        if user.is_staff and has_factor
        else frozenset(grant for grant in held if not is_of_the_city(grant)),
        proof_level=person.proof_level if person else 0,
        on_behalf_of=principal,
        assurance=assurance,
        counter_session=counter.pk if counter else None,
    )


def _counter_session(
    officer: User, claimed: str, *, roles: AbstractSet[RoleGrant], now: datetime
) -> CounterSession:
    """Return the officer's own open session; a role that ended a second ago ends it too."""
    try:
        session_id = UUID(claimed)
    except ValueError:
        raise MayNotActFor from None
    found = CounterSession.objects.filter(
        pk=session_id, officer=officer, ended_at__isnull=True, ends_at__gt=now
    ).first()
    if found is None or not any(
        grant.role in COUNTER_ROLES and grant.municipality == found.municipality for grant in roles
    ):
        raise MayNotActFor
    return found


def _principal(person: Person | None, claimed: str, *, now: datetime) -> UUID:
    try:
        principal_id = UUID(claimed)
    except ValueError:
        raise MayNotActFor from None
    if person is None or principal_id not in principals_of(person, now=now):
        raise MayNotActFor
    return principal_id


def principals_of(
    agent: Person, *, now: datetime, kind: DelegationKind | None = None
) -> frozenset[UUID]:
    """Return the people for whom ``agent`` may act at ``now``, by any or one kind of delegation.

    A protective block (支援措置) wins over every grant.
    """
    granted = Delegation.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=now),
        agent=agent,
        status=DelegationStatus.ACTIVE,
        valid_from__lte=now,
        kind__in=DelegationKind.values if kind is None else [kind],
    ).values_list("principal_id", flat=True)
    blocked = ProtectiveBlock.objects.filter(blocked=agent, lifted_at__isnull=True).values_list(
        "person_id", flat=True
    )
    return frozenset(granted) - frozenset(blocked)


def device_actor(device: Device) -> Actor:
    """Return the actor of a device that presented a good token."""
    return Actor(
        kind=ActorKind.DEVICE,
        device_id=device.pk,
        device_profile=device.profile,
        place_id=device.place_id,
        municipality=device.municipality,
    )
