"""A device of every profile: set up once, rolled, revoked, and shut out of what is not its own."""

from typing import Any

import pytest
from django.test import Client

from accounts.authentication import _profile_routes
from accounts.devices import make_device
from accounts.models import Device, DeviceProfile, Role
from core.audit import SYSTEM
from core.ids import uuid7
from tests.disability_card.factories import CITY, make_staff
from tests.disability_card.issuing import clock

pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("profile", DeviceProfile.values)]


class Tablet:
    """A device that was set up over HTTP."""

    def __init__(self, profile: str) -> None:
        new = make_device(
            municipality=CITY, name="端末", profile=DeviceProfile(profile), place_id=uuid7(),
            created_by=make_staff(Role.DEVICE_MANAGER), actor=SYSTEM, now=clock(),
        )  # fmt: skip
        self.device, self.setup_token = new.device, new.setup_token
        answer = Client().post(
            "/api/v1/device/initialize", {"setup_token": self.setup_token},
            content_type="application/json",
        )  # fmt: skip
        self.token: str = answer.json()["token"]

    def call(self, method: str, path: str, token: str = "") -> Any:
        headers = {"Authorization": f"Device {token or self.token}"}
        return Client().generic(method, f"/api/v1/{path}", b"{}", "application/json",
                                headers=headers)  # fmt: skip


def test_it_is_set_up_once_and_knows_itself(profile: str) -> None:
    tablet = Tablet(profile)
    assert tablet.call("GET", "device/me").json()["profile"] == profile
    again = Client().post(
        "/api/v1/device/initialize", {"setup_token": tablet.setup_token},
        content_type="application/json",
    )  # fmt: skip
    assert again.status_code == 403
    assert Device.objects.get().last_seen_at is not None


def test_it_rolls_its_token_and_the_old_one_ends_at_the_first_use_of_the_new(profile: str) -> None:
    tablet = Tablet(profile)
    new = tablet.call("POST", "device/roll").json()["token"]
    assert tablet.call("GET", "device/me").status_code == 200
    assert tablet.call("GET", "device/me", new).status_code == 200
    assert tablet.call("GET", "device/me").status_code == 401


def test_a_revoked_one_is_out_at_once(profile: str) -> None:
    tablet = Tablet(profile)
    Device.objects.update(revoked_at=clock())
    answer = tablet.call("GET", "device/me")
    assert (answer.status_code, answer.json()["code"]) == (401, "device-not-accepted")


def test_another_profiles_calls_a_persons_and_unknown_ones_are_refused(profile: str) -> None:
    tablet = Tablet(profile)
    paths = {
        "verifications": ("POST", "verifications"),
        "device-clerk-sessions": ("POST", "device/clerk-sessions"),
        "me": ("GET", "me"),
        "staff-devices": ("GET", "staff/devices"),
    }
    mine = {name for _method, name in _profile_routes[profile]}
    asked = {name: call for name, call in paths.items() if name not in mine}
    assert len(asked) >= 3
    for method, path in asked.values():
        answer = tablet.call(method, path)
        assert (answer.status_code, answer.json()["code"]) == (403, "device-profile")
    assert tablet.call("GET", "no/such/thing").status_code == 404
