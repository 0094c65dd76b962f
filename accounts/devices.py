"""Devices at a counter: made by staff, set up once by a QR, rolled, revoked.

The set-up QR holds an address and a one-time token (15 minutes). The device exchanges it for a
token of its own (256 bits, 90 days); of both only the SHA-256 is stored. Rolling gives a new
token while the old one still counts, until the new one is used for the first time: an answer
that is lost on the way locks nobody out.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.db import transaction

from accounts.models import Device, DeviceProfile, User
from core import audit
from core.actor import Actor
from core.ids import digest_of, random_token
from core.refusals import Refusal, gettext_noop as _

SETUP_LIVES: Final = timedelta(minutes=15)
TOKEN_LIVES: Final = timedelta(days=90)
# `last_seen_at` is for people; writing it at each scan would cost more than the scan.
SEEN_EVERY: Final = timedelta(minutes=5)
# The ORM would compile this anew at each call, which costs more than the call.
_OF_TOKEN: Final = (
    f"SELECT {', '.join(str(one.column) for one in Device._meta.concrete_fields)}"  # noqa: S608  names of our own model
    f" FROM {Device._meta.db_table}"
    " WHERE (token_digest = %s OR next_token_digest = %s) AND revoked_at IS NULL"
)


class SetupRefused(Refusal):
    """One answer for unknown, used and expired set-up tokens."""

    code = "device-setup-refused"
    title = _("この設定用QRコードは使えません")
    next_step = _("新しい設定用QRコードを、市の担当からもらってください。")
    status = HTTPStatus.FORBIDDEN


class DeviceRevoked(Refusal):
    """The token is unknown, expired, or its device was revoked."""

    code = "device-not-accepted"
    title = _("この端末の登録が切れています")
    next_step = _("新しい設定用QRコードを、市の担当からもらってください。")
    status = HTTPStatus.UNAUTHORIZED


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDevice:
    """A device and its one-time set-up token, in clear for this once."""

    device: Device
    setup_token: str


def make_device(
    *,
    municipality: str,
    name: str,
    profile: DeviceProfile,
    place_id: UUID | None,
    created_by: User,
    actor: Actor,
    now: datetime,
    organisation_id: UUID | None = None,
) -> NewDevice:
    """Register a device, the city's or an organisation's own, and return its set-up token."""
    token = random_token()
    with transaction.atomic():
        device = Device.objects.create(
            municipality=municipality,
            name=name,
            profile=profile,
            place_id=place_id,
            organisation_id=organisation_id,
            created_by=created_by,
            setup_digest=digest_of(token),
            setup_expires_at=now + SETUP_LIVES,
        )
        audit.record(
            "device.make",
            actor=actor,
            now=now,
            municipality=municipality,
            object_type="device",
            object_id=device.pk,
        )
    return NewDevice(device=device, setup_token=token)


def renew_setup(device: Device, *, actor: Actor, now: datetime) -> NewDevice:
    """Give a device a fresh set-up token: its tablet was replaced or reset."""
    token = random_token()
    with transaction.atomic():
        device = Device.objects.select_for_update().get(pk=device.pk)
        device.setup_digest = digest_of(token)
        device.setup_expires_at = now + SETUP_LIVES
        device.save(update_fields=["setup_digest", "setup_expires_at"])
        audit.record(
            "device.renew-setup",
            actor=actor,
            now=now,
            municipality=device.municipality,
            object_type="device",
            object_id=device.pk,
        )
    return NewDevice(device=device, setup_token=token)


def initialize_device(setup_token: str, *, now: datetime) -> tuple[Device, str]:
    """Exchange a set-up token for a device token, once; raise :class:`SetupRefused`."""
    with transaction.atomic():
        device = (
            Device.objects.select_for_update()
            .filter(setup_digest=digest_of(setup_token), revoked_at__isnull=True)
            .first()
        )
        if device is None or device.setup_expires_at is None or device.setup_expires_at <= now:
            raise SetupRefused
        token = random_token()
        device.setup_digest = None
        device.setup_expires_at = None
        device.token_digest = digest_of(token)
        device.next_token_digest = None
        device.token_expires_at = now + TOKEN_LIVES
        device.last_seen_at = now
        device.save()
    return device, token


def device_of_token(token: str, *, now: datetime) -> Device:
    """Return the live device that holds ``token``; raise :class:`DeviceRevoked`. One query."""
    digest = digest_of(token)
    device = next(iter(Device.objects.raw(_OF_TOKEN, [digest, digest])), None)
    if device is None or device.token_expires_at is None or device.token_expires_at <= now:
        raise DeviceRevoked
    if device.next_token_digest is not None and bytes(device.next_token_digest) == digest:
        _take_over(device)
    if device.last_seen_at is None or now - device.last_seen_at > SEEN_EVERY:
        Device.objects.filter(pk=device.pk).update(last_seen_at=now)
    return device


def _take_over(device: Device) -> None:
    """The rolled token is in use, so the old one ends."""
    Device.objects.filter(pk=device.pk, next_token_digest=device.next_token_digest).update(
        token_digest=device.next_token_digest, next_token_digest=None
    )


def roll_token(device: Device, *, now: datetime) -> str:
    """Return a new token; the present one counts until the new one is first used."""
    token = random_token()
    with transaction.atomic():
        locked = Device.objects.select_for_update().get(pk=device.pk)
        locked.next_token_digest = digest_of(token)
        locked.token_expires_at = now + TOKEN_LIVES
        locked.save(update_fields=["next_token_digest", "token_expires_at"])
    return token


def revoke_device(device: Device, *, actor: Actor, now: datetime) -> Device:
    """End a device at once."""
    with transaction.atomic():
        locked = Device.objects.select_for_update().get(pk=device.pk)
        locked.revoked_at = locked.revoked_at or now
        locked.save(update_fields=["revoked_at"])
        audit.record(
            "device.revoke",
            actor=actor,
            now=now,
            municipality=locked.municipality,
            object_type="device",
            object_id=locked.pk,
        )
    return locked
