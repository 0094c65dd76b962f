"""Say why a redemption's statement matched no row, in the words of the counter.

Read after the fact, with the same clock; where by now nothing stands in the way, the caller is
asked to send it again. Causes that tell about somebody else share one answer and come first.

What needs no bill is told before anybody pays, too (`why_not_here`): the same readings, so that
no page offers what the sale would refuse.
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
from tourism.day_limits import uses_left
from tourism.ledger import balance_yen
from tourism.models import (
    AccountKind,
    Campaign,
    CampaignState,
    CapKind,
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
HERE_REFUSALS: Final[tuple[type[Refusal], ...]] = (  # of `why_not_here`
    WalletNotAccepted, ShopNotActive, NotOpen, ShopNotInCampaign, WalletExpired, DailyLimit,
    DayLimit, TooFast,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Here:
    """A wallet at a shop, at one instant."""

    wallet: Wallet
    campaign: Campaign
    shop: Shop
    now: datetime
    today: date


def why_not_here(wallet: Wallet, *, shop: Shop, at: datetime) -> Refusal | None:
    """Return what keeps a wallet from paying any bill at a shop; ``None``: nothing does."""
    here = _Here(
        wallet=wallet, campaign=wallet.campaign, shop=shop, now=at, today=civil_date(at)
    )  # fmt: skip
    return _stranger(here) or _shop(here) or _campaign(here) or _wallet(here) or _limits(here)


def why_refused(asked: Asked) -> Refusal:
    """Return the refusal of a redemption that matched no row."""
    now = database_now(connection)
    wallet = Wallet.objects.select_related("campaign").filter(pk=asked.wallet_id).first()
    shop = Shop.objects.filter(pk=asked.shop_id).first()
    if wallet is None or shop is None:
        return WalletNotAccepted()
    here = _Here(
        wallet=wallet, campaign=wallet.campaign, shop=shop, now=now, today=civil_date(now)
    )  # fmt: skip
    return (
        _stranger(here)
        or _code(asked, here)
        or _shop(here)
        or _hands(asked, here)
        or _campaign(here)
        or _wallet(here)
        or _amount(asked, here)
        or _limits(here)
        or MoneyUnavailable()
    )


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


def _stranger(here: _Here) -> Refusal | None:
    is_of_city = here.campaign.municipality == here.shop.municipality
    if here.wallet.state == WalletState.BLOCKED or not is_of_city:
        return WalletNotAccepted()
    return None


def _code(asked: Asked, here: _Here) -> Refusal | None:
    shown = asked.qr_at
    if shown is None:
        return None
    if here.wallet.last_qr_at is not None and shown <= here.wallet.last_qr_at:
        return CodeUsed()
    if shown <= here.now - timedelta(seconds=QR_SECONDS):
        return CodeTooOld()
    return None


def _shop(here: _Here) -> Refusal | None:
    return None if here.shop.state == ShopState.ACTIVE else ShopNotActive()


def _hands(asked: Asked, here: _Here) -> Refusal | None:
    """Say whether the device and the clerk who ask may not."""
    device = asked.device_row
    if device is not None:
        alive = Device.objects.filter(pk=device, revoked_at=None, place_id=here.shop.place_id)
        if not alive.exists():
            return DeviceRevoked()
    if asked.clerk_row is not None and not _clerk_is_there(asked, here):
        return ClerkNeeded()
    return None


def _clerk_is_there(asked: Asked, here: _Here) -> bool:
    if asked.clerk_row is None or asked.device_row is None:
        return False
    return ClerkSession.objects.filter(
        Q(membership__valid_to=None) | Q(membership__valid_to__gt=here.now),
        pk=asked.clerk_row,
        device_id=asked.device_row,
        ended_at=None,
        ends_at__gt=here.now,
    ).exists()


def _campaign(here: _Here) -> Refusal | None:
    campaign = here.campaign
    if campaign.state not in SPENDABLE or here.today < campaign.starts_on:
        return NotOpen()
    if not takes_part(here.shop, campaign):
        return ShopNotInCampaign()
    return None


def _wallet(here: _Here) -> Refusal | None:
    last_day = here.wallet.valid_until or here.campaign.ends_on
    if here.today > last_day or here.wallet.state == WalletState.EXPIRED:
        return WalletExpired(valid_until=last_day.isoformat())
    return None


def _amount(asked: Asked, here: _Here) -> Refusal | None:
    terms = terms_of(here.campaign)
    if not is_offered(terms, bill_yen=asked.bill_yen, coupon_yen=asked.coupon_yen):
        return BadAmount()
    if here.wallet.remaining_yen < asked.coupon_yen:
        return Insufficient(remaining_yen=here.wallet.remaining_yen)
    if here.campaign.cap == CapKind.REDEMPTION:
        left = balance_yen(here.campaign.pk, AccountKind.BUDGET)
        if left < asked.coupon_yen:
            return BudgetExhausted()
    return None


def _limits(here: _Here) -> Refusal | None:
    left = uses_left(here.wallet, shop=here.shop, day=here.today)
    if left.at_shop is not None and left.at_shop <= 0:
        return DailyLimit()
    if left.on_day is not None and left.on_day <= 0:
        return DayLimit()
    recent = Redemption.objects.filter(wallet=here.wallet, at__gt=here.now - _MINUTE).count()
    if recent >= WALLET_USES_A_MINUTE:
        return TooFast(retry_after_seconds=60)
    return None
