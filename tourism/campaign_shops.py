"""Which shops take part in a campaign: the redemption's statement holds the same rule in SQL."""

from tourism.models import Campaign, Shop


def takes_part(shop: Shop, campaign: Campaign) -> bool:
    """Say whether the campaign's coupons may be used at the shop."""
    if campaign.shop_kinds and shop.kind not in campaign.shop_kinds:
        return False
    return shop.is_local or not campaign.local_shops_only
