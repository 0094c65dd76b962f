"""The ledger of coupon money: accounts, balanced transactions, append-only postings, balances.

Integer yen; every yen of a campaign is in exactly one account. Rows of accounts, transactions and
postings are never changed (triggers of migration 0003); a mistake is mended by another
transaction. `tourism.ledger` and `tourism.redemption` are the only writers.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.ids import uuid7
from tourism.models.campaigns import Campaign


class AccountKind(models.TextChoices):
    """Where a yen of a campaign can be."""

    FUNDING = "funding", _("財源")  # below 0: what the city, the prefecture and the state put in
    BUYER = "buyer", _("購入者")  # below 0: what people paid for sets
    BUDGET = "budget", _("予算")  # put in and neither given out nor spent
    WALLET = "wallet", _("配られたクーポン")  # issue-capped campaigns only
    LEASE = "lease", _("オフラインのお店に預けた分")
    RESERVE = "reserve", _("二重利用の備え")
    SHOP = "shop", _("お店に払う分")  # below 0 only by reversals after a payout
    BANK_OUT = "bank_out", _("お店に振りこんだ分")
    EXPIRED = "expired", _("期限が切れた分")


class Account(models.Model):
    """One account; `ref` is the wallet, lease or shop, or the campaign for its single accounts."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, related_name="accounts", db_index=False
    )
    kind = models.CharField(max_length=10, choices=AccountKind)
    ref = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "kind", "ref"], name="account_is_unique_by_what_it_holds"
            ),
        ]


class TxnKind(models.TextChoices):
    """Why money moved."""

    OPEN = "open", _("事業の開始")
    RESERVE = "reserve", _("備えの取りおき")
    CLAIM = "claim", _("クーポンの受けとり")
    SALE = "sale", _("セットの販売")
    REDEEM = "redeem", _("お店での利用")
    REVERSE = "reverse", _("利用の取り消し")
    MOVE = "move", _("なくした紙から新しい紙へ")
    EXPIRE = "expire", _("期限切れ")
    LEASE = "lease", _("オフライン用の預け")
    LEASE_BACK = "lease_back", _("オフライン用の戻し")
    DOUBLE = "double", _("二重利用の補てん")
    PAYOUT = "payout", _("お店への振りこみ")
    PAYOUT_RETURN = "payout_return", _("振りこみの戻り")
    REFUND = "refund", _("購入者への返金")
    CLOSE = "close", _("事業の締め")


class Txn(models.Model):
    """One balanced movement. `at` is the database's clock; `key` names it once for its kind.

    A redemption keeps its key in its own row (`Redemption`), so `key` is empty here.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # Not checked by the database at each insert: that locks the campaign's row for every sale.
    # `no_homeless_yen` proves it.
    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    kind = models.CharField(max_length=14, choices=TxnKind)
    key = models.CharField(max_length=120, null=True)  # noqa: DJ001  unique where there is one
    at = models.DateTimeField()
    reverses = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="reversed_by"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key"],
                condition=Q(key__isnull=False),
                name="txn_happens_once_for_its_key",
            ),
        ]


class Posting(models.Model):
    """One side of a transaction: `amount_yen` comes into the account, or leaves it below 0."""

    pk = models.CompositePrimaryKey("txn_id", "account_id")
    txn = models.ForeignKey(Txn, on_delete=models.PROTECT, related_name="postings", db_index=False)
    # As in `Txn.campaign`: the check would lock the budget's row for every sale.
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    amount_yen = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(amount_yen=0), name="posting_moves_something"),
        ]


_NEVER_BELOW_ZERO = [AccountKind.LEASE, AccountKind.RESERVE, AccountKind.BANK_OUT,
                     AccountKind.EXPIRED]  # fmt: skip


class Balance(models.Model):
    """The sum of an account's postings, moved in the same transaction as they."""

    account = models.OneToOneField(
        Account, on_delete=models.PROTECT, primary_key=True, related_name="balance"
    )
    kind = models.CharField(max_length=10, choices=AccountKind)  # the account's: for the floors
    value_yen = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind=AccountKind.WALLET) | Q(value_yen__gte=0),
                name="balance_of_a_wallet_is_enough",
            ),
            models.CheckConstraint(
                condition=~Q(kind=AccountKind.BUDGET) | Q(value_yen__gte=0),
                name="balance_of_the_budget_is_enough",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=_NEVER_BELOW_ZERO) | Q(value_yen__gte=0),
                name="balance_is_not_negative",
            ),
        ]
