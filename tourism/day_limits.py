"""How often a wallet may still be used on a day: at one shop, and at all shops together.

The redemption's statement counts in the same rows, and refuses where one of them is full.
"""

from dataclasses import dataclass
from datetime import date

from tourism.models import DailyUse, Shop, Wallet


@dataclass(frozen=True, slots=True, kw_only=True)
class UsesLeft:
    """``None``: the campaign sets no such limit."""

    at_shop: int | None
    on_day: int | None

    @property
    def here(self) -> int | None:
        """Return how often the shop may still take the coupon."""
        return min((most for most in (self.at_shop, self.on_day) if most is not None), default=None)


def uses_left(wallet: Wallet, *, shop: Shop, day: date) -> UsesLeft:
    """Return what is left of a wallet's uses on a day in Japan."""
    campaign = wallet.campaign
    # The first use of a day keeps the limit of its hour: a campaign edited later changes tomorrow.
    counted = {
        use.place: use.uses_max - use.uses
        for use in DailyUse.objects.filter(wallet=wallet, day=day, place__in=[shop.pk, campaign.pk])
    }
    return UsesLeft(
        at_shop=counted.get(shop.pk, campaign.uses_per_shop_and_day),
        on_day=counted.get(campaign.pk, campaign.uses_per_day),
    )
