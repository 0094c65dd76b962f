"""Tell who gave the money of a campaign what became of it: by line, with evidence.

The ledger keeps a campaign's public money as one sum. Only here it is split by funding line, by
the largest remainder, so that the lines add up to the yen.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Sum
from django.utils.translation import gettext

from core.refusals import gettext_noop as _
from tourism.models import AccountKind, Campaign, Posting, Redemption, TxnKind
from tourism.money import split_by_largest_remainder
from tourism.use_days import USED_AT

_COLUMNS = (
    _("利用の番号"), _("日時"), _("加盟店番号"), _("会計（円）"), _("クーポン（円）"),
    _("取り消し"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class FundingShare:
    """What became of one line's money: ``funded = spent + given_back + still_open``.

    What expired is in what was given back, and before the closing in what is still there.
    """

    name: str
    funded_yen: int
    spent_yen: int
    expired_yen: int
    given_back_yen: int
    still_open_yen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FundingReport:
    """A campaign's money. Shops got ``to_shops_yen`` of public money and of buyers' money."""

    shares: Sequence[FundingShare]
    funded_yen: int
    bought_yen: int  # paid by buyers of sets, less what they were given back
    to_shops_yen: int
    expired_yen: int  # the part of what came back that somebody had and did not use
    refunded_yen: int  # given back to buyers of sets
    forfeited_yen: int  # paid by buyers, neither used nor asked back: it stays with the funding
    redemption_count: int
    reversal_count: int

    @property
    def spent_yen(self) -> int:
        """Return the public money that reached shops."""
        return sum(share.spent_yen for share in self.shares)


def funding_report(campaign: Campaign) -> FundingReport:
    """Return the report as the ledger stands now: three grouped queries."""
    yen = _sums(campaign)
    funded = yen.get((AccountKind.FUNDING, TxnKind.OPEN), 0) * -1
    returned = yen.get((AccountKind.FUNDING, TxnKind.CLOSE), 0)
    bought = -sum(part for (kind, _txn), part in yen.items() if kind == AccountKind.BUYER)
    to_shops = sum(
        part
        for (kind, txn), part in yen.items()
        if kind == AccountKind.SHOP and txn not in {TxnKind.PAYOUT, TxnKind.PAYOUT_RETURN}
    )
    # Where sets were sold, buyers' money is spent first: the public pays the premium.
    spent = max(0, to_shops - bought)
    # What buyers paid beyond all sales is no public money that comes back.
    forfeited = min(returned, max(0, bought - to_shops))
    given_back = returned - forfeited
    expired = sum(
        yen.get((AccountKind.EXPIRED, txn), 0) for txn in (TxnKind.EXPIRE, TxnKind.REVERSE)
    )
    refunded = yen.get((AccountKind.BUYER, TxnKind.REFUND), 0)
    # Of what expired, buyers' own money is what they paid and neither spent nor got back.
    public_expired = max(0, expired - refunded - max(0, bought - to_shops))
    lines = list(campaign.funding.all())
    weights = [line.amount_yen for line in lines]
    spent_parts = split_by_largest_remainder(spent, weights) if lines else []
    expired_parts = split_by_largest_remainder(public_expired, weights) if lines else []
    back_parts = split_by_largest_remainder(given_back, weights) if lines else []
    rows = Redemption.objects.filter(campaign=campaign)
    return FundingReport(
        shares=[
            FundingShare(
                name=line.name,
                funded_yen=line.amount_yen if funded else 0,
                spent_yen=spent_part,
                expired_yen=expired_part,
                given_back_yen=back_part,
                still_open_yen=(line.amount_yen if funded else 0) - spent_part - back_part,
            )
            for line, spent_part, expired_part, back_part in zip(
                lines, spent_parts, expired_parts, back_parts, strict=True
            )
        ],
        funded_yen=funded,
        bought_yen=bought,
        to_shops_yen=to_shops,
        expired_yen=expired,
        refunded_yen=refunded,
        forfeited_yen=forfeited,
        redemption_count=rows.count(),
        reversal_count=rows.filter(reversal__isnull=False).count(),
    )


def evidence_rows(campaign: Campaign) -> Iterator[str]:
    """Yield the evidence as CSV lines, one redemption each, in order: for a streamed answer."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([gettext(column) for column in _COLUMNS])
    yield "\ufeff" + _taken(out)
    rows = (
        Redemption.objects.filter(campaign=campaign)
        .annotate(used_at=USED_AT)
        .order_by("at", "pk")
        .values_list(
            "pk", "used_at", "shop__number", "bill_yen", "coupon_yen", "reversal__redemption_id"
        )
    )
    for pk, at, shop, bill, coupon, reversal in rows.iterator(chunk_size=2_000):
        taken_back = gettext("取り消し") if reversal not in {None, ""} else ""
        writer.writerow([pk, at.isoformat(timespec="seconds"), shop, bill, coupon, taken_back])
        yield _taken(out)


def _taken(out: io.StringIO) -> str:
    text = out.getvalue()
    out.seek(0)
    out.truncate()
    return text


def _sums(campaign: Campaign) -> dict[tuple[str, str], int]:
    rows = (
        Posting.objects.filter(account__campaign=campaign)
        .order_by()
        .values_list("account__kind", "txn__kind")
        .annotate(yen=Sum("amount_yen"))
    )
    return {(account, txn): yen for account, txn, yen in rows}
