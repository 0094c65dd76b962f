"""Settle a campaign: what each shop is owed up to a cut, the batch, its approvals, its payment.

1. The cut is midnight (JST) at the start of a settlement day, and lies in the past: every sale
   before it is a day old, so a shop can take none of them back any more (design: freeze).
2. What a shop is owed is the sum of all postings of its account before the cut, less what was
   paid. A statement that committed late is thus in the next batch, and never lost.
3. One batch of a campaign is open at a time: the ledger knows of a payout when it was sent.
4. Net amounts at or below zero are carried over; a shop without a counting account is held.

Reads and writes are set-based: memory does not grow with the number of sales.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Count, F, Q, QuerySet, Sum

from accounts.models import AccountRecovery, Membership, OrganisationRole, User
from core import audit
from core.actor import Actor
from core.refusals import Refusal, gettext_noop as _
from jp.clock import civil_date, start_of_day
from tourism.bank_days import next_bank_day
from tourism.banks import checked_account
from tourism.models import (
    AccountKind,
    AccountState,
    Balance,
    BatchState,
    Campaign,
    CampaignState,
    LineState,
    PayoutBatch,
    PayoutLine,
    Posting,
    Shop,
    ShopBankAccount,
    TxnKind,
)

# A statement that took its instant before midnight has ended by then (statement timeout: 30 s).
GRACE: Final = timedelta(minutes=5)
RECOVERY_HOLD: Final = timedelta(hours=24)
_PAYER_FIELDS: Final = ("bank_code", "branch_code", "kind", "number", "holder_kana")
_EARNED: Final = (TxnKind.REDEEM, TxnKind.DOUBLE)
_SETTLED_STATES: Final = frozenset({BatchState.SENT, BatchState.PAID})
_OPENED: Final = frozenset(
    {
        CampaignState.OPEN,
        CampaignState.PAUSED,
        CampaignState.EXHAUSTED,
        CampaignState.ENDED,
        CampaignState.SETTLING,
    }
)


class CutTooEarly(Refusal):
    code = "settlement-cut-too-early"
    title = _("締めの日が、まだ終わっていません")
    next_step = _("締めの日の0時を5分すぎてから、もう一度行ってください。")
    status = HTTPStatus.CONFLICT


class CutNotLater(Refusal):
    code = "settlement-cut-not-later"
    title = _("この日までは、もう精算しました")
    next_step = _("前の締めより後の日を選んでください。")
    status = HTTPStatus.CONFLICT


class EarlierBatchOpen(Refusal):
    code = "settlement-earlier-batch-open"
    title = _("前の精算が、まだ終わっていません")
    next_step = _("前の精算を2人で承認して、銀行に出してから行ってください。")
    status = HTTPStatus.CONFLICT


class NotASettlementDay(Refusal):
    code = "settlement-day-wrong"
    title = _("この日は、この事業の精算の日ではありません")
    next_step = _("事業に書いた精算の日を選んでください。")


class CampaignNotOpened(Refusal):
    code = "settlement-campaign-not-opened"
    title = _("この事業は、まだ始まっていないか、もう閉じています")
    next_step = _("事業のページで、いまの状態をたしかめてください。")
    status = HTTPStatus.CONFLICT


class PayerNotSet(Refusal):
    code = "settlement-payer-not-set"
    title = _("振りこみ元の口座が登録されていません")
    next_step = _("システムの担当に、市の口座と委託者コードを設定してもらってください。")
    status = HTTPStatus.CONFLICT


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """What one shop earned in a period, and what it is owed in all."""

    shop_id: UUID
    redemption_count: int
    gross_yen: int
    reversed_yen: int
    net_yen: int

    @property
    def carried_yen(self) -> int:
        """Return what was owed from before; below zero where the shop owed."""
        return self.net_yen - self.gross_yen + self.reversed_yen


def freeze_batch(
    campaign: Campaign,
    *,
    cut_on: date,
    made_by: User,
    actor: Actor,
    now: datetime,
    is_last: bool = False,
) -> PayoutBatch:
    """Make the batch of all that happened before 0:00 of ``cut_on``.

    ``is_last`` settles on any day after the campaign, so that it can be closed; and what the bank
    gave back later, which a closed campaign owes its shop again.
    """
    cut_at = start_of_day(cut_on)
    if now < cut_at + GRACE:
        raise CutTooEarly
    with transaction.atomic():
        locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
        before = _batch_before(locked, cut_at=cut_at)
        _check_cut(locked, cut_on=cut_on, is_last=is_last)
        return _freeze(locked, before, cut_at=cut_at, made_by=made_by, actor=actor, now=now)


def freeze_demo(campaign: Campaign, *, made_by: User, actor: Actor, now: datetime) -> PayoutBatch:
    """Make the batch of a demo campaign as it stands now: a demo does not wait for midnight.

    What a shop sold before it can no longer be taken back by the shop.
    """
    with transaction.atomic():
        locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
        if not locked.is_demo or locked.state not in _OPENED:
            raise CampaignNotOpened
        before = _batch_before(locked, cut_at=now)
        return _freeze(locked, before, cut_at=now, made_by=made_by, actor=actor, now=now)


def _freeze(
    campaign: Campaign,
    before: PayoutBatch | None,
    *,
    cut_at: datetime,
    made_by: User,
    actor: Actor,
    now: datetime,
) -> PayoutBatch:
    batch = PayoutBatch(
        municipality=campaign.municipality,
        campaign=campaign,
        number=(before.number if before else 0) + 1,
        starts_at=before.cut_at if before else None,
        cut_at=cut_at,
        pay_on=next_bank_day(civil_date(cut_at)),
        payer=payer_of(campaign.municipality),
        made_by=made_by,
        made_at=now,
    )
    try:
        with transaction.atomic():
            batch.save(force_insert=True)
    except IntegrityError:
        raise CutNotLater from None
    _write_lines(batch, now=now)
    record("settlement.freeze", batch, actor=actor, now=now)
    return batch


def owed_to_shops(
    campaign: Campaign, *, starts_at: datetime | None, cut_at: datetime
) -> Iterator[Owed]:
    """Yield one row a shop with any posting before the cut: one grouped query."""
    in_period = Q(txn__at__gte=starts_at) if starts_at else Q()
    earned = in_period & Q(txn__kind__in=_EARNED)
    reversed_ = in_period & Q(txn__kind=TxnKind.REVERSE)
    rows = (
        Posting.objects.filter(
            account__campaign=campaign, account__kind=AccountKind.SHOP, txn__at__lt=cut_at
        )
        .order_by()
        .values(shop_id=F("account__ref"))
        .annotate(
            redemption_count=Count("txn_id", filter=earned),
            gross_yen=Sum("amount_yen", filter=earned, default=0),
            reversed_yen=-Sum("amount_yen", filter=reversed_, default=0),
            net_yen=Sum("amount_yen"),
        )
    )
    for row in rows:
        yield Owed(**row)


def owed_by_campaign(campaigns: QuerySet[Campaign]) -> dict[UUID, int]:
    """Return what each campaign owes its shops now, above zero; one grouped query."""
    rows = Balance.objects.filter(
        account__campaign__in=campaigns, account__kind=AccountKind.SHOP, value_yen__gt=0
    ).values_list("account__campaign")
    return dict(rows.annotate(yen=Sum("value_yen")))


def payer_of(municipality: str) -> dict[str, str]:
    """Return the city's own account as settings have it; there is no default for whose money."""
    given: Mapping[str, str] | None = settings.COUPON_PAYERS.get(municipality)
    if not given:
        raise PayerNotSet
    fields = {name: given[name] for name in _PAYER_FIELDS}
    account = checked_account(**fields)
    return {name: str(value) for name, value in asdict(account).items()} | {"code": given["code"]}


