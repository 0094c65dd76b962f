"""Where a campaign's yen are and which way they came: the numbers of the auditor's page.

Each figure is a sum of postings or balances; the picture, the table and the heading read the same
ones, so they agree to the yen or the page says which do not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, Q, Sum

from tourism.models import (
    Account,
    AccountKind,
    Balance,
    BatchState,
    Campaign,
    CapKind,
    PayoutBatch,
    Posting,
)

# Where yen can be now, in the order of their way.
PLACES: Final = (
    AccountKind.BUDGET,
    AccountKind.WALLET,
    AccountKind.LEASE,
    AccountKind.RESERVE,
    AccountKind.SHOP,
    AccountKind.BANK_OUT,
    AccountKind.EXPIRED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyPlace:
    """One line of the table: how much is there, after how many movements."""

    kind: AccountKind
    yen: int
    postings: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyFlow:
    """The whole way of a campaign's money. ``put_in_yen`` is what funding and buyers gave."""

    places: Sequence[MoneyPlace]
    put_in_yen: int  # net of what was given back
    through_wallets_yen: int  # claimed and bought; 0 in a redemption-capped campaign
    spent_yen: int  # came to shops, net of reversals
    paid_yen: int  # left for the bank, net of returns

    @property
    def total_yen(self) -> int:
        """Return the sum of all places."""
        return sum(place.yen for place in self.places)

    @property
    def agrees(self) -> bool:
        """Say whether what was put in is what is there."""
        return self.total_yen == self.put_in_yen

    def yen_of(self, kind: AccountKind) -> int:
        """Return what is in one place."""
        return next((place.yen for place in self.places if place.kind == kind), 0)


def money_flow(campaign: Campaign) -> MoneyFlow:
    """Read where the campaign's money is."""
    yen = _by_kind(campaign)
    counted = _postings_by_kind(campaign)
    spent = yen.get("shop", 0) + yen.get("bank_out", 0)
    through = _claimed_yen(campaign) if campaign.cap == CapKind.ISSUE else 0
    return MoneyFlow(
        places=[
            MoneyPlace(kind=kind, yen=yen.get(kind, 0), postings=counted.get(kind, 0))
            for kind in PLACES
        ],
        put_in_yen=-(yen.get("funding", 0) + yen.get("buyer", 0)),
        through_wallets_yen=through,
        spent_yen=spent,
        paid_yen=yen.get("bank_out", 0),
    )


def waits_for_payday(campaign: Campaign) -> bool:
    """Say whether money went to the bank that no shop has yet: its day is still to come."""
    return PayoutBatch.objects.filter(campaign=campaign, state=BatchState.SENT).exists()


def _by_kind(campaign: Campaign) -> Mapping[str, int]:
    rows = (
        Balance.objects.filter(account__campaign=campaign)
        .values_list("account__kind")
        .annotate(Sum("value_yen"))
    )
    return {str(kind): yen for kind, yen in rows}


def _postings_by_kind(campaign: Campaign) -> Mapping[str, int]:
    kinds = dict(Account.objects.filter(campaign=campaign).values_list("pk", "kind"))
    rows = (
        Posting.objects.filter(account__campaign=campaign)
        .values_list("account_id")
        .annotate(Count("txn_id"))
    )
    found: dict[str, int] = {}
    for account, count in rows:
        found[kinds[account]] = found.get(kinds[account], 0) + count
    return found


def _claimed_yen(campaign: Campaign) -> int:
    return (
        Posting.objects.filter(
            Q(txn__kind__in=["claim", "sale"]), account__campaign=campaign,
            account__kind=AccountKind.WALLET,
        ).aggregate(yen=Sum("amount_yen"))["yen"]
        or 0
    )  # fmt: skip
