"""A refund that is announced; its campaign sold sets, and the holder has a wallet of it."""

from datetime import date
from typing import Any

from tests.disability_card.factories import NOW
from tests.tourism.money_factories import make_money_campaign, make_wallet
from tourism.models import CapKind, ClaimBy, CouponSet, Refund, RefundState


def values(world: Any) -> dict[str, object]:
    """Return the parameters of refunds' addresses."""
    campaign = make_money_campaign(cap=CapKind.ISSUE, claim_by=ClaimBy.SALE, slug="refunded")
    CouponSet.objects.create(
        campaign=campaign, medium="digital", price_yen=10_000, value_yen=12_000, sets_total=3
    )
    make_wallet(campaign, person=world.holder)
    refund = Refund.objects.create(
        municipality=campaign.municipality, campaign=campaign, state=RefundState.ANNOUNCED,
        share="paid", claims_until=date(2099, 1, 1), contact="デモ", made_by=world.clerk,
        made_at=NOW, announced_at=NOW,
    )  # fmt: skip
    return {"refund_id": refund.pk, "refund_step": "list"}
