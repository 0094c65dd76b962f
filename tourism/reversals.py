"""Take a redemption back: by its shop on the same day, later by two of the city's staff.

Value and the day's count come back, validity does not: what has expired meanwhile goes to EXPIRED
(or, in a redemption-capped campaign, back to the budget). A shop that was paid already owes it,
and its next payout is less. The ledger gets a new transaction; nothing is changed.
"""

from datetime import datetime
from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, F, OuterRef, QuerySet

from accounts.two_people import are_one
from core import audit
from core.actor import Actor
from core.database_clock import database_now
from core.refusals import Refusal, gettext_noop as _
from jp.clock import civil_date
from tourism import ledger
from tourism.ledger import Move
from tourism.models import (
    Account,
    AccountKind,
    Campaign,
    CampaignState,
    CapKind,
    DailyUse,
    PayoutBatch,
    Redemption,
    RedemptionWay,
    Reversal,
    ReversalRequest,
    Shop,
    TxnKind,
    Wallet,
    WalletState,
)
from tourism.shop_accounts import tell_owners
from tourism.use_days import used_at

DECLINED_NOTICE: Final = "coupon-reversal-declined"


class ReversalRefused(Refusal):
    """The redemption stays as it is."""

    title = _("取り消せません")
    next_step = _("市のクーポン担当に連絡してください。")


class AlreadyReversed(ReversalRefused):
    code = "already-reversed"
    title = _("すでに取り消されています")


class DayIsOver(ReversalRefused):
    code = "reversal-day-over"
    title = _("お店で取り消せるのは、使った日の終わりまでです")


class PeriodIsFrozen(ReversalRefused):
    code = "reversal-period-frozen"
    title = _("精算が始まったため、お店では取り消せません")


class NotOfThisShop(ReversalRefused):
    """One answer for unknown and another shop's."""

    code = "reversal-not-found"
    title = _("この取引は見つかりません")
    next_step = _("レシートの番号をたしかめてください。")
    status = HTTPStatus.NOT_FOUND


class SecondPersonNeeded(ReversalRefused):
    code = "reversal-second-person"
    title = _("お願いした人とは別の人が、取り消しを決めます")
    next_step = _("もう一人の担当に、決めてもらってください。")


class CannotComeBack(ReversalRefused):
    """Paper is taken back at the counter; a double was paid by the reserve, not by the wallet."""

    code = "reversal-not-possible"
    title = _("この取引は、ここでは取り消せません")


class ReversalDeclined(ReversalRefused):
    """Somebody decided already; whoever still wants it asks again and says why."""

    code = "reversal-declined"
    title = _("この取り消しは、しないと決まりました")
    next_step = _("新しい理由があれば、もう一度たのんでください。")
    status = HTTPStatus.CONFLICT


class CampaignIsClosed(ReversalRefused):
    """What was not spent was given back already, and no later payout can net the shop's debt."""

    code = "reversal-campaign-closed"
    title = _("この事業は精算が終わったため、取り消せません")
    next_step = _("お店とお客さんの間で、お金を返してもらってください。")
    status = HTTPStatus.CONFLICT


REVERSAL_REFUSALS: Final = (
    AlreadyReversed, DayIsOver, PeriodIsFrozen, NotOfThisShop, CannotComeBack,
)  # fmt: skip


def reverse_by_shop(
    redemption_id: UUID, *, shop_id: UUID, by: UUID, reason: str, actor: Actor, now: datetime
) -> Reversal:
    """Take back a redemption of this shop, until 23:59:59 JST of its day and before the freeze.

    Sent again by the same device or person, it returns the first reversal.
    """
    with transaction.atomic():
        redemption = _locked(redemption_id, shop_id=shop_id)
        before = Reversal.objects.filter(redemption=redemption).first()
        if before is not None:
            if before.by != by:
                raise AlreadyReversed
            return before
        instant = database_now(connection)
        if civil_date(used_at(redemption)) != civil_date(instant):
            raise DayIsOver
        if _is_frozen(redemption):
            raise PeriodIsFrozen
        return _reverse(redemption, by=by, asked_by=None, reason=reason, actor=actor, now=now)


