"""Who stands at the till: money moves for a clerk who typed their PIN there, or has a passkey.

The owner sets a PIN for a member of the shop. At the till the clerk chooses their name and types
it; from then on that till knows them for a shift. Five wrong tries in a row lock the PIN until the
owner sets a new one. Everything is checked again at each call: a membership that ended a second
ago moves no money.

A PIN has a million values, so a slow hash alone would not keep whoever has the table from trying
them all: it is keyed first with a secret that does not stand in the database.
"""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from itertools import pairwise
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.crypto import constant_time_compare

from accounts.models import ClerkPin, ClerkSession, Device, Membership, User
from core import audit
from core.actor import Actor, ActorKind
from core.blind_index import keyed_digest
from core.ids import digest_of, random_token
from core.refusals import Refusal, gettext_noop as _

CLERK_HEADER: Final = "Kaiteki-Clerk"  # holds the token of a clerk's session
SHIFT: Final = timedelta(hours=8)
PIN_DIGITS: Final = 6
_DISTINCT_DIGITS_MIN: Final = 3
# About 16 MiB and 40 ms: RFC 7914 section 2 for interactive use.
_SCRYPT: Final[Mapping[str, int]] = {"n": 2**14, "r": 8, "p": 1, "maxmem": 2**26, "dklen": 32}


class PinTooEasy(Refusal):
    """Not six digits, or six that anybody tries first."""

    code = "clerk-pin-too-easy"
    title = _("このPINは使えません")
    next_step = _("6けたの数字にしてください。同じ数字や、つづいた数字はさけてください。")


class PinRefused(Refusal):
    """Wrong PIN, unknown clerk, another shop's, locked: one answer for all."""

    code = "clerk-pin-refused"
    title = _("PINがちがうか、使えません")
    next_step = _(
        "もう一度入れてください。5回まちがえたら、お店の責任者に新しいPINをもらってください。"
    )
    status = HTTPStatus.FORBIDDEN


class ClerkNeeded(Refusal):
    """Money asks who stands at the till, and nobody does."""

    code = "clerk-needed"
    title = _("レジの人を確かめられません")
    next_step = _("レジで自分の名前をえらんで、PINを入れてください。")
    status = HTTPStatus.FORBIDDEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Clerk:
    """Who moves money now, and for which organisation."""

    membership_id: UUID
    organisation_id: UUID
    user_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class NewClerkSession:
    """A clerk's session and its token, in clear for this once."""

    session: ClerkSession
    token: str


def set_pin(
    membership: Membership, pin: str, *, name: str, set_by: User, actor: Actor, now: datetime
) -> ClerkPin:
    """Give a member a PIN, and a name on the till; open sessions of the member end."""
    if not _is_hard(pin):
        raise PinTooEasy
    salt = secrets.token_bytes(16)
    with transaction.atomic():
        _end_sessions(ClerkSession.objects.filter(membership=membership), now=now)
        row, _created = ClerkPin.objects.update_or_create(
            membership=membership,
            defaults={
                "name": name,
                "salt": salt,
                "digest": _hash(pin, salt),
                "failures": 0,
                "set_by": set_by,
                "set_at": now,
            },
        )
        _record("clerk.pin-set", membership, actor=actor, now=now)
    return row


def pin_of(membership: Membership) -> ClerkPin | None:
    """Return the member's PIN as it is kept, if they have one."""
    return getattr(membership, "clerk_pin", None)


def clerks_of(device: Device, *, now: datetime) -> list[ClerkPin]:
    """Return who may stand at this device now and has a PIN, longest there first."""
    rows = ClerkPin.objects.filter(membership__in=_members_at(device, now=now))
    return list(rows.select_related("membership").order_by("pk"))


def open_clerk_session(
    device: Device, *, membership_id: UUID, pin: str, actor: Actor, now: datetime
) -> NewClerkSession:
    """Let a clerk begin at ``device``; raise :class:`PinRefused` for every cause.

    Durable: a wrong try counts even though the call is refused.
    """
    with transaction.atomic(durable=True):
        row = (
            ClerkPin.objects.select_for_update(of=("self",))
            .select_related("membership")
            .filter(membership_id=membership_id, membership__in=_members_at(device, now=now))
            .first()
        )
        made = None if row is None else _try(row, pin, device, actor=actor, now=now)
    if made is None:
        raise PinRefused
    return made


