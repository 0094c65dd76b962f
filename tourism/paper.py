"""Paper coupons: sheets are printed, handed over, used coupon by coupon, made void, or expire.

A sheet is worth nothing until it is handed over; from then on its money is a WALLET account under
the sheet's id (BUDGET -> WALLET, for a sold set BUYER -> WALLET besides). A coupon is used whole,
once: its row is locked, and (device, key) is unique as for every redemption. The QR is signed and
static: copying it copies a number that is good once.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Q
from django.utils.crypto import constant_time_compare

from accounts.models import User
from core import audit
from core.actor import Actor
from core.database_clock import database_now
from core.idempotency import KeyReused
from core.refusals import Refusal, gettext_noop as _
from jp.clock import civil_date
from tourism import ledger
from tourism.campaign_shops import takes_part
from tourism.claim_rules import PersonCap
from tourism.coupon_rules import is_offered
from tourism.models import (
    AccountKind,
    Campaign,
    CampaignState,
    PaperCoupon,
    PaperSheet,
    PaperState,
    Redemption,
    SetMedium,
    SheetState,
    Shop,
    ShopState,
    TxnKind,
    Wallet,
    WalletState,
)
from tourism.paper_numbers import coupon_of
from tourism.redemption import CouponReceipt, receipt_of, record_paper, redemption_of_key
from tourism.refusals import BadAmount, NotOpen, ShopNotActive, ShopNotInCampaign, WalletExpired
from tourism.set_limits import demand_set_left, lock_buyer, sheets_given
from tourism.why_refused import terms_of


class PaperRefused(Refusal):
    """Nothing was printed, handed over or spent."""

    title = _("紙のクーポンを使えません")
    next_step = _("市のクーポン担当に連絡してください。")


class SheetStateWrong(PaperRefused):
    code = "paper-state-wrong"
    title = _("この紙は、もうわたしたか無効です")
    next_step = _("紙の番号をたしかめてください。")
    status = HTTPStatus.CONFLICT


class PaperNotAccepted(PaperRefused):
    """One answer for unknown, not handed over, void and used."""

    code = "paper-not-accepted"
    title = _("この紙のクーポンは使えません")
    next_step = _("ほかのクーポンか、現金で払ってもらってください。")


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperSale:
    """What a shop asks for with one coupon of a sheet."""

    text: str  # of its QR, or the number printed beside it
    shop_id: UUID
    device_id: UUID
    key: str
    bill_yen: int

    def request_hash(self, coupon_id: UUID) -> bytes:
        """Return what makes two requests the same: a reprint signs the same coupon anew."""
        content = f"{coupon_id}|{self.shop_id}|{self.bill_yen}|paper"
        return hashlib.sha256(content.encode()).digest()


def hand_over(
    sheet: PaperSheet,
    *,
    handed_by: User,
    actor: Actor,
    now: datetime,
    person_id: UUID | None = None,
) -> PaperSheet:
    """Give a sheet to somebody: its value leaves the budget, a set's price comes from its buyer.

    Given away, ``person_id`` gets one sheet and no more; sold, as many as the programme allows.
    """
    with transaction.atomic():
        if person_id is not None:
            lock_buyer(person_id)
        locked = _locked(sheet)
        if locked.state != SheetState.PRINTED:
            raise SheetStateWrong
        campaign = locked.campaign
        if campaign.state != CampaignState.OPEN:
            raise NotOpen
        _check_limits(campaign, person_id)
        make_bearers_wallet(locked, now=now)
        _fund(locked)
        locked.state, locked.handed_by, locked.handed_at = SheetState.HANDED, handed_by, now
        locked.person_id = person_id
        locked.save()
        locked.coupons.update(state=PaperState.HANDED)
        record_paper_work(
            "paper.hand", campaign, locked.pk, actor=actor, now=now, yen=locked.value_yen
        )
    return locked


def void_sheet(
    sheet: PaperSheet, *, reason: str, void_by: User, actor: Actor, now: datetime
) -> PaperSheet:
    """End a lost or spoilt sheet: coupons that were not used go back to the budget."""
    with transaction.atomic():
        Wallet.objects.select_for_update().filter(pk=sheet.pk).first()
        locked = _locked(sheet)
        if locked.state == SheetState.VOID:
            raise SheetStateWrong
        if locked.state == SheetState.HANDED:
            _empty(locked, to=AccountKind.BUDGET, key=f"void:{locked.pk}")
        unused = locked.coupons.filter(state__in=[PaperState.PRINTED, PaperState.HANDED])
        unused.update(state=PaperState.VOID)
        locked.state, locked.void_by, locked.void_at = SheetState.VOID, void_by, now
        locked.void_reason = reason[:200]
        locked.save()
        record_paper_work("paper.void", locked.campaign, locked.pk, actor=actor, now=now)
    return locked


def use_paper(sale: PaperSale, *, municipality: str) -> CouponReceipt:
    """Spend one coupon of a sheet, once for (device, key); a retry gets the first answer."""
    # Before the transaction: a refusal inside of it would take back the count of wrong numbers.
    is_retry = redemption_of_key(sale.device_id, sale.key) is not None
    coupon_id = coupon_of(
        sale.text, municipality=municipality, asked_by=sale.device_id, is_retry=is_retry
    )
    if coupon_id is None:
        raise PaperNotAccepted
    with transaction.atomic():
        first = redemption_of_key(sale.device_id, sale.key)
        request_hash = sale.request_hash(coupon_id)
        if first is not None:
            return _first_answer(first, request_hash)
        sheet_id = PaperCoupon.objects.filter(pk=coupon_id).values_list("sheet", flat=True).first()
        if sheet_id is None:
            raise PaperNotAccepted
        wallet = Wallet.objects.select_for_update().filter(pk=sheet_id).first()  # as everywhere
        coupon = PaperCoupon.objects.select_for_update().filter(pk=coupon_id).first()
        if coupon is None or coupon.state != PaperState.HANDED:
            raise PaperNotAccepted
        if wallet is None or wallet.state == WalletState.BLOCKED:
            raise PaperNotAccepted
        sheet = PaperSheet.objects.select_related("campaign").get(pk=coupon.sheet_id)
        instant = database_now(connection)
        _check_sale(sheet, coupon, sale, today=civil_date(instant))
        made = record_paper(
            campaign_id=sheet.campaign_id,
            sheet_id=sheet.pk,
            sale_key=sale.key,
            shop_id=sale.shop_id,
            device_id=sale.device_id,
            bill_yen=sale.bill_yen,
            coupon_yen=coupon.face_yen,
            request_hash=request_hash,
        )
        coupon.state, coupon.used_at = PaperState.USED, made.at
        coupon.used_in_id, coupon.redemption_id = sale.shop_id, made.pk
        coupon.save(update_fields=["state", "used_at", "used_in", "redemption_id"])
        Wallet.objects.filter(pk=sheet.pk).update(
            remaining_yen=F("remaining_yen") - coupon.face_yen
        )
    return receipt_of(made)


def expire_paper(campaign: Campaign) -> int:
    """Move what is left on sheets whose day is over: WALLET -> EXPIRED. Run it as often as liked.

    Returns the number of sheets that were emptied.
    """
    today = civil_date(database_now(connection))
    late = PaperSheet.objects.filter(
        campaign=campaign, state=SheetState.HANDED, expires_on__lt=today
    ).filter(Q(coupons__state=PaperState.HANDED))
    ids = list(late.distinct().order_by("pk").values_list("pk", flat=True))
    for sheet_id in ids:
        with transaction.atomic():
            Wallet.objects.select_for_update().filter(pk=sheet_id).first()
            sheet = _locked_id(sheet_id)
            sheet.coupons.filter(state=PaperState.HANDED).update(state=PaperState.EXPIRED)
            _empty(sheet, to=AccountKind.EXPIRED, key=f"expire:{sheet.pk}")
    return len(ids)


def _check_limits(campaign: Campaign, person_id: UUID | None) -> None:
    """Refuse one sheet too many: sold ones count with the sets of the whole programme.

    Given away, a person has a sheet or a phone's wallet. A lost sheet counts on: its rest is moved.
    """
    on_sale = campaign.sets.filter(medium=SetMedium.PAPER).first()
    if on_sale is not None:
        demand_set_left(on_sale, person_id)
    elif person_id is not None and has_its_share(campaign, person_id):
        raise PersonCap


def has_its_share(campaign: Campaign, person_id: UUID) -> bool:
    """Say whether a person has what is given away once: a sheet, or a wallet on a phone."""
    return (
        sheets_given(Q(campaign=campaign, person_id=person_id)).exists()
        or Wallet.objects.filter(campaign=campaign, person=person_id).exists()
    )


def _check_sale(sheet: PaperSheet, coupon: PaperCoupon, sale: PaperSale, *, today: date) -> None:
    """Refuse what the campaign, the shop or the day does not allow, at the commit's own day."""
    campaign = sheet.campaign
    shop = Shop.objects.filter(pk=sale.shop_id, municipality=campaign.municipality).first()
    if shop is None or shop.state != ShopState.ACTIVE:
        raise ShopNotActive
    if not takes_part(shop, campaign):
        raise ShopNotInCampaign
    if today > sheet.expires_on:
        raise WalletExpired
    if campaign.state != CampaignState.OPEN or not campaign.starts_on <= today <= campaign.ends_on:
        raise NotOpen
    if not is_offered(terms_of(campaign), bill_yen=sale.bill_yen, coupon_yen=coupon.face_yen):
        raise BadAmount