def shop_may_reverse(redemption: Redemption, *, now: datetime) -> bool:
    """Say whether its shop may still take it back, for what a page offers; judged again then."""
    return (
        redemption.way != RedemptionWay.PAPER
        and redemption.txn.kind != TxnKind.DOUBLE
        and civil_date(used_at(redemption)) == civil_date(now)
        and not _is_frozen(redemption)
        and not Reversal.objects.filter(redemption=redemption).exists()
    )


def ask_for_reversal(
    redemption: Redemption, *, reason: str, actor: Actor, now: datetime
) -> ReversalRequest:
    """Ask for a redemption of an earlier day to be taken back; another officer decides."""
    if actor.user_id is None:
        raise ValueError("an officer asks")
    with transaction.atomic():
        redemption = _locked(redemption.pk)
        _demand_not_closed(redemption)
        if Reversal.objects.filter(redemption=redemption).exists():
            raise AlreadyReversed
        asked, is_new = ReversalRequest.objects.get_or_create(
            redemption=redemption,
            declined_at=None,
            defaults={"asked_by": actor.user_id, "reason": reason, "asked_at": now},
        )
        if is_new:
            _audit("redemption.ask-reversal", redemption, actor=actor, now=now, reason=reason)
    return asked


def decide_reversal(asked: ReversalRequest, *, actor: Actor, now: datetime) -> Reversal:
    """Take the redemption back: the second officer's decision."""
    if actor.user_id is None or are_one(asked.asked_by, actor.user_id, now=now):
        raise SecondPersonNeeded
    with transaction.atomic():
        redemption = _locked(asked.redemption_id)
        _demand_not_closed(redemption)
        _undecided(asked)
        return _reverse(
            redemption, by=actor.user_id, asked_by=asked.asked_by, reason="staff", actor=actor,
            now=now,
        )  # fmt: skip


def decline_reversal(
    asked: ReversalRequest, *, reason: str, actor: Actor, now: datetime
) -> ReversalRequest:
    """Leave the redemption as it is, and let the shop's owners know why. No money moves."""
    with transaction.atomic():
        redemption = _locked(asked.redemption_id)
        wish = _undecided(asked)
        wish.declined_by, wish.declined_at, wish.decline_reason = actor.user_id, now, reason
        wish.save(update_fields=["declined_by", "declined_at", "decline_reason"])
        _audit("redemption.decline-reversal", redemption, actor=actor, now=now, reason=reason)
        tell_owners(
            redemption.shop, kind=DECLINED_NOTICE, dedupe_key=f"{DECLINED_NOTICE}:{wish.pk}",
            now=now,
        )  # fmt: skip
    return wish


def undecided_reversals() -> QuerySet[ReversalRequest]:
    """Return the wishes on which nobody has decided, the oldest first."""
    done = Reversal.objects.filter(redemption=OuterRef("redemption"))
    rows = ReversalRequest.objects.filter(~Exists(done), declined_at=None)
    return rows.select_related(
        "redemption__shop__place", "redemption__wallet", "redemption__offline_sale"
    ).order_by("pk")


def declined_reversals(shop: Shop) -> QuerySet[ReversalRequest]:
    """Return the shop's sales that were not taken back, the newest decision first."""
    rows = ReversalRequest.objects.filter(redemption__shop=shop, declined_at__isnull=False)
    return rows.select_related("redemption__offline_sale").order_by("-declined_at")


def _undecided(asked: ReversalRequest) -> ReversalRequest:
    """Return the wish as it is behind the redemption's lock."""
    if Reversal.objects.filter(redemption_id=asked.redemption_id).exists():
        raise AlreadyReversed
    wish = ReversalRequest.objects.select_for_update().get(pk=asked.pk)
    if wish.declined_at is not None:
        raise ReversalDeclined
    return wish


