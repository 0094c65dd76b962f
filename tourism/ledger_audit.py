"""Prove the ledger over the whole database: four invariants, each with a name.

- ``no_lost_yen``: what was acknowledged is there, whole: each redemption has its transaction, and
  the shop got exactly the coupon's yen.
- ``no_doubled_yen``: one transaction a key and a reversal; a wallet holds what its account holds,
  and never more than it was granted.
- ``no_unfunded_yen``: a campaign's accounts sum to 0, and nothing is below its floor.
- ``no_homeless_yen``: each transaction sums to 0 and moves accounts of its own campaign; each
  balance is the sum of its postings.

Reads only. Each query names the rows that break the law, and none where it holds. It says nothing
about whether a sale really happened: for that an auditor draws 20 and asks the shops.
"""

import hashlib
import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import connection

from core.refusals import gettext_noop as _
from tourism.models import Redemption

ROWS_MAX: Final = 20  # of one broken law: enough to see what is wrong
SAMPLE: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """One row that breaks an invariant; ``yen`` is by how much. ``law`` and ``what`` are texts."""

    invariant: str
    law: str
    what: str
    row: str
    yen: int


INVARIANTS: Final = ("no_lost_yen", "no_doubled_yen", "no_unfunded_yen", "no_homeless_yen")
# What a broken law's row is.
_REDEMPTION: Final = _("利用")
_TXN: Final = _("お金の動き")
_KEY: Final = _("二重を止める番号")
_WALLET: Final = _("財布")
_CAMPAIGN: Final = _("事業")
_ACCOUNT: Final = _("口座")
# (invariant, how it is broken in words, what the row is, query of (row, yen)).
_LAWS: Final[Sequence[tuple[str, str, str, str]]] = (
    (
        "no_lost_yen",
        _("利用の記録と、お店が受けた金額がちがいます"),
        _REDEMPTION,
        """SELECT r.txn_id, r.coupon_yen - COALESCE(p.amount_yen, 0)
        FROM tourism_redemption r
        LEFT JOIN tourism_account a
          ON a.campaign_id = r.campaign_id AND a.kind = 'shop' AND a.ref = r.shop_id
        LEFT JOIN tourism_posting p ON p.txn_id = r.txn_id AND p.account_id = a.id
        WHERE p.amount_yen IS NULL OR p.amount_yen <> r.coupon_yen""",
    ),
    (
        "no_lost_yen",
        _("お金が動いたのに、利用の記録がありません"),
        _TXN,
        """SELECT t.id, 0 FROM tourism_txn t
        LEFT JOIN tourism_redemption r ON r.txn_id = t.id
        WHERE t.kind IN ('redeem', 'double') AND r.txn_id IS NULL""",
    ),
    (
        "no_lost_yen",
        _("取り消しの金額が、利用の金額とちがいます"),
        _REDEMPTION,
        """SELECT v.redemption_id, r.coupon_yen + COALESCE(p.amount_yen, 0)
        FROM tourism_reversal v
        JOIN tourism_redemption r ON r.txn_id = v.redemption_id
        JOIN tourism_txn t ON t.id = v.txn_id
        LEFT JOIN tourism_account a
          ON a.campaign_id = r.campaign_id AND a.kind = 'shop' AND a.ref = r.shop_id
        LEFT JOIN tourism_posting p ON p.txn_id = v.txn_id AND p.account_id = a.id
        WHERE t.reverses_id <> v.redemption_id OR p.amount_yen IS NULL
          OR p.amount_yen <> -r.coupon_yen""",
    ),
    (
        "no_doubled_yen",
        _("1つの番号で、2回 使われています"),
        _KEY,
        """SELECT min(key), sum(coupon_yen) - max(coupon_yen) FROM tourism_redemption
        GROUP BY device_id, key HAVING count(*) > 1""",
    ),
    (
        "no_doubled_yen",
        _("1つの番号に、2つの動きがあります"),
        _KEY,
        """SELECT min(key), 0 FROM tourism_txn WHERE key IS NOT NULL
        GROUP BY kind, key HAVING count(*) > 1""",
    ),
    (
        "no_doubled_yen",
        _("財布ののこりが、口座の金額か、配った金額と合いません"),
        _WALLET,
        """SELECT w.id, w.remaining_yen - COALESCE(b.value_yen, 0) FROM tourism_wallet w
        JOIN tourism_campaign c ON c.id = w.campaign_id
        LEFT JOIN tourism_account a
          ON a.campaign_id = w.campaign_id AND a.kind = 'wallet' AND a.ref = w.id
        LEFT JOIN tourism_balance b ON b.account_id = a.id
        WHERE (c.cap = 'issue' AND w.remaining_yen <> COALESCE(b.value_yen, 0))
          OR w.remaining_yen < 0 OR w.remaining_yen > w.granted_yen""",
    ),
    (
        "no_unfunded_yen",
        _("事業の口座を全部たしても、0円になりません"),
        _CAMPAIGN,
        """SELECT a.campaign_id, sum(b.value_yen) FROM tourism_balance b
        JOIN tourism_account a ON a.id = b.account_id
        GROUP BY a.campaign_id HAVING sum(b.value_yen) <> 0""",
    ),
    (
        "no_unfunded_yen",
        _("0円より少なくなってはいけない口座が、0円より少ないです"),
        _ACCOUNT,
        """SELECT b.account_id, b.value_yen FROM tourism_balance b
        JOIN tourism_account a ON a.id = b.account_id
        WHERE b.value_yen < 0 AND a.kind NOT IN ('funding', 'buyer', 'shop')""",
    ),
    (
        "no_homeless_yen",
        _("1つの動きの、出たお金と入ったお金が合いません"),
        _TXN,
        """SELECT txn_id, sum(amount_yen) FROM tourism_posting
        GROUP BY txn_id HAVING sum(amount_yen) <> 0""",
    ),
    (
        "no_homeless_yen",
        _("動きの記録に、金額がありません"),
        _TXN,
        """SELECT t.id, 0 FROM tourism_txn t
        WHERE NOT EXISTS (SELECT 1 FROM tourism_posting p WHERE p.txn_id = t.id)""",
    ),
    (
        "no_homeless_yen",
        _("ほかの事業の口座に、お金が動いています"),
        _TXN,
        """SELECT p.txn_id, p.amount_yen FROM tourism_posting p
        LEFT JOIN tourism_txn t ON t.id = p.txn_id
        LEFT JOIN tourism_account a ON a.id = p.account_id
        WHERE t.id IS NULL OR a.id IS NULL OR a.campaign_id <> t.campaign_id""",
    ),
    (
        "no_homeless_yen",
        _("口座ののこりが、動いたお金の合計とちがいます"),
        _ACCOUNT,
        """SELECT a.id, COALESCE(b.value_yen, 0) - COALESCE(s.yen, 0) FROM tourism_account a
        LEFT JOIN tourism_balance b ON b.account_id = a.id
        LEFT JOIN (SELECT account_id, sum(amount_yen) AS yen FROM tourism_posting
                   GROUP BY account_id) s ON s.account_id = a.id
        WHERE b.account_id IS NULL OR b.kind <> a.kind
          OR b.value_yen <> COALESCE(s.yen, 0)""",
    ),
)


