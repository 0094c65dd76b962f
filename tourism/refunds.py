"""Give back what buyers of sets did not use: notice, claims, one list, one payment.

1. The campaign is over and its wallets have expired: what was not used lies in EXPIRED. A clerk
   prepares the refund, another person puts up the notice, and holders are told.
2. Until the last day of the notice's period holders ask, on their page or at the counter.
3. After it a clerk fixes the list; another person confirms that it was paid: EXPIRED -> BUYER, once
   a claim. What nobody asked for goes back to the funding when the campaign closes.

Who asked early need not wait for the end: `refund_rounds` pays while the period runs.

The period is counted by the database's clock. Bank account and amounts are in `refund_papers`.
"""

from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import Q, QuerySet, Sum

from accounts.models import User
from accounts.two_people import are_one
from core import audit
from core.actor import Actor
from core.database_clock import database_now
from core.outbox import put_notice
from core.refusals import Refusal, gettext_noop as _
from jp.clock import civil_date
from tourism import ledger
from tourism.bank_days import next_bank_day
from tourism.campaign_editing import plan_of
from tourism.campaign_plan import issue_of
from tourism.ledger import Move
from tourism.models import (
    AccountKind,
    Balance,
    Campaign,
    CampaignState,
    CouponSet,
    PaperSheet,
    Posting,
    Redemption,
    Refund,
    RefundClaim,
    RefundRound,
    RefundState,
    RefundWay,
    SetMedium,
    TxnKind,
    Wallet,
)
from tourism.prepaid_law import standing
from tourism.refund_rules import check_period, check_share, refund_yen
from tourism.settlement import payer_of
from tourism.shop_applications import BankFields

NOTICE: Final = "coupon-refund"
_OVER: Final = (CampaignState.ENDED, CampaignState.SETTLING)


class RefundStateWrong(Refusal):
    code = "refund-state-wrong"
    title = _("いまの状態では、この操作はできません")
    next_step = _("払いもどしのページで、いまの状態をたしかめてください。")
    status = HTTPStatus.CONFLICT


class NothingToRefund(Refusal):
    """The campaign sold nothing, runs, or still holds value that could be spent."""

    code = "refund-not-possible"
    title = _("この事業では、まだ払いもどしをはじめられません")
    next_step = _("セットを売った事業が終わり、夜の期限の処理がすんでから行ってください。")
    status = HTTPStatus.CONFLICT


class RefundNeedsSecondPerson(Refusal):
    code = "refund-needs-second-person"
    title = _("1人めとはべつの人が、行ってください")
    next_step = _("ほかの担当の人に、たのんでください。")
    status = HTTPStatus.CONFLICT


class PeriodNotOver(Refusal):
    code = "refund-period-not-over"
    title = _("申し出の期間が、まだ終わっていません")
    next_step = _("申し出の最後の日の、次の日から行えます。")
    status = HTTPStatus.CONFLICT


class PeriodOver(Refusal):
    code = "refund-period-over"
    title = _("申し出の期間は終わりました")
    next_step = _("払う一覧を確定して、のこりの全部を払ってください。")
    status = HTTPStatus.CONFLICT


class RoundIsOpen(Refusal):
    code = "refund-round-open"
    title = _("払うのを待っている一覧があります")
    next_step = _("その一覧の支払いを記録してから行ってください。")
    status = HTTPStatus.CONFLICT


class NotInPeriod(Refusal):
    code = "refund-not-in-period"
    title = _("払いもどしの申し出の期間ではありません")
    next_step = _("払いもどしのお知らせで、期間をたしかめてください。")
    status = HTTPStatus.CONFLICT


class NothingUnused(Refusal):
    """One answer for used up, given for nothing, blocked and somebody else's."""

    code = "refund-nothing-unused"
    title = _("払いもどす金額がありません")
    next_step = _("番号をたしかめるか、市のクーポン担当に聞いてください。")


class ClaimedBefore(Refusal):
    code = "refund-claimed-before"
    title = _("この払いもどしは、もう申しこまれています")
    next_step = _("変えたいときは、市のクーポン担当に連絡してください。")
    status = HTTPStatus.CONFLICT


