"""Who stands at a till: device and clerk by their tokens, at the price of one look.

The ids behind two tokens are kept in the process for a while; that spares two queries a sale and
opens nothing: the redemption's own statement asks again whether the device is alive, stands in
the shop, and the clerk's shift is open. Limits a device are counted by all processes of a machine
together (`tourism.till_tries`).
"""

import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import connection

from accounts.clerk_pins import ClerkNeeded
from accounts.devices import device_of_token
from accounts.models import ClerkSession, DeviceProfile
from core.ids import digest_of
from core.policy import NotAllowed
from tourism.models import Shop
from tourism.refusals import ShopNotActive
from tourism.till_tries import SharedTries

KEPT_SECONDS: Final = 20.0
KEPT_MAX: Final = 5_000
# One statement, written out: the ORM would compile it anew at each look.
_SHOP_AND_SHIFT: Final = """SELECT s.id, (
    SELECT q.id FROM accounts_clerksession q JOIN accounts_membership m ON m.id = q.membership_id
    WHERE q.device_id = %s AND q.token_digest = %s AND q.ended_at IS NULL AND q.ends_at > %s
      AND m.organisation_id = s.organisation_id
  ) AS shift
  FROM tourism_shop s WHERE s.place_id = %s"""
_ASKED: Final[tuple[Any, ...]] = (
    *(ClerkSession._meta.get_field(name) for name in ("device_id", "token_digest", "ends_at")),
    Shop._meta.get_field("place_id"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a device stands and whose shift it is."""

    device_id: UUID
    clerk_row: UUID
    shop_id: UUID
    municipality: str


device_tries: Final = SharedTries(Path(settings.VAR_DIR) / "till-tries")
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
    values = device.pk, digest_of(clerk_token), now, device.place_id
    asked = [
        field.get_db_prep_value(value, connection)
        for field, value in zip(_ASKED, values, strict=True)
    ]
    shop: Any = next(iter(Shop.objects.raw(_SHOP_AND_SHIFT, asked)), None)
    if shop is None:
        raise ShopNotActive
    if shop.shift is None:
        raise ClerkNeeded
    return Standing(
        device_id=device.pk,
        clerk_row=UUID(str(shop.shift)),
        shop_id=shop.pk,
        municipality=device.municipality,
    )