def audit_ledger() -> Sequence[Broken]:
    """Return what breaks an invariant, anywhere in the database; nothing where all holds."""
    return list(_broken())


def _broken() -> Iterator[Broken]:
    for invariant, law, what, query in _LAWS:
        with connection.cursor() as cursor:
            cursor.execute(f"{query} LIMIT {ROWS_MAX}")
            for row, yen in cursor.fetchall():
                yield Broken(invariant=invariant, law=law, what=what, row=str(row), yen=int(yen))


def yen_by_invariant(broken: Sequence[Broken]) -> Mapping[str, int]:
    """Return by how many yen each invariant is broken; 0 where it holds."""
    found = dict.fromkeys(INVARIANTS, 0)
    for one in broken:
        found[one.invariant] += max(1, abs(one.yen))  # a broken law is never told as 0
    return found


def draw_sample(campaign_id: UUID, *, seed: str) -> Sequence[Redemption]:
    """Draw redemptions for a check by hand; the same seed draws the same ones again."""
    ids = Redemption.objects.filter(campaign_id=campaign_id).values_list("pk", flat=True)
    drawn = heapq.nsmallest(SAMPLE, ids.iterator(), key=lambda one: _lot(seed, one))
    return list(
        Redemption.objects.filter(pk__in=drawn).select_related("shop__place").order_by("pk")
    )


def _lot(seed: str, redemption_id: UUID) -> bytes:
    return hashlib.sha256(f"{seed}|{redemption_id}".encode()).digest()
