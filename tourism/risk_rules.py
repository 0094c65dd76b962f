"""What looks like misuse of coupons. The rules' limits are data; plain values in, findings out.

A finding is a question for a person, never a verdict: nothing is blocked because of it.
"""

import json
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final
from uuid import UUID

_FILE: Final = Path(__file__).parent / "data" / "risk_rules.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class CrowdRule:
    """More than ``most`` different ``counts`` at one ``subject`` within ``minutes``."""

    name: str
    subject: str  # device | wallet
    counts: str  # wallet | shop
    minutes: int
    most: int
    about: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairRule:
    """At one shop at least ``share_percent`` of the uses come from wallets that use no other shop.

    Only wallets with ``uses_min`` uses count, and it takes ``wallets_min`` of them.
    """

    name: str
    subject: str  # shop
    share_percent: int
    wallets_min: int
    uses_min: int
    about: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One redemption as the rules see it."""

    subject: UUID
    counted: UUID
    at: datetime
    yen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A subject, the window in which it stood out, and the numbers that say why."""

    subject: UUID
    starts_at: datetime
    facts: Mapping[str, int]


@lru_cache(maxsize=1)
def rules() -> Sequence[CrowdRule | PairRule]:
    """Return the rules of the data file; ``TypeError`` where it has a part that no rule knows."""
    rows = json.loads(_FILE.read_text(encoding="utf-8"))
    return [CrowdRule(**row) if "counts" in row else PairRule(**row) for row in rows]


def crowds(uses: Iterable[Use], rule: CrowdRule) -> Iterator[Finding]:
    """Yield each window in which a subject met more than the rule allows.

    ``uses`` are ordered by subject, then by instant; only one window's uses are held at a time.
    Windows of one subject do not overlap, so that one long burst is a few findings and not
    hundreds.
    """
    span = timedelta(minutes=rule.minutes)
    window: deque[Use] = deque()
    seen: Counter[UUID] = Counter()
    quiet_until: datetime | None = None
    for use in uses:
        if window and window[-1].subject != use.subject:
            window.clear()
            seen.clear()
            quiet_until = None
        window.append(use)
        seen[use.counted] += 1
        while use.at - window[0].at >= span:
            gone = window.popleft().counted
            seen[gone] -= 1
            if not seen[gone]:
                del seen[gone]
        is_new = quiet_until is None or window[0].at >= quiet_until
        if len(seen) > rule.most and is_new:
            quiet_until = use.at + span
            yield Finding(
                subject=use.subject,
                starts_at=window[0].at,
                facts={
                    "others": len(seen),
                    "uses": len(window),
                    "yen": sum(one.yen for one in window),
                    "minutes": rule.minutes,
                },
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopUses:
    """What one shop had from wallets: in all, and from those that use no other shop."""

    shop: UUID
    uses: int
    loyal_uses: int
    loyal_wallets: int
    loyal_yen: int
    first_at: datetime


def pairs(shops: Iterable[ShopUses], rule: PairRule) -> Iterator[Finding]:
    """Yield the shops that live on wallets which use no other shop."""
    for shop in shops:
        share = shop.loyal_uses * 100 // shop.uses if shop.uses else 0
        if shop.loyal_wallets >= rule.wallets_min and share >= rule.share_percent:
            yield Finding(
                subject=shop.shop,
                starts_at=shop.first_at,
                facts={
                    "others": shop.loyal_wallets,
                    "uses": shop.loyal_uses,
                    "yen": shop.loyal_yen,
                    "share": share,
                },
            )