REFUND_REFUSALS: Final = (
    RefundStateWrong, NothingToRefund, RefundNeedsSecondPerson, PeriodNotOver, RoundIsOpen,
)  # fmt: skip
CLAIM_REFUSALS: Final = (NotInPeriod, NothingUnused, ClaimedBefore)


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What a wallet or a sheet would get back."""

    unused_yen: int
    refund_yen: int


# -- the notice ----------------------------------------------------------------------------------


def prepare_refund(
    campaign: Campaign, *, share: str, claims_until: date, contact: str, made_by: User,
    actor: Actor, now: datetime,
) -> Refund:  # fmt: skip
    """Prepare the refund of a campaign that is over, as the first person."""
    check_share(share, standing(issue_of(plan_of(campaign))))
    check_period(announced_on=civil_date(now), claims_until=claims_until)
    with transaction.atomic():
        locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
        if locked.state not in _OVER or not locked.sets.exists() or _is_held(locked):
            raise NothingToRefund
        try:
            with transaction.atomic():
                made = Refund.objects.create(
                    municipality=locked.municipality, campaign=locked, share=share,
                    claims_until=claims_until, contact=contact.strip(), made_by=made_by,
                    made_at=now,
                )  # fmt: skip
        except IntegrityError:
            raise RefundStateWrong from None
        record_refund("refund.prepare", made, actor=actor, now=now)
    return made


def withdraw_refund(refund: Refund, *, actor: Actor, now: datetime) -> None:
    """Throw a refund away that nobody was told of."""
    with transaction.atomic():
        locked = locked_refund(refund, RefundState.DRAFT)
        record_refund("refund.withdraw", locked, actor=actor, now=now)
        locked.delete()


def announce_refund(refund: Refund, *, announced_by: User, actor: Actor, now: datetime) -> Refund:
    """Put the notice up as the second person; whoever holds something is told."""
    with transaction.atomic():
        locked = locked_refund(refund, RefundState.DRAFT)
        if are_one(locked.made_by_id, announced_by.pk, now=now):
            raise RefundNeedsSecondPerson
        check_period(announced_on=civil_date(now), claims_until=locked.claims_until)
        locked.state = RefundState.ANNOUNCED
        locked.announced_by, locked.announced_at = announced_by, now
        locked.save(update_fields=["state", "announced_by", "announced_at"])
        _tell_holders(locked, now=now)
        record_refund("refund.announce", locked, actor=actor, now=now)
    return locked


def _tell_holders(refund: Refund, *, now: datetime) -> None:
    unused = unused_by_wallet(refund.campaign)
    holders = Wallet.objects.filter(pk__in=unused.keys(), person__isnull=False)
    for wallet, person in holders.values_list("pk", "person"):
        put_notice(
            municipality=refund.municipality,
            person_id=person,
            kind=NOTICE,
            link=f"/tourism/refunds/{refund.campaign.slug}/",
            dedupe_key=f"{NOTICE}:{wallet}",
            now=now,
        )


# -- claims --------------------------------------------------------------------------------------


def claim_refund(
    wallet: Wallet, *, bank: BankFields | None, claimed_by: UUID, actor: Actor, now: datetime
) -> RefundClaim:
    """Ask for what a wallet or sheet did not use; ``bank=None`` is cash at the counter."""
    account = bank.checked() if bank is not None else None
    with transaction.atomic():
        refund = Refund.objects.select_for_update().filter(campaign=wallet.campaign_id).first()
        if refund is None or not is_in_period(refund):
            raise NotInPeriod
        if RefundClaim.objects.filter(wallet=wallet).exists():
            raise ClaimedBefore
        worth = worth_of(wallet, share=refund.share)
        if worth.refund_yen < 1 or wallet.blocked_reason:
            raise NothingUnused
        made = RefundClaim.objects.create(
            refund=refund, wallet=wallet, unused_yen=worth.unused_yen, refund_yen=worth.refund_yen,
            way=RefundWay.CASH if account is None else RefundWay.BANK, account=account,
            claimed_at=now, claimed_by=claimed_by,
        )  # fmt: skip
        record_refund("refund.claim", refund, actor=actor, now=now, subject=wallet.person_id,
                yen=worth.refund_yen)  # fmt: skip
    return made


def is_in_period(refund: Refund) -> bool:
    """Say whether claims are taken today."""
    if refund.state != RefundState.ANNOUNCED:
        return False
    return civil_date(database_now(connection)) <= refund.claims_until


def worth_of(wallet: Wallet, *, share: str) -> Worth:
    """Return what a wallet or a sheet did not use, and what of it comes back."""
    unused = unused_by_wallet(wallet.campaign, only=wallet.pk).get(wallet.pk, 0)
    price, value = _price_and_value(wallet)
    return Worth(
        unused_yen=unused,
        refund_yen=refund_yen(unused, price_yen=price, value_yen=value, share=share),
    )


def unused_by_wallet(campaign: Campaign, *, only: UUID | None = None) -> dict[UUID, int]:
    """Return what expired unused, by wallet or sheet, with sales taken back after the end."""
    one = {"account__ref": only} if only else {}
    expired = (
        Posting.objects.filter(
            account__campaign=campaign, account__kind=AccountKind.WALLET,
            txn__kind=TxnKind.EXPIRE, **one,
        )
        .exclude(txn__key__startswith="paper-void:")
        .values_list("account__ref")
        .annotate(yen=-Sum("amount_yen"))
    )  # fmt: skip
    found = dict(expired)
    late = Redemption.objects.filter(
        campaign=campaign, reversal__txn__postings__account__kind=AccountKind.EXPIRED
    )
    if only:
        late = late.filter(wallet=only)
    for wallet, yen in late.values_list("wallet").annotate(yen=Sum("coupon_yen")):
        found[wallet] = found.get(wallet, 0) + yen
    return {wallet: yen for wallet, yen in found.items() if yen > 0}


def _price_and_value(wallet: Wallet) -> tuple[int, int]:
    sheet = PaperSheet.objects.filter(pk=wallet.pk).first()
    if sheet is not None:
        return sheet.price_yen, sheet.value_yen
    sold = CouponSet.objects.filter(campaign=wallet.campaign_id, medium=SetMedium.DIGITAL).first()
    return (sold.price_yen, sold.value_yen) if sold is not None and wallet.sets else (0, 1)


# -- the list and the payment --------------------------------------------------------------------


def fix_list(refund: Refund, *, listed_by: User, actor: Actor, now: datetime) -> Refund:
    """End the period: the claims that stand in no round are what will be paid."""
    with transaction.atomic():
        locked = locked_refund(refund, RefundState.ANNOUNCED)
        if is_in_period(locked):
            raise PeriodNotOver
        if open_round(locked) is not None:
            raise RoundIsOpen
        locked.state, locked.listed_by, locked.listed_at = RefundState.LISTED, listed_by, now
        locked.payer, locked.pay_on = payer_of(locked.municipality), next_bank_day(civil_date(now))
        locked.save(update_fields=["state", "listed_by", "listed_at", "payer", "pay_on"])
        record_refund("refund.list", locked, actor=actor, now=now)
    return locked


def confirm_refunds(refund: Refund, *, paid_by: User, actor: Actor, now: datetime) -> Refund:
    """Book the payment as the second person: EXPIRED -> BUYER, once for each claim."""
    with transaction.atomic():
        locked = locked_refund(refund, RefundState.LISTED)
        if locked.listed_by_id is None or are_one(locked.listed_by_id, paid_by.pk, now=now):
            raise RefundNeedsSecondPerson
        pay_claims(locked, locked.claims.filter(round=None))
        locked.state, locked.paid_by, locked.paid_at = RefundState.PAID, paid_by, now
        locked.save(update_fields=["state", "paid_by", "paid_at"])
        record_refund("refund.pay", locked, actor=actor, now=now)
    return locked


def pay_claims(refund: Refund, claims: QuerySet[RefundClaim]) -> None:
    """Move EXPIRED -> BUYER for each claim; the claim's id is the key: none is ever paid twice."""
    expired = ledger.account_of(refund.campaign_id, AccountKind.EXPIRED)
    buyer = ledger.account_of(refund.campaign_id, AccountKind.BUYER)
    for claim in claims.order_by("pk"):
        ledger.post(
            TxnKind.REFUND,
            str(claim.pk),
            [Move(account=expired, yen=-claim.refund_yen),
             Move(account=buyer, yen=claim.refund_yen)],
            campaign_id=refund.campaign_id,
        )  # fmt: skip


