"""What callers are told of wallets, campaigns and redemptions; reads that API and pages share."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.lookups import GreaterThanOrEqual, LessThan

from core.database_clock import database_now
from jp.clock import start_of_day
from tourism import ledger
from tourism.coupon_rules import offered_yen
from tourism.models import (
    AccountKind,
    Campaign,
    CampaignState,
    CapKind,
    Redemption,
    Reversal,
    Shop,
    Wallet,
    WalletState,
)
from tourism.redemption import CouponReceipt
from tourism.use_days import USED_AT
from tourism.why_refused import terms_of, why_not_here

PUBLIC_STATES = (
    CampaignState.SCHEDULED,
    CampaignState.OPEN,
    CampaignState.PAUSED,
    CampaignState.EXHAUSTED,
    CampaignState.ENDED,
)


def public_campaigns(municipality: str) -> QuerySet[Campaign]:
    """Return the campaigns that anybody may see, the newest first."""
    return (
        Campaign.objects.filter(municipality=municipality, state__in=PUBLIC_STATES)
        .prefetch_related("tiers")
        .order_by("-starts_on", "slug")
    )


def last_day(wallet: Wallet) -> date:
    """Return the last day on which the wallet can be spent, included."""
    return wallet.valid_until or wallet.campaign.ends_on


def shown_state(wallet: Wallet, *, today: date) -> WalletState:
    """Return the state that a person is told: an active wallet may be over or empty."""
    if wallet.state == WalletState.ACTIVE and today > last_day(wallet):
        return WalletState.EXPIRED
    if wallet.state == WalletState.ACTIVE and wallet.remaining_yen == 0:
        return WalletState.EMPTY
    return WalletState(wallet.state)


def spendable_yen(wallet: Wallet) -> int:
    """Return what can be spent now: in a redemption-capped campaign no more than its budget."""
    if wallet.campaign.cap == CapKind.ISSUE:
        return wallet.remaining_yen
    left = ledger.balance_yen(wallet.campaign_id, AccountKind.BUDGET)
    return min(wallet.remaining_yen, left)


def offers_at(wallet: Wallet, *, shop: Shop, bill_yen: int) -> list[int]:
    """Return the coupons that a shop may take for a bill now; raise what keeps it from any."""
    refusal = why_not_here(wallet, shop=shop, at=database_now(connection))
    if refusal is not None:
        raise refusal
    return offers_for(wallet, bill_yen=bill_yen)


def offers_for(wallet: Wallet, *, bill_yen: int) -> list[int]:
    """Return the coupons of the wallet that fit a bill, the largest first."""
    return offered_yen(
        terms_of(wallet.campaign), bill_yen=bill_yen, remaining_yen=spendable_yen(wallet)
    )


def redemptions_with_reversals() -> QuerySet[Redemption]:
    """Return redemptions, the newest first, each with ``is_reversed``, ``used_at``, its shop."""
    return (
        Redemption.objects.select_related("shop__place")
        .annotate(
            is_reversed=Exists(Reversal.objects.filter(redemption=OuterRef("pk"))),
            used_at=USED_AT,
        )
        .order_by("-at", "-pk")
    )


def uses_of_day(shop: Shop, day: date) -> QuerySet[Redemption]:
    """Return what was used at a shop on a day in Japan; what came home later counts for it."""
    start, end = start_of_day(day), start_of_day(day + timedelta(days=1))
    # Nothing is posted before it was used, but for the seconds between two clocks.
    posted = redemptions_with_reversals().filter(shop=shop, at__gte=start - timedelta(minutes=1))
    return posted.filter(GreaterThanOrEqual(USED_AT, start), LessThan(USED_AT, end))


def campaign_json(campaign: Campaign) -> Mapping[str, Any]:
    """Return a campaign as the API tells it."""
    names = ("id", "slug", "name", "state", "claim_by", "per_person_yen", "rate_basis_points",
             "uses_per_shop_and_day", "starts_on", "ends_on")  # fmt: skip
    tiers = [
        {"min_spend_yen": tier.min_spend_yen, "value_yen": tier.value_yen}
        for tier in campaign.tiers.all()
    ]
    return {name: getattr(campaign, name) for name in names} | {
        "tiers": tiers,
        "left_yen": ledger.balance_yen(campaign.pk, AccountKind.BUDGET),
    }


def wallet_json(wallet: Wallet, *, today: date) -> Mapping[str, Any]:
    """Return a wallet as the API tells it."""
    return {
        "id": wallet.pk,
        "number": wallet.number,
        "campaign": wallet.campaign_id,
        "campaign_name": wallet.campaign.name,
        "state": shown_state(wallet, today=today),
        "remaining_yen": wallet.remaining_yen,
        "granted_yen": wallet.granted_yen,
        "valid_until": last_day(wallet),
    }


def spent_json(redemption: Any) -> Mapping[str, Any]:
    """Return one row of :func:`redemptions_with_reversals`."""
    return {
        "id": redemption.pk,
        "at": redemption.used_at,
        "shop": redemption.shop_id,
        "shop_name": redemption.shop.place.name,
        "bill_yen": redemption.bill_yen,
        "coupon_yen": redemption.coupon_yen,
        "way": redemption.way,
        "is_reversed": redemption.is_reversed,
    }


def receipt_json(receipt: CouponReceipt) -> dict[str, Any]:
    """Return a receipt as the API tells it."""
    return {
        "id": receipt.redemption_id,
        "campaign": receipt.campaign_id,
        "shop": receipt.shop_id,
        "bill_yen": receipt.bill_yen,
        "coupon_yen": receipt.coupon_yen,
        "to_pay_yen": receipt.to_pay_yen,
        "left_yen": receipt.left_yen,
        "funding": "public",
        "at": receipt.at,
    }


def wallet_of(wallet_id: UUID, rows: QuerySet[Wallet]) -> Wallet | None:
    """Return one of ``rows`` with its campaign and tiers."""
    return (
        rows.select_related("campaign")
        .prefetch_related("campaign__tiers")
        .filter(pk=wallet_id)
        .first()
    )