def _batch_before(campaign: Campaign, *, cut_at: datetime) -> PayoutBatch | None:
    before = PayoutBatch.objects.filter(campaign=campaign).order_by("-number").first()
    if before is not None and before.cut_at >= cut_at:
        raise CutNotLater
    if before is not None and before.state not in _SETTLED_STATES:
        raise EarlierBatchOpen
    return before


def _check_cut(campaign: Campaign, *, cut_on: date, is_last: bool) -> None:
    is_owing = campaign.state == CampaignState.CLOSED and _owes(campaign)
    if campaign.state not in _OPENED and not (is_last and is_owing):
        raise CampaignNotOpened
    if is_last and cut_on > campaign.ends_on:
        return
    if cut_on.day not in campaign.settlement_days:
        raise NotASettlementDay


def _owes(campaign: Campaign) -> bool:
    return bool(owed_by_campaign(Campaign.objects.filter(pk=campaign.pk)))


def _write_lines(batch: PayoutBatch, *, now: datetime) -> None:
    rows = owed_to_shops(batch.campaign, starts_at=batch.starts_at, cut_at=batch.cut_at)
    owed = [one for one in rows if one.net_yen or one.gross_yen or one.reversed_yen]
    shops = Shop.objects.in_bulk([one.shop_id for one in owed])
    accounts = accounts_at(shops, now=now)
    owed.sort(key=lambda one: (shops[one.shop_id].number or 0, one.shop_id))
    lines = [
        PayoutLine(
            batch=batch,
            number=number,
            shop=shops[one.shop_id],
            redemption_count=one.redemption_count,
            gross_yen=one.gross_yen,
            reversed_yen=one.reversed_yen,
            carried_yen=one.carried_yen,
            net_yen=one.net_yen,
            state=_state_of(one, has_account=one.shop_id in accounts),
            account=accounts.get(one.shop_id) if one.net_yen > 0 else None,
        )
        for number, one in enumerate(owed, start=1)
    ]
    PayoutLine.objects.bulk_create(lines, batch_size=500)
    batch.line_count = len(lines)
    batch.redemption_count = sum(line.redemption_count for line in lines)
    batch.net_yen = sum(line.net_yen for line in lines if line.state == LineState.DUE)
    batch.save(update_fields=["line_count", "redemption_count", "net_yen"])


