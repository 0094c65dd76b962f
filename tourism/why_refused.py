"""Say why a redemption's statement matched no row, in the words of the counter.

Read after the fact, with the same clock; where by now nothing stands in the way, the caller is
asked to send it again. Causes that tell about somebody else share one answer and come first.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db import connection
from django.db.models import Q

from accounts.clerk_pins import ClerkNeeded
from accounts.devices import DeviceRevoked
from accounts.models import ClerkSession, Device
from core.database_clock import database_now
from core.refusals import Refusal
from jp.clock import civil_date
from tourism.campaign_shops import takes_part
from tourism.coupon_rules import CouponTerms, TierOffer, is_offered
from tourism.ledger import balance_yen
from tourism.models import (
    AccountKind,
    Campaign,
    CampaignState,
    CapKind,
    DailyUse,
    Redemption,
    Shop,
    ShopState,
    Wallet,
    WalletState,
)
from tourism.refusals import (
    BadAmount,
    BudgetExhausted,
    CodeTooOld,
    CodeUsed,
    DailyLimit,
    DayLimit,
    Insufficient,
    MoneyUnavailable,
    NotOpen,
    ShopNotActive,
    ShopNotInCampaign,
    TooFast,
    WalletExpired,
    WalletNotAccepted,
)
from tourism.spending.asked import Asked
from tourism.spending.statement import QR_SECONDS, WALLET_USES_A_MINUTE

SPENDABLE: Final = (CampaignState.OPEN, CampaignState.EXHAUSTED, CampaignState.ENDED)
_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    asked: Asked
    wallet: Wallet
    campaign: Campaign
    shop: Shop
    now: datetime
    today: date


def why_refused(asked: Asked) -> Refusal:
    """Return the refusal of a redemption that matched no row."""
    now = database_now(connection)
    wallet = Wallet.objects.select_related("campaign").filter(pk=asked.wallet_id).first()
    shop = Shop.objects.filter(pk=asked.shop_id).first()
    if wallet is None or shop is None or wallet.state == WalletState.BLOCKED:
        return WalletNotAccepted()
    if wallet.campaign.municipality != shop.municipality:
        return WalletNotAccepted()
    case = _Case(
        asked=asked, wallet=wallet, campaign=wallet.campaign, shop=shop, now=now,
        today=civil_date(now),
    )  # fmt: skip
    for look in (_code, _shop, _campaign, _wallet, _amount, _limits):
        found = look(case)
        if found is not None:
            return found
    return MoneyUnavailable()


def terms_of(campaign: Campaign) -> CouponTerms:
    """Return how a campaign's coupons may be spent."""
    return CouponTerms(
        tiers=[
            TierOffer(value_yen=tier.value_yen, min_spend_yen=tier.min_spend_yen)
            for tier in campaign.tiers.all()
        ],
        rate_basis_points=campaign.rate_basis_points,
        unit_yen=campaign.unit_yen,
    )


def _code(case: _Case) -> Refusal | None:
    shown = case.asked.qr_at
    if shown is None:
        return None
    if case.wallet.last_qr_at is not None and shown <= case.wallet.last_qr_at:
        return CodeUsed()
    if shown <= case.now - timedelta(seconds=QR_SECONDS):
        return CodeTooOld()
    return None


def _shop(case: _Case) -> Refusal | None:
    if case.shop.state != ShopState.ACTIVE:
        return ShopNotActive()
    device = case.asked.device_row
    if device is not None:
        alive = Device.objects.filter(pk=device, revoked_at=None, place_id=case.shop.place_id)
        if not alive.exists():
            return DeviceRevoked()
    if case.asked.clerk_row is not None and not _clerk_is_there(case):
        return ClerkNeeded()
    return None


def _clerk_is_there(case: _Case) -> bool:
    asked = case.asked
    if asked.clerk_row is None or asked.device_row is None:
        return False
    return ClerkSession.objects.filter(
        Q(membership__valid_to=None) | Q(membership__valid_to__gt=case.now),
        pk=asked.clerk_row,
        device_id=asked.device_row,
        ended_at=None,
        ends_at__gt=case.now,
    ).exists()


def _campaign(case: _Case) -> Refusal | None:
    campaign = case.campaign
    if campaign.state not in SPENDABLE or case.today < campaign.starts_on:
        return NotOpen()
    if not takes_part(case.shop, campaign):
        return ShopNotInCampaign()
    return None


def _wallet(case: _Case) -> Refusal | None:
    last_day = case.wallet.valid_until or case.campaign.ends_on
    if case.today > last_day or case.wallet.state == WalletState.EXPIRED:
        return WalletExpired(valid_until=last_day.isoformat())
    return None


def _amount(case: _Case) -> Refusal | None:
    asked = case.asked
    terms = terms_of(case.campaign)
    if not is_offered(terms, bill_yen=asked.bill_yen, coupon_yen=asked.coupon_yen):
        return BadAmount()
    if case.wallet.remaining_yen < asked.coupon_yen:
        return Insufficient(remaining_yen=case.wallet.remaining_yen)
    if case.campaign.cap == CapKind.REDEMPTION:
        left = balance_yen(case.campaign.pk, AccountKind.BUDGET)
        if left < asked.coupon_yen:
            return BudgetExhausted()
    return None


def _limits(case: _Case) -> Refusal | None:
    used = {
        use.place: use.uses >= use.uses_max
        for use in DailyUse.objects.filter(wallet=case.wallet, day=case.today)
    }
    if used.get(case.shop.pk):
        return DailyLimit()
    if used.get(case.campaign.pk):
        return DayLimit()
    recent = Redemption.objects.filter(wallet=case.wallet, at__gt=case.now - _MINUTE).count()
    if recent >= WALLET_USES_A_MINUTE:
        return TooFast(retry_after_seconds=60)
    return None
