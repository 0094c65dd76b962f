"""Tables of campaigns, shops, the ledger and what stands on it."""

from tourism.models.campaigns import Campaign, CampaignState, CapKind, Tier
from tourism.models.shops import Shop, ShopState

__all__ = ["Campaign", "CampaignState", "CapKind", "Shop", "ShopState", "Tier"]
