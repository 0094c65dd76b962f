"""Tables of campaigns, shops, the ledger and what stands on it."""

from tourism.models.campaigns import (
    Campaign,
    CampaignState,
    CapKind,
    ClaimBy,
    CouponSet,
    FundingLine,
    Issuer,
    SetMedium,
    ShopKind,
    Tier,
)
from tourism.models.paper import PaperCoupon, PaperSheet, PaperState, SheetState
from tourism.models.risk import FlagState, RiskFlag
from tourism.models.settlement import (
    BatchState,
    LineState,
    PayoutBatch,
    PayoutLine,
    ReturnState,
    TransferReturn,
)
from tourism.models.shops import (
    AccountState,
    ApplicationState,
    Shop,
    ShopApplication,
    ShopBankAccount,
    ShopState,
)
from tourism.models.visitors import InsightExport, Receipt, StudyArm, VisitorProfile

__all__ = [
    "AccountState",
    "ApplicationState",
    "BatchState",
    "Campaign",
    "CampaignState",
    "CapKind",
    "ClaimBy",
    "CouponSet",
    "FlagState",
    "FundingLine",
    "InsightExport",
    "Issuer",
    "LineState",
    "PaperCoupon",
    "PaperSheet",
    "PaperState",
    "PayoutBatch",
    "PayoutLine",
    "Receipt",
    "ReturnState",
    "RiskFlag",
    "SetMedium",
    "SheetState",
    "Shop",
    "ShopApplication",
    "ShopBankAccount",
    "ShopKind",
    "ShopState",
    "StudyArm",
    "Tier",
    "TransferReturn",
    "VisitorProfile",
]
