"""The nightly work on money whose day is over: move what is left, and settle old leases.

Whether a coupon is still good is a condition of the redemption's statement, never of this job:
it may run late, twice, or stop in the middle, and nothing changes for anybody at a counter.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from core.database_clock import database_now
from jp.clock import civil_date
from tourism.claims import expire_wallet
from tourism.models import Campaign, Wallet, WalletState

BATCH: Final = 200  # wallets a transaction: short locks, and a stop loses little


@dataclass(frozen=True, slots=True, kw_only=True)
class Expired:
    """What one run moved."""

    wallets: int
    yen: int


def expire(campaign: Campaign) -> Expired:
    """Move what is left in the campaign's expired wallets: WALLET -> EXPIRED; allowances end."""
    wallets = yen = 0
    for ids in _in_batches(campaign, today=civil_date(database_now(connection))):
        with transaction.atomic():
            rows = Wallet.objects.select_for_update().filter(pk__in=ids).order_by("pk")
            for wallet in rows.exclude(state=WalletState.EXPIRED):
                wallet.campaign = campaign
                yen += expire_wallet(wallet)
                wallets += 1
    return Expired(wallets=wallets, yen=yen)


def _in_batches(campaign: Campaign, *, today: date) -> Iterator[list[UUID]]:
    over = Q(valid_until__lt=today)
    if campaign.ends_on + timedelta(days=1) <= today:
        over |= Q(valid_until=None)
    rows = Wallet.objects.filter(over, campaign=campaign).exclude(state=WalletState.EXPIRED)
    while ids := list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        yield ids