def make_bearers_wallet(sheet: PaperSheet, *, now: datetime) -> None:
    """Open the bearer's wallet under the sheet's id; no QR of a phone ever names it."""
    Wallet.objects.create(
        id=sheet.pk,
        campaign_id=sheet.campaign_id,
        number=sheet.serial,
        way=sheet.campaign.claim_by,
        remaining_yen=sheet.value_yen,
        granted_yen=sheet.value_yen,
        valid_until=sheet.expires_on,
        made_at=now,
    )


def _fund(sheet: PaperSheet) -> None:
    """Fund a sheet. Paper is issued even where phones only have an allowance: a bearer's money."""
    wallet = ledger.account_of(sheet.campaign_id, AccountKind.WALLET, sheet.pk)
    budget = ledger.account_of(sheet.campaign_id, AccountKind.BUDGET)
    moves = [
        ledger.Move(account=wallet, yen=sheet.value_yen),
        ledger.Move(account=budget, yen=sheet.price_yen - sheet.value_yen),
    ]
    if sheet.price_yen:
        buyer = ledger.account_of(sheet.campaign_id, AccountKind.BUYER)
        moves.append(ledger.Move(account=buyer, yen=-sheet.price_yen))
    kind = TxnKind.SALE if sheet.price_yen else TxnKind.CLAIM
    ledger.post(kind, f"paper:{sheet.pk}", moves, campaign_id=sheet.campaign_id)


