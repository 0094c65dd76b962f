"""A front desk's life: set up once, rolled without a lock-out, revoked at once."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.devices import (
    DeviceRevoked,
    NewDevice,
    SetupRefused,
    device_of_token,
    initialize_device,
    make_device,
    revoke_device,
    roll_token,
)
from accounts.models import Device, DeviceProfile, Role
from core.audit import SYSTEM
from tests.disability_card.factories import CITY, NOW, make_staff

pytestmark = pytest.mark.django_db


def make_new() -> NewDevice:
    return make_device(
        municipality=CITY, name="受付", profile=DeviceProfile.FRONT_DESK, place_id=None,
        created_by=make_staff(Role.DEVICE_MANAGER), actor=SYSTEM, now=NOW,
    )  # fmt: skip


def test_a_set_up_token_works_once() -> None:
    new = make_new()
    initialize_device(new.setup_token, now=NOW)
    with pytest.raises(SetupRefused):
        initialize_device(new.setup_token, now=NOW)


def test_a_set_up_token_dies_after_fifteen_minutes() -> None:
    new = make_new()
    with pytest.raises(SetupRefused):
        initialize_device(new.setup_token, now=NOW + timedelta(minutes=15))
    initialize_device(new.setup_token, now=NOW + timedelta(minutes=14, seconds=59))


def test_tokens_stand_in_the_database_as_digests_only() -> None:
    new = make_new()
    _device, token = initialize_device(new.setup_token, now=NOW)
    row = Device.objects.get()
    assert token.encode() not in bytes(row.token_digest or b"")
    assert row.setup_digest is None


def test_the_old_token_counts_until_the_rolled_one_is_used() -> None:
    device, old = initialize_device(make_new().setup_token, now=NOW)
    new = roll_token(device, now=NOW)
    assert device_of_token(old, now=NOW) == device
    assert device_of_token(new, now=NOW) == device
    with pytest.raises(DeviceRevoked):
        device_of_token(old, now=NOW)


def test_a_revoked_or_expired_device_is_out_at_once() -> None:
    device, token = initialize_device(make_new().setup_token, now=NOW)
    with pytest.raises(DeviceRevoked):
        device_of_token(token, now=NOW + timedelta(days=90))
    revoke_device(device, actor=SYSTEM, now=NOW)
    with pytest.raises(DeviceRevoked):
        device_of_token(token, now=NOW)


def test_a_device_may_call_only_what_its_profile_lists() -> None:
    from django.utils import timezone  # noqa: PLC0415

    new = make_device(
        municipality=CITY, name="受付", profile=DeviceProfile.FRONT_DESK, place_id=None,
        created_by=make_staff(Role.DEVICE_MANAGER), actor=SYSTEM, now=timezone.now(),
    )  # fmt: skip
    _device, token = initialize_device(new.setup_token, now=timezone.now())
    headers = {"Authorization": f"Device {token}"}
    assert Client().get("/api/v1/device/me", headers=headers).status_code == 200
    assert Client().get("/api/v1/cards", headers=headers).status_code == 403
    assert Client().get("/api/v1/staff/devices", headers=headers).status_code == 403
    bad = {"Authorization": "Device nonsense"}
    assert Client().get("/api/v1/device/me", headers=bad).status_code == 401