def _state_of(owed: Owed, *, has_account: bool) -> LineState:
    if owed.net_yen <= 0:
        return LineState.CARRIED
    return LineState.DUE if has_account else LineState.HELD


def accounts_at(shops: Mapping[UUID, Shop], *, now: datetime) -> dict[UUID, dict[str, str]]:
    """Return the account that counts at ``now`` for each shop that may be paid now.

    Whoever got back into a lost sign-in less than 24 hours ago waits: nothing is paid out to
    an account of a shop whose owner may be somebody else (design/accounts.md).
    """
    recovered = AccountRecovery.objects.filter(approved_at__gt=now - RECOVERY_HOLD).values("user")
    on_hold = set(
        Membership.objects.filter(
            user__in=recovered, role=OrganisationRole.SHOP_OWNER, valid_to__isnull=True
        ).values_list("organisation", flat=True)
    )
    newest: dict[UUID, dict[str, str]] = {}
    rows = ShopBankAccount.objects.filter(
        shop__in=shops.keys(), state=AccountState.APPROVED, counts_from__lte=now
    ).order_by("counts_from")
    for row in rows.iterator(chunk_size=500):
        if shops[row.shop_id].organisation_id not in on_hold:
            newest[row.shop_id] = row.account
    return newest


def lines_due(batch: PayoutBatch) -> Sequence[PayoutLine]:
    """Return the lines that the bank is told to pay, in their order."""
    paid = (LineState.DUE, LineState.PAID, LineState.RETURNED)
    return list(batch.lines.filter(state__in=paid).select_related("shop__place").order_by("number"))


def record(action: str, batch: PayoutBatch, *, actor: Actor, now: datetime) -> None:
    """Write what happened to a batch into the audit trail."""
    audit.record(
        action,
        actor=actor,
        now=now,
        municipality=batch.municipality,
        object_type="payout-batch",
        object_id=batch.pk,
        facts={"lines": batch.line_count, "yen": batch.net_yen},
    )