def _empty(sheet: PaperSheet, *, to: AccountKind, key: str) -> None:
    Wallet.objects.filter(pk=sheet.pk).update(remaining_yen=0, state=WalletState.EXPIRED)
    left = ledger.balance_yen(sheet.campaign_id, AccountKind.WALLET, sheet.pk)
    if left == 0:
        return
    wallet = ledger.account_of(sheet.campaign_id, AccountKind.WALLET, sheet.pk)
    target = ledger.account_of(sheet.campaign_id, to)
    moves = [ledger.Move(account=wallet, yen=-left), ledger.Move(account=target, yen=left)]
    ledger.post(TxnKind.EXPIRE, f"paper-{key}", moves, campaign_id=sheet.campaign_id)


def _first_answer(first: Redemption, request_hash: bytes) -> CouponReceipt:
    if not constant_time_compare(bytes(first.request_hash), request_hash):
        raise KeyReused
    return receipt_of(first)


def _locked(sheet: PaperSheet) -> PaperSheet:
    return _locked_id(sheet.pk)


def _locked_id(sheet_id: UUID) -> PaperSheet:
    return (
        PaperSheet.objects.select_for_update(of=("self",))
        .select_related("campaign")
        .get(pk=sheet_id)
    )


def record_paper_work(
    action: str, campaign: Campaign, object_id: UUID, *, actor: Actor, now: datetime, **facts: int
) -> None:
    audit.record(
        action,
        actor=actor,
        now=now,
        municipality=campaign.municipality,
        object_type="paper",
        object_id=object_id,
        facts=dict(facts),
    )