def open_round(refund: Refund) -> RefundRound | None:
    """Return the round that waits to be paid, where one does."""
    return refund.rounds.filter(paid_at=None).first()


def total_yen(refund: Refund) -> int:
    """Return the sum of the claims."""
    return refund.claims.aggregate(yen=Sum("refund_yen"))["yen"] or 0


def public_refunds(municipality: str) -> list[Refund]:
    """Return the notices that anybody may read, the newest first."""
    rows = Refund.objects.filter(municipality=municipality).exclude(state=RefundState.DRAFT)
    return list(rows.select_related("campaign").order_by("-announced_at"))


def _is_held(campaign: Campaign) -> bool:
    """Say whether somebody could still spend: the nightly work has not moved everything."""
    return Balance.objects.filter(
        Q(account__kind=AccountKind.WALLET) | Q(account__kind=AccountKind.LEASE),
        account__campaign=campaign, value_yen__gt=0,
    ).exists()  # fmt: skip


def locked_refund(refund: Refund, state: RefundState) -> Refund:
    """Return the refund with its row locked; :class:`RefundStateWrong` in another state."""
    locked = Refund.objects.select_for_update(of=("self",)).select_related("campaign").get(
        pk=refund.pk
    )  # fmt: skip
    if locked.state != state:
        raise RefundStateWrong
    return locked


def record_refund(
    action: str, refund: Refund, *, actor: Actor, now: datetime, subject: UUID | None = None,
    **facts: int,
) -> None:  # fmt: skip
    audit.record(
        action, actor=actor, now=now, municipality=refund.municipality, object_type="refund",
        object_id=refund.pk, subject=subject, facts=dict(facts),
    )  # fmt: skip
