"""Paper at the counter: one sheet for whom an officer serves, and the rest of a lost one.

A sheet is given once for its form's key. A sheet that is lost ends, and its coupons that were not
used become a new sheet: WALLET -> WALLET, so nothing leaves the budget a second time.
"""

from datetime import datetime
from uuid import UUID, uuid5

from django.db import connection, transaction
from django.db.models import F

from accounts.models import User
from core.actor import Actor
from core.database_clock import database_now
from core.idempotency import KEY_CHARS_MAX
from core.refusals import gettext_noop as _
from jp.clock import civil_date
from tourism import ledger
from tourism.models import (
    AccountKind,
    Campaign,
    CampaignState,
    PaperCoupon,
    PaperSheet,
    PaperState,
    SheetState,
    TxnKind,
    Wallet,
    WalletState,
)
from tourism.paper import (
    PaperRefused,
    SheetStateWrong,
    hand_over,
    make_bearers_wallet,
    record_paper_work,
)
from tourism.paper_sheets import new_sheet, print_sheets
from tourism.refusals import KeyMissing, NotOpen, WalletExpired
from tourism.set_limits import lock_buyer


class PaperNothingLeft(PaperRefused):
    code = "paper-nothing-left"
    title = _("この紙には、のこっているクーポンがありません")
    next_step = _("使ったお店と日を、クーポンの担当に聞いてください。")


def give_sheet(
    campaign: Campaign, *, person_id: UUID, key: str, given_by: User, actor: Actor, now: datetime
) -> PaperSheet:
    """Print one sheet and hand it to a person; the same key again is the same sheet."""
    if not 0 < len(key) <= KEY_CHARS_MAX:
        raise KeyMissing
    sheet_id = uuid5(person_id, f"paper:{campaign.pk}:{key}")
    with transaction.atomic():
        lock_buyer(person_id)  # a second tap waits here, and finds the sheet
        before = PaperSheet.objects.filter(pk=sheet_id).select_related("campaign").first()
        if before is not None:
            return before
        (sheet,) = print_sheets(
            campaign, count=1, printed_by=given_by, actor=actor, now=now, sheet_id=sheet_id
        )
        return hand_over(sheet, handed_by=given_by, actor=actor, now=now, person_id=person_id)


def replace_sheet(lost: PaperSheet, *, given_by: User, actor: Actor, now: datetime) -> PaperSheet:
    """End a lost sheet and move what was not used to a new one; done twice, it is one new sheet."""
    with transaction.atomic():
        wallet = Wallet.objects.select_for_update().filter(pk=lost.pk).first()
        old = (
            PaperSheet.objects.select_for_update(of=("self",))
            .select_related("campaign")
            .get(pk=lost.pk)
        )
        moved = PaperSheet.objects.filter(replaces=old).select_related("campaign").first()
        if moved is not None:
            return moved
        if wallet is None or old.state != SheetState.HANDED:
            raise SheetStateWrong
        _demand_good(old, wallet)
        left = list(old.coupons.filter(state=PaperState.HANDED))
        if not left:
            raise PaperNothingLeft
        new = _move(old, left, given_by=given_by, now=now)
        record_paper_work(
            "paper.replace", old.campaign, old.pk, actor=actor, now=now, yen=new.value_yen
        )
    return new


def _demand_good(sheet: PaperSheet, wallet: Wallet) -> None:
    """Raise where the coupons could not be used any more: a new paper brings nothing back."""
    if sheet.campaign.state not in {CampaignState.OPEN, CampaignState.PAUSED}:
        raise NotOpen
    if civil_date(database_now(connection)) > sheet.expires_on:
        raise WalletExpired
    if wallet.state != WalletState.ACTIVE:  # stopped by the office: that is not undone by losing it
        raise SheetStateWrong


def _move(old: PaperSheet, left: list[PaperCoupon], *, given_by: User, now: datetime) -> PaperSheet:
    rest = sum(coupon.face_yen for coupon in left)
    new = new_sheet(old.campaign, value_yen=rest, printed_by=given_by, now=now)
    # Its share of what the buyer paid, for a refund; a part of a yen up, for the holder.
    new.price_yen = -(-rest * old.price_yen // old.value_yen)
    new.expires_on, new.person_id, new.replaces = old.expires_on, old.person_id, old
    new.state, new.handed_by, new.handed_at = SheetState.HANDED, given_by, now
    new.save(force_insert=True)
    PaperCoupon.objects.bulk_create(
        PaperCoupon(sheet=new, number=number, face_yen=coupon.face_yen, state=PaperState.HANDED)
        for number, coupon in enumerate(left, start=1)
    )
    old.coupons.filter(state=PaperState.HANDED).update(state=PaperState.VOID)
    old.state, old.void_by, old.void_at = SheetState.VOID, given_by, now
    old.save(update_fields=["state", "void_by", "void_at"])
    Wallet.objects.filter(pk=old.pk).update(
        remaining_yen=F("remaining_yen") - rest, state=WalletState.EXPIRED
    )
    make_bearers_wallet(new, now=now)
    campaign_id = old.campaign_id
    ledger.post(
        TxnKind.MOVE,
        f"paper:{new.pk}",
        [
            ledger.Move(account=ledger.account_of(campaign_id, AccountKind.WALLET, old.pk),
                        yen=-rest),
            ledger.Move(account=ledger.account_of(campaign_id, AccountKind.WALLET, new.pk),
                        yen=rest),
        ],
        campaign_id=campaign_id,
    )  # fmt: skip
    return new