def end_clerk_session(device: Device, token: str, *, now: datetime) -> None:
    """End the shift, from the till; an unknown token changes nothing."""
    _end_sessions(_sessions(device, token, now=now), now=now)


def clerk_at(device: Device, token: str, *, now: datetime) -> Clerk:
    """Return who stands at ``device`` by this token; raise :class:`ClerkNeeded`. One query."""
    session = (
        _sessions(device, token, now=now)
        .filter(membership__in=_members_at(device, now=now))
        .select_related("membership")
        .first()
    )
    if session is None:
        raise ClerkNeeded
    return _clerk(session.membership)


def clerk_who_moves_money(
    *,
    actor: Actor,
    device: Device | None,
    token: str,
    organisation_id: UUID,
    place_id: UUID,
    now: datetime,
) -> Clerk:
    """Return the clerk for whom money moves at an organisation's place, or refuse.

    At its till by the clerk's token (``Kaiteki-Clerk``), on a clerk's own phone by a sign-in with
    a passkey. Raises :class:`ClerkNeeded`.
    """
    if device is not None:
        clerk = clerk_at(device, token, now=now)
        if device.place_id != place_id or clerk.organisation_id != organisation_id:
            raise ClerkNeeded
        return clerk
    if actor.user_id is None or actor.kind != ActorKind.USER or actor.assurance == 1:
        raise ClerkNeeded
    row = (
        _holding(now)
        .filter(Q(place_id=place_id) | Q(place_id=None))
        .filter(organisation_id=organisation_id, user_id=actor.user_id)
        .first()
    )
    if row is None:
        raise ClerkNeeded
    return _clerk(row)


def _try(
    row: ClerkPin, pin: str, device: Device, *, actor: Actor, now: datetime
) -> NewClerkSession | None:
    if row.is_locked:
        return None
    if not constant_time_compare(_hash(pin, bytes(row.salt)), bytes(row.digest)):
        ClerkPin.objects.filter(pk=row.pk).update(failures=F("failures") + 1)
        _record("clerk.pin-wrong", row.membership, actor=actor, now=now)
        return None
    if row.failures:
        ClerkPin.objects.filter(pk=row.pk).update(failures=0)
    token = random_token()
    session = ClerkSession.objects.create(
        device=device,
        membership=row.membership,
        token_digest=digest_of(token),
        opened_at=now,
        ends_at=now + SHIFT,
    )
    _record("clerk.begin", row.membership, actor=actor, now=now)
    return NewClerkSession(session=session, token=token)


def _holding(now: datetime) -> QuerySet[Membership]:
    return Membership.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=now), valid_from__lte=now, user__is_active=True
    )


def _members_at(device: Device, *, now: datetime) -> QuerySet[Membership]:
    """Return who works now where ``device`` stands: at its place, or for whom it belongs to."""
    here = Q(pk__in=[])
    if device.place_id is not None:
        here |= Q(place_id=device.place_id)
    if device.organisation_id is not None:
        here |= Q(place_id=None, organisation_id=device.organisation_id)
    return _holding(now).filter(here)


def _sessions(device: Device, token: str, *, now: datetime) -> QuerySet[ClerkSession]:
    return ClerkSession.objects.filter(
        device=device, token_digest=digest_of(token), ended_at__isnull=True, ends_at__gt=now
    )


def _end_sessions(rows: QuerySet[ClerkSession], *, now: datetime) -> None:
    rows.filter(ended_at__isnull=True).update(ended_at=now)


def _clerk(membership: Membership) -> Clerk:
    return Clerk(
        membership_id=membership.pk,
        organisation_id=membership.organisation_id,
        user_id=membership.user_id,
    )


def _is_hard(pin: str) -> bool:
    if len(pin) != PIN_DIGITS or not (pin.isascii() and pin.isdigit()):
        return False
    steps = {int(after) - int(before) for before, after in pairwise(pin)}
    return len(set(pin)) >= _DISTINCT_DIGITS_MIN and steps not in ({1}, {-1})


def _hash(pin: str, salt: bytes) -> bytes:
    return hashlib.scrypt(keyed_digest("clerk.pin", pin.encode()), salt=salt, **_SCRYPT)


def _record(action: str, membership: Membership, *, actor: Actor, now: datetime) -> None:
    audit.record(
        action,
        actor=actor,
        now=now,
        object_type="membership",
        object_id=membership.pk,
    )
