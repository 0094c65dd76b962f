"""Record what a device sold without a network: in order, however often it is sent.

The QR's own second, which the server wrote, is the time of the sale: what the device's clock says
is kept and decides nothing. A shop that sold in good faith is paid; a wallet that was spent twice
is blocked. What the shop could have seen itself (a wrong amount, an expired coupon, beyond the
lease, the same wallet's second coupon of a day on this device) is refused and not paid. That the
wallet was used here over the network it could not see: the coupon counts. It counts as a use of
the day of that second, also when it comes home after midnight (`tourism.use_days`).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import Final

from django.db import connection, transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare

from accounts.models import Device
from core.actor import Actor
from core.database_clock import database_now
from core.refusals import Refusal, gettext_noop as _
from jp.clock import civil_date
from tourism import ledger
from tourism.claims import block_wallet
from tourism.coupon_rules import BILL_YEN_MAX, is_offered
from tourism.leases import next_number, sold_yen
from tourism.ledger import Move
from tourism.models import (
    AccountKind,
    CapKind,
    DailyUse,
    Lease,
    LeaseState,
    OfflineOutcome,
    OfflineSale,
    Redemption,
    RedemptionWay,
    TxnKind,
    Wallet,
    WalletState,
)
from tourism.refusals import CodeUnreadable
from tourism.wallet_codes import ShownWallet, read_wallet_code
from tourism.why_refused import terms_of


class LeaseOver(Refusal):
    code = "lease-over"
    title = _("このオフライン用の預けは、精算が終わっています")
    next_step = _("市のクーポン担当に連絡してください。")
    status = HTTPStatus.CONFLICT


class OfflineGap(Refusal):
    """``next_number`` says with which sale the upload goes on."""

    code = "offline-gap"
    title = _("オフラインの取引の番号が続いていません")
    next_step = _("next_number の取引から送り直してください。")
    status = HTTPStatus.CONFLICT


class OfflineChanged(Refusal):
    code = "offline-sale-changed"
    title = _("送りずみの取引と、内容がちがいます")
    next_step = _("市のクーポン担当に連絡してください。")


UPLOAD_REFUSALS: Final = (LeaseOver, OfflineGap, OfflineChanged)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfflineEntry:
    """One sale as the device kept it, numbered 1, 2, 3, ... in its lease."""

    number: int
    wallet_code: str
    bill_yen: int
    coupon_yen: int
    sold_at: datetime  # by the device's clock

    @property
    def request_hash(self) -> bytes:
        """Return what makes two uploads of a number the same sale."""
        content = f"{self.wallet_code}|{self.bill_yen}|{self.coupon_yen}"
        return hashlib.sha256(content.encode()).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    outcome: OfflineOutcome
    code: str = ""
    wallet: Wallet | None = None
    shown_at: datetime | None = None


def upload_sales(
    lease: Lease, entries: Sequence[OfflineEntry], *, actor: Actor, now: datetime
) -> Sequence[OfflineSale]:
    """Record what a device sold without a network; return what became of each.

    One transaction a sale, so that a cut connection loses nothing that was told.
    """
    return [_upload_one(lease, entry, actor=actor, now=now) for entry in entries]


def _upload_one(lease: Lease, entry: OfflineEntry, *, actor: Actor, now: datetime) -> OfflineSale:
    with transaction.atomic():
        locked = Lease.objects.select_for_update().select_related("campaign").get(pk=lease.pk)
        before = OfflineSale.objects.filter(lease=locked, number=entry.number).first()
        if before is not None:
            if not constant_time_compare(bytes(before.request_hash), entry.request_hash):
                raise OfflineChanged(number=entry.number)
            return before
        if locked.state == LeaseState.SETTLED:
            raise LeaseOver
        expected = next_number(locked)
        if entry.number != expected:
            raise OfflineGap(next_number=expected)
        judged = _judge(locked, entry)
        redemption = (
            None
            if judged.outcome == OfflineOutcome.REFUSED or judged.wallet is None
            else _post_sale(locked, entry, judged, actor=actor, now=now)
        )
        return OfflineSale.objects.create(
            lease=locked,
            number=entry.number,
            request_hash=entry.request_hash,
            outcome=judged.outcome,
            code=judged.code,
            redemption=redemption,
            shown_at=judged.shown_at,
            sold_at=entry.sold_at,
            at=database_now(connection),
        )


def _judge(lease: Lease, entry: OfflineEntry) -> _Judged:
    """Say what becomes of a sale; the wallet's row is locked from here on."""
    try:
        shown = read_wallet_code(entry.wallet_code, municipality=lease.campaign.municipality)
    except CodeUnreadable as refusal:
        return _Judged(outcome=OfflineOutcome.REFUSED, code=refusal.code)
    refused = _what_the_shop_could_see(lease, entry, shown)
    wallet = (
        Wallet.objects.select_for_update()
        .filter(pk=shown.wallet_id, campaign=lease.campaign)
        .first()
    )
    if wallet is None:
        refused = "wallet-not-accepted"
    elif not refused:
        refused = _dates_or_day(lease, wallet, shown)
    if refused or wallet is None:
        return _Judged(outcome=OfflineOutcome.REFUSED, code=refused, shown_at=shown.shown_at)
    was_spent = wallet.last_qr_at == shown.shown_at  # this very code, online or at another shop
    has_too_little = wallet.remaining_yen < entry.coupon_yen
    if wallet.state == WalletState.BLOCKED or has_too_little or was_spent:
        return _Judged(outcome=OfflineOutcome.DOUBLE, wallet=wallet, shown_at=shown.shown_at)
    return _Judged(outcome=OfflineOutcome.POSTED, wallet=wallet, shown_at=shown.shown_at)


