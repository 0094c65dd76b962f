"""The nightly work on money whose day is over: move what is left, and settle old leases.

Whether a coupon is still good is a condition of the redemption's statement, never of this job:
it may run late, twice, or stop in the middle, and nothing changes for anybody at a counter. A
wallet whose last day a till without a network may still bring home is left until its lease is
settled: else an honest sale would find it empty, and look like one that was spent twice.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from core.database_clock import database_now
from jp.clock import civil_date
from tourism.claims import expire_wallet
from tourism.leases import SALES_MAY_COME
from tourism.models import Campaign, Lease, Wallet, WalletState

BATCH: Final = 200  # wallets a transaction: short locks, and a stop loses little


@dataclass(frozen=True, slots=True, kw_only=True)
class Expired:
    """What one run moved."""

    wallets: int
    yen: int


def expire(campaign: Campaign) -> Expired:
    """Move what is left in the campaign's expired wallets: WALLET -> EXPIRED; allowances end."""
    wallets = yen = 0
    before = _first_day_kept(campaign, today=civil_date(database_now(connection)))
    for ids in _in_batches(campaign, before=before):
        with transaction.atomic():
            rows = Wallet.objects.select_for_update().filter(pk__in=ids).order_by("pk")
            for wallet in rows.exclude(state=WalletState.EXPIRED):
                wallet.campaign = campaign
                yen += expire_wallet(wallet)
                wallets += 1
    return Expired(wallets=wallets, yen=yen)


def _first_day_kept(campaign: Campaign, *, today: date) -> date:
    """Return the day whose coupons, and later ones, are left: today, or the oldest open lease's."""
    oldest = Lease.objects.filter(campaign=campaign, state__in=SALES_MAY_COME).order_by("issued_at")
    issued_at = oldest.values_list("issued_at", flat=True).first()
    return today if issued_at is None else min(today, civil_date(issued_at))


def _in_batches(campaign: Campaign, *, before: date) -> Iterator[list[UUID]]:
    over = Q(valid_until__lt=before)
    if campaign.ends_on < before:
        over |= Q(valid_until=None)
    rows = Wallet.objects.filter(over, campaign=campaign).exclude(state=WalletState.EXPIRED)
    while ids := list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        yield ids
