"""Move coupon money in balanced transactions, each once for its key.

The only writers of accounts, transactions, postings and balances are this module and
`tourism.redemption`'s one statement. Everything here runs in the caller's transaction, or opens
one. A transaction's instant is the database's clock; `now` is the caller's, for the audit trail.

Balances are moved in one order everywhere (:data:`LOCK_ORDER`, then by id), wallets first and the
campaign's hot budget row late: two writers cannot lock each other out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import F, Sum

from core import audit
from core.actor import Actor
from core.database_clock import database_now
from core.ids import uuid7
from tourism.models import Account, AccountKind, Balance, Campaign, Posting, Txn, TxnKind
from tourism.refusals import REFUSAL_OF_CHECK, CouponRefused

LOCK_ORDER: Final = (
    AccountKind.WALLET,
    AccountKind.LEASE,
    AccountKind.RESERVE,
    AccountKind.SHOP,
    AccountKind.BANK_OUT,
    AccountKind.EXPIRED,
    AccountKind.BUDGET,
    AccountKind.FUNDING,
    AccountKind.BUYER,
)
_PLACE: Final = {kind: place for place, kind in enumerate(LOCK_ORDER)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """So many yen come into an account; below zero, they leave it."""

    account: Account
    yen: int


class KeyNamesAnotherMove(ValueError):
    """A key came again with other accounts or amounts: a bug of the caller."""


def account_of(campaign_id: UUID, kind: AccountKind, ref: UUID | None = None) -> Account:
    """Return the account of ``kind`` for ``ref`` (the wallet, lease or shop), opened if need be.

    Without ``ref`` it is the campaign's single account of that kind.
    """
    what: dict[str, Any] = {"campaign_id": campaign_id, "kind": kind, "ref": ref or campaign_id}
    found = Account.objects.filter(**what).first()
    if found is not None:
        return found
    with transaction.atomic():  # an account is never seen without its balance
        made, is_new = Account.objects.get_or_create(**what)
        if is_new:
            Balance.objects.create(account=made, kind=kind)
    return made


def balance_yen(campaign_id: UUID, kind: AccountKind, ref: UUID | None = None) -> int:
    """Return what an account holds; 0 where it was never opened."""
    return (
        Balance.objects.filter(
            account__campaign_id=campaign_id, account__kind=kind, account__ref=ref or campaign_id
        )
        .values_list("value_yen", flat=True)
        .first()
        or 0
    )


def post(
    kind: TxnKind,
    key: str | None,
    moves: Sequence[Move],
    *,
    campaign_id: UUID,
    reverses: UUID | None = None,
    txn_id: UUID | None = None,
) -> Txn:
    """Record one balanced transaction and move its balances; return it, or the first of its key.

    ``ValueError`` where the moves do not sum to 0; :class:`KeyNamesAnotherMove` where the key
    came with other moves before; a :class:`CouponRefused` where a balance would fall below its
    floor (nothing moved then).
    """
    yen_of = _merged(moves)
    if sum(yen_of.values()) != 0 or not yen_of:
        raise ValueError("a transaction sums to zero and moves something")
    with transaction.atomic():
        try:
            with transaction.atomic():
                txn = Txn.objects.create(
                    id=txn_id or uuid7(),
                    campaign_id=campaign_id,
                    kind=kind,
                    key=key,
                    at=database_now(connection),
                    reverses_id=reverses,
                )
        except IntegrityError:
            return _first_of(kind, key, yen_of)
        Posting.objects.bulk_create(
            Posting(txn=txn, account=account, amount_yen=yen) for account, yen in yen_of.items()
        )
        for account, yen in sorted(yen_of.items(), key=lambda one: lock_place(one[0])):
            _move_balance(account, yen)
    return txn


def has_happened(kind: TxnKind, key: str) -> bool:
    """Say whether the transaction of this kind and key was recorded."""
    return Txn.objects.filter(kind=kind, key=key).exists()


def lock_place(account: Account) -> tuple[int, UUID]:
    """Return the account's place in the one order in which balances are locked."""
    return _PLACE[AccountKind(account.kind)], account.pk


def _merged(moves: Sequence[Move]) -> dict[Account, int]:
    yen_of: dict[Account, int] = {}
    for move in moves:
        yen_of[move.account] = yen_of.get(move.account, 0) + move.yen
    return {account: yen for account, yen in yen_of.items() if yen}


def _first_of(kind: TxnKind, key: str | None, yen_of: Mapping[Account, int]) -> Txn:
    first = Txn.objects.filter(kind=kind, key=key).first() if key is not None else None
    if first is None:
        raise KeyNamesAnotherMove("a transaction is reversed once")
    before = dict(first.postings.values_list("account_id", "amount_yen"))
    if before != {account.pk: yen for account, yen in yen_of.items()}:
        raise KeyNamesAnotherMove(f"{kind} {key}")
    return first