def _what_the_shop_could_see(lease: Lease, entry: OfflineEntry, shown: ShownWallet) -> str:
    terms = terms_of(lease.campaign)
    if not 0 < entry.bill_yen <= BILL_YEN_MAX or not is_offered(
        terms, bill_yen=entry.bill_yen, coupon_yen=entry.coupon_yen
    ):
        return "amount-not-offered"
    if not lease.issued_at - timedelta(minutes=1) <= shown.shown_at <= lease.expires_at:
        return "outside-the-lease"
    revoked_at = (
        Device.objects.filter(pk=lease.device_id).values_list("revoked_at", flat=True).first()
    )
    if revoked_at is not None and shown.shown_at > revoked_at:
        return "device-not-accepted"
    if sold_yen(lease) + entry.coupon_yen > lease.amount_yen:
        return "lease-exceeded"
    return ""


def _dates_or_day(lease: Lease, wallet: Wallet, shown: ShownWallet) -> str:
    campaign, day = lease.campaign, civil_date(shown.shown_at)
    if not campaign.starts_on <= day <= (wallet.valid_until or campaign.ends_on):
        return "coupon-expired"
    most = campaign.uses_per_shop_and_day
    sold = OfflineSale.objects.filter(lease=lease, redemption__wallet=wallet)
    days = [civil_date(at) for at in sold.values_list("shown_at", flat=True) if at is not None]
    return "daily-limit" if most is not None and days.count(day) >= most else ""


def _post_sale(
    lease: Lease, entry: OfflineEntry, judged: _Judged, *, actor: Actor, now: datetime
) -> Redemption:
    wallet, campaign = judged.wallet, lease.campaign
    if wallet is None or judged.shown_at is None:
        raise ValueError("a sale without a wallet or a code's second is refused")
    is_double = judged.outcome == OfflineOutcome.DOUBLE
    if is_double:
        source = ledger.account_of(campaign.pk, AccountKind.RESERVE)
    elif campaign.cap == CapKind.ISSUE:
        source = ledger.account_of(campaign.pk, AccountKind.WALLET, wallet.pk)
    else:
        source = ledger.account_of(campaign.pk, AccountKind.LEASE, lease.pk)
    shop = ledger.account_of(campaign.pk, AccountKind.SHOP, lease.shop_id)
    txn = ledger.post(
        TxnKind.DOUBLE if is_double else TxnKind.REDEEM,
        f"{lease.pk}:{entry.number}",
        [Move(account=source, yen=-entry.coupon_yen), Move(account=shop, yen=entry.coupon_yen)],
        campaign_id=campaign.pk,
    )
    if is_double:
        block_wallet(wallet, reason="offline-double", actor=actor, now=now)
    else:
        wallet.remaining_yen -= entry.coupon_yen
        wallet.last_qr_at = max(wallet.last_qr_at or judged.shown_at, judged.shown_at)
        wallet.save(update_fields=["remaining_yen", "last_qr_at"])
        _count_use(lease, wallet, civil_date(judged.shown_at))
    return Redemption.objects.create(
        txn=txn,
        campaign=campaign,
        wallet=wallet,
        shop_id=lease.shop_id,
        device_id=lease.device_id,
        key=f"offline:{lease.pk}:{entry.number}",
        request_hash=entry.request_hash,
        way=RedemptionWay.OFFLINE,
        bill_yen=entry.bill_yen,
        coupon_yen=entry.coupon_yen,
        left_yen=wallet.remaining_yen,
        at=txn.at,
    )


def _count_use(lease: Lease, wallet: Wallet, day: date) -> None:
    campaign = lease.campaign
    for place, most in (
        (lease.shop_id, campaign.uses_per_shop_and_day),
        (campaign.pk, campaign.uses_per_day),
    ):
        if most is None:
            continue
        _row, is_new = DailyUse.objects.get_or_create(
            wallet=wallet, place=place, day=day, defaults={"uses": 1, "uses_max": most}
        )
        if not is_new:
            DailyUse.objects.filter(wallet=wallet, place=place, day=day, uses__lt=most).update(
                uses=F("uses") + 1
            )
