"""Spend a coupon at a shop, once for (device, key).

1. Run the statement (`tourism.spending`): in the caller's transaction where there is one, else on
   the money's own connection, in a group commit where the whole campaign waits for one row.
2. A row: it is done. No row: look the key up *first*, because this may be the retry of the very
   redemption that emptied the wallet. The same content gets the same answer, another is refused.
3. Only then say why. A refusal is not stored: the next try is judged anew.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils.crypto import constant_time_compare

from core.idempotency import KEY_CHARS_MAX, BadKey, KeyReused
from core.ids import uuid7
from core.refusals import Refusal
from tourism import ledger
from tourism.coupon_rules import BILL_YEN_MAX
from tourism.models import (
    AccountKind,
    Campaign,
    CapKind,
    Redemption,
    RedemptionWay,
    Shop,
    TxnKind,
)
from tourism.refusals import BadAmount, KeyMissing, MoneyUnavailable
from tourism.spending import postgres, sqlite
from tourism.spending.asked import Asked, Spent
from tourism.why_refused import why_refused

_TRIES: Final = 3
_opened: set[tuple[UUID, UUID]] = set()  # (campaign, shop) whose account is there
_hot: dict[UUID, bool] = {}  # campaigns whose redemptions all wait for the budget's row


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """What a shop asks for.

    ``device_id`` is who made ``key``: a device, a user at a page, or the pending sale itself.
    ``device_row`` names the registered device that acts, where one does.
    """

    campaign_id: UUID
    wallet_id: UUID
    shop_id: UUID
    device_id: UUID
    key: str
    bill_yen: int  # with tax, before any discount
    coupon_yen: int
    way: RedemptionWay
    device_row: UUID | None = None  # it must be alive and stand in the shop
    clerk_row: UUID | None = None  # the shift of who stands at the device, still open
    qr_at: datetime | None = None  # of the QR that was shown

    @property
    def request_hash(self) -> bytes:
        """Return what makes two requests the same: not the QR, which a retry may have renewed."""
        content = f"{self.wallet_id}|{self.shop_id}|{self.bill_yen}|{self.coupon_yen}|{self.way}"
        return hashlib.sha256(content.encode()).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class CouponReceipt:
    """The answer, the same for every retry. The receipt keeps the full price of the bill."""

    redemption_id: UUID
    campaign_id: UUID
    shop_id: UUID
    bill_yen: int
    coupon_yen: int
    left_yen: int  # in the wallet afterwards
    at: datetime

    @property
    def to_pay_yen(self) -> int:
        """Return what the customer pays; the city pays the rest as a third party."""
        return self.bill_yen - self.coupon_yen


def redeem(sale: Sale) -> CouponReceipt:
    """Spend the coupon, or raise the refusal that says why no yen moved."""
    _check(sale)
    asked = Asked(
        redemption_id=uuid7(),
        wallet_id=sale.wallet_id,
        shop_id=sale.shop_id,
        device_id=sale.device_id,
        key=sale.key,
        request_hash=sale.request_hash,
        way=sale.way,
        bill_yen=sale.bill_yen,
        coupon_yen=sale.coupon_yen,
        device_row=sale.device_row,
        clerk_row=sale.clerk_row,
        qr_at=sale.qr_at,
    )
    for attempt in range(_TRIES):
        outcome = _run(asked, campaign_id=sale.campaign_id)
        if isinstance(outcome, Spent):
            return _receipt(sale, outcome)
        first = redemption_of_key(sale.device_id, sale.key)
        if first is not None:
            return first_answer(first, sale)
        if outcome is None and attempt == 0 and _open_shop_account(sale):
            continue
        refusal = outcome if isinstance(outcome, Refusal) else why_refused(asked)
        # What stood in the way is gone by now: another sale ended in between.
        if not isinstance(refusal, MoneyUnavailable):
            raise refusal
    raise MoneyUnavailable


def _receipt(sale: Sale, spent: Spent) -> CouponReceipt:
    return CouponReceipt(
        redemption_id=spent.redemption_id,
        campaign_id=sale.campaign_id,
        shop_id=sale.shop_id,
        bill_yen=sale.bill_yen,
        coupon_yen=sale.coupon_yen,
        left_yen=spent.left_yen,
        at=spent.at,
    )


def redemption_of_key(device_id: UUID, key: str) -> Redemption | None:
    """Return what (device, key) did, however long ago."""
    return Redemption.objects.filter(device_id=device_id, key=key).first()


def first_answer(first: Redemption, sale: Sale) -> CouponReceipt:
    """Return the first answer to the same content; raise :class:`KeyReused` for another."""
    if not constant_time_compare(bytes(first.request_hash), sale.request_hash):
        raise KeyReused
    return receipt_of(first)


def receipt_of(redemption: Redemption) -> CouponReceipt:
    """Return the receipt of a redemption."""
    return CouponReceipt(
        redemption_id=redemption.pk,
        campaign_id=redemption.campaign_id,
        shop_id=redemption.shop_id,
        bill_yen=redemption.bill_yen,
        coupon_yen=redemption.coupon_yen,
        left_yen=redemption.left_yen,
        at=redemption.at,
    )


def _check(sale: Sale) -> None:
    if not sale.key:
        raise KeyMissing
    if len(sale.key) > KEY_CHARS_MAX or not sale.key.isascii() or not sale.key.isprintable():
        raise BadKey
    # `type`, not `isinstance`: True is an int, and 500.0 yen is not a number of coins.
    if type(sale.bill_yen) is not int or type(sale.coupon_yen) is not int:
        raise BadAmount
    if not 0 < sale.coupon_yen <= sale.bill_yen <= BILL_YEN_MAX:
        raise BadAmount


def _run(asked: Asked, *, campaign_id: UUID) -> Spent | Refusal | None:
    if connection.in_atomic_block:
        return _run_inside(asked)
    if connection.vendor == "sqlite":
        return sqlite.writer.ask(asked)
    if _is_hot(campaign_id):
        return postgres.batcher.ask(asked)
    return postgres.spend_one(asked)


def _run_inside(asked: Asked) -> Spent | Refusal | None:
    """Run in the caller's transaction: it commits with it, or not at all."""
    try:
        with transaction.atomic():
            if connection.vendor == "sqlite":
                return sqlite.spend_in(connection.connection, asked)
            with connection.cursor() as cursor:
                return postgres.spend_in(cursor, asked)
    except IntegrityError as broken:
        return postgres.refusal_of_check(broken.__cause__)  # type: ignore[arg-type]