def _move_balance(account: Account, yen: int) -> None:
    try:
        with transaction.atomic():
            moved = Balance.objects.filter(account=account).update(value_yen=F("value_yen") + yen)
    except IntegrityError as broken:
        raise refusal_of(broken) from None
    if moved != 1:
        raise ValueError(f"account {account.pk} has no balance")


def refusal_of(broken: IntegrityError) -> CouponRefused:
    """Return the refusal for a broken CHECK, by its name; raise ``broken`` where it has none."""
    text = str(broken)
    for name, refusal in REFUSAL_OF_CHECK.items():
        if name in text:
            return refusal()
    raise broken


# -- what happens to a campaign as a whole --------------------------------------------------------


def open_campaign_account(campaign: Campaign, *, actor: Actor, now: datetime) -> Txn:
    """Put the campaign's whole budget from its funding into its budget: FUNDING -> BUDGET.

    Once, at opening, in total; lines of funding exist in the report alone. Asked again, it
    returns the first transaction.
    """
    with transaction.atomic():
        funding = account_of(campaign.pk, AccountKind.FUNDING)
        budget = account_of(campaign.pk, AccountKind.BUDGET)
        account_of(campaign.pk, AccountKind.EXPIRED)
        txn = post(
            TxnKind.OPEN,
            str(campaign.pk),
            [
                Move(account=funding, yen=-campaign.budget_yen),
                Move(account=budget, yen=campaign.budget_yen),
            ],
            campaign_id=campaign.pk,
        )
        _record("ledger.open", campaign, actor=actor, now=now, yen=campaign.budget_yen)
    return txn


def close_campaign(campaign: Campaign, *, actor: Actor, now: datetime) -> Sequence[Txn]:
    """Give back what was not spent: EXPIRED -> FUNDING, unspent BUDGET and RESERVE -> FUNDING.

    Every wallet has expired and every lease is settled before: ``ValueError`` otherwise. Asked
    again, it moves nothing.
    """
    with transaction.atomic():
        held = Balance.objects.filter(
            account__campaign=campaign, kind__in=[AccountKind.WALLET, AccountKind.LEASE]
        ).aggregate(yen=Sum("value_yen"))["yen"]
        if held:
            raise ValueError(f"{held} yen are still in wallets and leases")
        funding = account_of(campaign.pk, AccountKind.FUNDING)
        given_back = []
        for kind in (AccountKind.RESERVE, AccountKind.EXPIRED, AccountKind.BUDGET):
            yen = balance_yen(campaign.pk, kind)
            if yen == 0:
                continue
            account = account_of(campaign.pk, kind)
            moves = [Move(account=account, yen=-yen), Move(account=funding, yen=yen)]
            given_back.append(post(TxnKind.CLOSE, None, moves, campaign_id=campaign.pk))
            _record("ledger.close", campaign, actor=actor, now=now, yen=yen, account=str(kind))
    return given_back


# -- what shops are owed and paid -----------------------------------------------------------------


def shop_payable(campaign_id: UUID, shop_id: UUID) -> int:
    """Return what the campaign owes the shop; below 0 after a reversal of what was paid."""
    return balance_yen(campaign_id, AccountKind.SHOP, shop_id)


def payout(campaign_id: UUID, shop_id: UUID, yen: int, *, key: str) -> Txn:
    """Record that a bank file pays ``yen`` to the shop: SHOP -> BANK_OUT, once for ``key``.

    The key is the payout line's id: running a batch again moves nothing.
    """
    return _between_shop_and_bank(TxnKind.PAYOUT, campaign_id, shop_id, yen, key=key)


def return_payout(campaign_id: UUID, shop_id: UUID, yen: int, *, key: str) -> Txn:
    """Record that the bank gave ``yen`` back: BANK_OUT -> SHOP, once for ``key``."""
    return _between_shop_and_bank(TxnKind.PAYOUT_RETURN, campaign_id, shop_id, -yen, key=key)


def _between_shop_and_bank(
    kind: TxnKind, campaign_id: UUID, shop_id: UUID, yen: int, *, key: str
) -> Txn:
    with transaction.atomic():
        shop = account_of(campaign_id, AccountKind.SHOP, shop_id)
        bank = account_of(campaign_id, AccountKind.BANK_OUT)
        moves = [Move(account=shop, yen=-yen), Move(account=bank, yen=yen)]
        return post(kind, key, moves, campaign_id=campaign_id)


def _record(
    action: str, campaign: Campaign, *, actor: Actor, now: datetime, **facts: int | str
) -> None:
    audit.record(
        action,
        actor=actor,
        now=now,
        municipality=campaign.municipality,
        object_type="campaign",
        object_id=campaign.pk,
        facts=dict(facts),
    )
