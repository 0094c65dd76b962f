"""What is asked of the money, and what it answers. Plain values."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tourism.models import RedemptionWay


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Spend ``coupon_yen`` of a wallet on a bill at a shop, once for (device, key).

    ``device_id`` is who made the key; ``device_row`` is the same where it is a registered device,
    which then must still be alive and stand in the shop; ``clerk_row`` is the shift of who stands
    at it. ``qr_at`` is the instant of the QR that was shown, where one was: each is good for one
    redemption.
    """

    redemption_id: UUID
    wallet_id: UUID
    shop_id: UUID
    device_id: UUID
    key: str
    request_hash: bytes
    way: RedemptionWay
    bill_yen: int
    coupon_yen: int
    device_row: UUID | None = None
    clerk_row: UUID | None = None
    qr_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """It is done and durable."""

    redemption_id: UUID
    left_yen: int
    at: datetime