def _locked(redemption_id: UUID, *, shop_id: UUID | None = None) -> Redemption:
    """Return the redemption with its wallet's row locked: the first lock, as everywhere."""
    rows = Redemption.objects.select_related("campaign", "txn")
    redemption = rows.filter(pk=redemption_id).first()
    if redemption is None or (shop_id is not None and redemption.shop_id != shop_id):
        raise NotOfThisShop
    is_double = redemption.txn.kind == TxnKind.DOUBLE
    if is_double or redemption.way == RedemptionWay.PAPER or redemption.wallet_id is None:
        raise CannotComeBack
    Wallet.objects.select_for_update().get(pk=redemption.wallet_id)
    return redemption


def _demand_not_closed(redemption: Redemption) -> None:
    """Hold the campaign open until the reversal is written: closing it waits for this row."""
    campaign = Campaign.objects.select_for_update(no_key=True).get(pk=redemption.campaign_id)
    if campaign.state == CampaignState.CLOSED:
        raise CampaignIsClosed


def _is_frozen(redemption: Redemption) -> bool:
    return PayoutBatch.objects.filter(
        campaign_id=redemption.campaign_id, cut_at__gt=redemption.at
    ).exists()


def _reverse(
    redemption: Redemption, *, by: UUID, asked_by: UUID | None, reason: str, actor: Actor,
    now: datetime,
) -> Reversal:  # fmt: skip
    wallet = Wallet.objects.get(pk=redemption.wallet_id)
    instant = database_now(connection)
    last_day = wallet.valid_until or redemption.campaign.ends_on
    is_good = civil_date(instant) <= last_day and wallet.state != WalletState.EXPIRED
    to = _where_it_returns(redemption, is_good=is_good)
    shop = ledger.account_of(redemption.campaign_id, AccountKind.SHOP, redemption.shop_id)
    try:
        txn = ledger.post(
            TxnKind.REVERSE,
            None,
            [
                Move(account=shop, yen=-redemption.coupon_yen),
                Move(account=to, yen=redemption.coupon_yen),
            ],
            campaign_id=redemption.campaign_id,
            reverses=redemption.pk,
        )
    except (IntegrityError, ledger.KeyNamesAnotherMove):
        raise AlreadyReversed from None
    if is_good:
        Wallet.objects.filter(pk=wallet.pk).update(
            remaining_yen=F("remaining_yen") + redemption.coupon_yen
        )
    DailyUse.objects.filter(
        wallet=wallet,
        day=civil_date(used_at(redemption)),
        place__in=[redemption.shop_id, redemption.campaign_id],
        uses__gt=0,
    ).update(uses=F("uses") - 1)
    made = Reversal.objects.create(
        redemption=redemption, txn=txn, by=by, asked_by=asked_by, reason=reason, at=txn.at
    )
    _audit("redemption.reverse", redemption, actor=actor, now=now, reason=reason)
    return made


def _where_it_returns(redemption: Redemption, *, is_good: bool) -> Account:
    campaign_id, wallet_id = redemption.campaign_id, redemption.wallet_id
    if redemption.campaign.cap == CapKind.REDEMPTION:
        return ledger.account_of(campaign_id, AccountKind.BUDGET)
    if is_good:
        return ledger.account_of(campaign_id, AccountKind.WALLET, wallet_id)
    return ledger.account_of(campaign_id, AccountKind.EXPIRED)


def _audit(
    action: str, redemption: Redemption, *, actor: Actor, now: datetime, reason: str
) -> None:
    audit.record(
        action, actor=actor, now=now, municipality=redemption.campaign.municipality,
        object_type="redemption", object_id=redemption.pk, reason=reason,
        facts={"yen": redemption.coupon_yen},
    )  # fmt: skip
