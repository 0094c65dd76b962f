"""A campaign with a wallet of the holder's, spent once at a shop."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.tourism.money_factories import (
    make_money_campaign,
    make_money_shop,
    make_sale,
    make_wallet,
)
from tourism.models import Lease, OfflineHandover, PendingSale, ReversalRequest
from tourism.redemption import redeem


def values(world: Any) -> dict[str, object]:
    campaign = make_money_campaign()
    shop = make_money_shop(organisation=world.shop)
    wallet = make_wallet(campaign, person=world.holder)
    receipt = redeem(make_sale(wallet, shop))
    now = datetime.now(UTC)
    pending = PendingSale.objects.create(
        wallet=wallet, shop=shop, number=123, bill_yen=900, coupon_yen=100,
        asked_at=now, expires_at=now + timedelta(minutes=3),
    )  # fmt: skip
    lease = Lease.objects.create(
        campaign=campaign, shop=shop, device_id=shop.pk, amount_yen=1_000,
        issued_at=now, expires_at=now + timedelta(hours=12), token="",
    )  # fmt: skip
    asked = ReversalRequest.objects.create(
        redemption_id=receipt.redemption_id, asked_by=shop.pk, reason="x", asked_at=now
    )
    handover = OfflineHandover.objects.create(
        municipality=campaign.municipality, reason="x", content=[], digest=b"", sales=0,
        coupon_yen=0, entered_by=shop.pk, entered_at=now,
    )  # fmt: skip
    return {
        "handover_id": handover.pk,
        "reversal_request_id": asked.pk,
        "wallet_step": "block",
        "redemption_id": receipt.redemption_id,
        "wallet_id": wallet.pk,
        "pending_id": pending.pk,
        "lease_id": lease.pk,
        "seed": "ab12",
    }
