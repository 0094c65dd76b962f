"""The tourist scans the shop's poster; the shop's own device confirms within three minutes.

A pending sale reserves nothing: every condition is judged when the shop confirms. It makes its
own key, so that two devices which confirm the same sale, or one twice, spend it once.

The tourist may stop it until the shop presses. The shop takes the sale *before* money moves, and
taking and stopping are each one UPDATE of a waiting row: whichever comes second finds none. What
was taken is not given free again, because nobody may know yet whether its coupon was spent.
"""

import secrets
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet

from core.database_clock import database_now
from core.refusals import Refusal, gettext_noop as _
from core.throttles import Limit
from tourism.coupon_rules import BILL_YEN_MAX, is_offered
from tourism.models import PendingSale, PendingState, RedemptionWay, Shop, Wallet
from tourism.redemption import CouponReceipt, Sale, receipt_of, redeem, redemption_of_key
from tourism.refusals import (
    BadAmount,
    CouponRefused,
    MoneyUnavailable,
    TooFast,
)
from tourism.why_refused import terms_of, why_not_here

WAITS: Final = timedelta(minutes=3)
ASKED_A_MINUTE: Final = Limit(name="coupon-pending", tries=6, seconds=60)
_KEY: Final = "pending"
_NUMBERS: Final = range(100, 1000)
_FOR_THE_SHOP: Final = (PendingState.WAITING, PendingState.TAKEN)


class PendingSaleOver(Refusal):
    """Its three minutes are over, or the shop said no; ask again."""

    code = "pending-sale-over"
    title = _("お店の確認まちの時間が終わりました")
    next_step = _("お客さんに、もう一度お店のQRコードを読みとってもらってください。")
    status = HTTPStatus.CONFLICT


class PendingSaleCancelled(Refusal):
    """The tourist stopped it before the shop pressed."""

    code = "pending-sale-cancelled"
    title = _("お客さんがやめました")
    next_step = _("クーポンを使わずに会計をしてください。")
    status = HTTPStatus.CONFLICT


class PendingSaleTaken(Refusal):
    """The shop pressed first: the answer comes within a moment."""

    code = "pending-sale-taken"
    title = _("お店がもう確認したので、やめられません")
    next_step = _("この画面で、お店の答えを見てください。")
    status = HTTPStatus.CONFLICT


class ShopIsBusy(Refusal):
    """More sales wait at this shop than there are numbers to tell them apart."""

    code = "pending-sale-busy"
    title = _("お店の確認まちが多すぎます")
    next_step = _("少し待ってから、もう一度ためしてください。")
    status = HTTPStatus.CONFLICT


def ask_shop(
    wallet: Wallet, *, shop: Shop, bill_yen: int, coupon_yen: int, now: datetime
) -> PendingSale:
    """Ask the shop to confirm a coupon; the number of three digits stands on both screens.

    What already stands in the way is refused at once, so that nobody waits for a no.
    """
    ASKED_A_MINUTE.count(str(wallet.pk), now=now)
    refusal = why_not_here(wallet, shop=shop, at=database_now(connection))
    if refusal is not None:
        raise refusal  # before anybody waits; it is judged again when the shop confirms
    fits = is_offered(terms_of(wallet.campaign), bill_yen=bill_yen, coupon_yen=coupon_yen)
    if not 0 < bill_yen <= BILL_YEN_MAX or not fits:
        raise BadAmount
    with transaction.atomic():
        instant = database_now(connection)
        taken = set(waiting_at(shop, at=instant).values_list("number", flat=True))
        free = [number for number in _NUMBERS if number not in taken]
        if not free:
            raise ShopIsBusy
        return PendingSale.objects.create(
            wallet=wallet,
            shop=shop,
            number=secrets.choice(free),
            bill_yen=bill_yen,
            coupon_yen=coupon_yen,
            asked_at=instant,
            expires_at=instant + WAITS,
        )


def waiting_at(shop: Shop, *, at: datetime) -> QuerySet[PendingSale]:
    """Return the sales that wait for the shop, the oldest first."""
    return PendingSale.objects.filter(
        shop=shop, state__in=_FOR_THE_SHOP, expires_at__gt=at
    ).order_by("asked_at")


def confirm_sale(pending: PendingSale, *, device_row: UUID | None) -> CouponReceipt:
    """Spend the coupon that the tourist asked for; confirmed twice, it is the same receipt.

    A refusal ends the request: the tourist's page says so at once.
    """
    done = pending.redemption or redemption_of_key(pending.pk, _KEY)
    if done is not None:
        return receipt_of(done)
    sale = Sale(
        campaign_id=pending.wallet.campaign_id,
        wallet_id=pending.wallet_id,
        shop_id=pending.shop_id,
        device_id=pending.pk,
        key=_KEY,
        bill_yen=pending.bill_yen,
        coupon_yen=pending.coupon_yen,
        way=RedemptionWay.TOURIST_SCANS,
        device_row=device_row,
    )
    if not _take(pending):
        done = redemption_of_key(pending.pk, _KEY)  # by the shop's other device, in between
        if done is not None:
            return receipt_of(done)
        is_stopped = PendingSale.objects.filter(pk=pending.pk, state=PendingState.CANCELLED)
        raise PendingSaleCancelled if is_stopped.exists() else PendingSaleOver
    try:
        receipt = redeem(sale)
    except (MoneyUnavailable, TooFast):
        raise  # the next press may find it free
    except CouponRefused:
        # Or both pages would go on waiting for what cannot be.
        PendingSale.objects.filter(pk=pending.pk, state=PendingState.TAKEN).update(
            state=PendingState.REFUSED
        )
        raise
    PendingSale.objects.filter(pk=pending.pk).update(
        state=PendingState.CONFIRMED, redemption_id=receipt.redemption_id
    )
    return receipt


def _take(pending: PendingSale) -> bool:
    """Take the sale for the shop, so that the tourist cannot stop it any more; again is allowed."""
    return bool(
        PendingSale.objects.filter(
            pk=pending.pk, state__in=_FOR_THE_SHOP, expires_at__gt=database_now(connection)
        ).update(state=PendingState.TAKEN)
    )


def cancel_sale(pending: PendingSale) -> None:
    """Let the tourist stop it; twice is once. :class:`PendingSaleTaken` where the shop was first.

    A sale that is over or refused stays so: nothing was spent, and there is nothing to stop.
    """
    rows = PendingSale.objects.filter(pk=pending.pk)
    if rows.filter(state=PendingState.WAITING).update(state=PendingState.CANCELLED):
        return
    if rows.filter(state__in=[PendingState.TAKEN, PendingState.CONFIRMED]).exists():
        raise PendingSaleTaken


def shown_state(pending: PendingSale, *, at: datetime) -> str:
    """Return the state that both sides are told; ``over`` where its three minutes are."""
    if pending.state not in _FOR_THE_SHOP:
        return str(pending.state)
    if pending.state == PendingState.TAKEN and redemption_of_key(pending.pk, _KEY) is not None:
        return str(PendingState.CONFIRMED)  # spent; only the word of it was lost
    return "over" if pending.expires_at <= at else str(pending.state)


def refuse_sale(pending: PendingSale) -> None:
    """Let the shop say no; nothing was reserved, so nothing comes back."""
    PendingSale.objects.filter(pk=pending.pk, state=PendingState.WAITING).update(
        state=PendingState.REFUSED
    )
