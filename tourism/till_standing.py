"""Who stands at a till: device and clerk by their tokens, at the price of one look.

The ids behind two tokens are kept in the process for a while; that spares two queries a sale and
opens nothing: the redemption's own statement asks again whether the device is alive, stands in
the shop, and the clerk's shift is open. Limits a device are kept here, in memory, so each process
counts for itself: with n processes a device gets up to n times as many tries.
"""

import threading
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from accounts.clerk_pins import ClerkNeeded
from accounts.devices import device_of_token
from accounts.models import ClerkSession, DeviceProfile
from core.ids import digest_of
from core.policy import NotAllowed
from tourism.models import Shop
from tourism.refusals import ShopNotActive, TooFast

KEPT_SECONDS: Final = 20.0
KEPT_MAX: Final = 5_000
DEVICE_RATE: Final = 10.0  # a second
DEVICE_BURST: Final = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a device stands and whose shift it is."""

    device_id: UUID
    clerk_row: UUID
    shop_id: UUID
    municipality: str


class _Buckets:
    """A bucket of tries for each device: refilled by time, emptied by calls."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._full_at: dict[UUID, float] = {}

    def take(self, device_id: UUID) -> None:
        """Take one try, or raise :class:`TooFast`."""
        now = time.monotonic()
        with self._lock:
            # The instant at which the bucket is full again; each try moves it.
            full_at = max(self._full_at.get(device_id, now), now)
            if full_at - now > (DEVICE_BURST - 1) / DEVICE_RATE:
                raise TooFast(retry_after_seconds=1)
            if len(self._full_at) > KEPT_MAX:
                self._full_at.clear()
            self._full_at[device_id] = full_at + 1 / DEVICE_RATE


device_tries: Final = _Buckets()
_kept: dict[tuple[str, str], tuple[float, Standing]] = {}


def standing_at_till(device_token: str, clerk_token: str, *, now: datetime) -> Standing:
    """Return who asks; raise for a device or a clerk that may not, and for too many tries."""
    tokens = device_token, clerk_token
    kept = _kept.get(tokens)
    if kept is None or kept[0] < time.monotonic():
        found = _look_up(device_token, clerk_token, now=now)
        if len(_kept) > KEPT_MAX:
            _kept.clear()
        _kept[tokens] = time.monotonic() + KEPT_SECONDS, found
    else:
        found = kept[1]
    device_tries.take(found.device_id)
    return found


def _look_up(device_token: str, clerk_token: str, *, now: datetime) -> Standing:
    device = device_of_token(device_token, now=now)
    if device.profile != DeviceProfile.TILL or device.place_id is None:
        raise NotAllowed
    shop = Shop.objects.filter(place_id=device.place_id).first()
    if shop is None:
        raise ShopNotActive
    session = (
        ClerkSession.objects.filter(
            device=device,
            token_digest=digest_of(clerk_token),
            ended_at=None,
            ends_at__gt=now,
            membership__organisation_id=shop.organisation_id,
        )
        .values_list("pk", flat=True)
        .first()
    )
    if session is None:
        raise ClerkNeeded
    return Standing(
        device_id=device.pk,
        clerk_row=session,
        shop_id=shop.pk,
        municipality=device.municipality,
    )