def _is_hot(campaign_id: UUID) -> bool:
    if campaign_id not in _hot:
        cap = Campaign.objects.filter(pk=campaign_id).values_list("cap", flat=True).first()
        if cap is None:
            return False
        _hot[campaign_id] = cap == CapKind.REDEMPTION
    return _hot[campaign_id]


def _open_shop_account(sale: Sale) -> bool:
    """Open the account of a shop's first redemption in a campaign; say whether to try again."""
    pair = sale.campaign_id, sale.shop_id
    if pair in _opened:
        return False
    shop = Shop.objects.filter(pk=sale.shop_id).first()
    city = "" if shop is None else shop.municipality
    if not Campaign.objects.filter(pk=sale.campaign_id, municipality=city).exists():
        return False  # the reading of causes says why
    ledger.account_of(sale.campaign_id, AccountKind.SHOP, sale.shop_id)
    if not connection.in_atomic_block:  # else it may still be undone
        _opened.add(pair)
    return True


def record_paper(
    *, campaign_id: UUID, sheet_id: UUID, sale_key: str, shop_id: UUID, device_id: UUID,
    bill_yen: int, coupon_yen: int, request_hash: bytes,
) -> Redemption:  # fmt: skip
    """Record a paper coupon as spent: WALLET of its sheet -> SHOP, in the caller's transaction.

    The caller has locked the coupon's row, checked campaign, shop and day, and marks the coupon
    as used; (device, key) is unique here too. A refusal where the sheet holds too little.
    """
    shop = ledger.account_of(campaign_id, AccountKind.SHOP, shop_id)
    sheet = ledger.account_of(campaign_id, AccountKind.WALLET, sheet_id)
    txn = ledger.post(
        TxnKind.REDEEM,
        None,
        [ledger.Move(account=sheet, yen=-coupon_yen), ledger.Move(account=shop, yen=coupon_yen)],
        campaign_id=campaign_id,
    )
    return Redemption.objects.create(
        txn=txn,
        campaign_id=campaign_id,
        wallet_id=sheet_id,  # a bearer's wallet has its sheet's id
        shop_id=shop_id,
        device_id=device_id,
        key=sale_key,
        request_hash=request_hash,
        way=RedemptionWay.PAPER,
        bill_yen=bill_yen,
        coupon_yen=coupon_yen,
        left_yen=0,
        at=txn.at,
    )
