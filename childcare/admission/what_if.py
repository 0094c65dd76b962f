"""What one more seat would change: counts only, and none so small that it speaks of a child.

With brothers and sisters in the round one more seat may also cost somebody theirs, and more points
may make a child worse off; in rounds of single children neither can be.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from childcare.admission.files import market_path, read
from childcare.admission.market import Market, Option
from childcare.admission.running import key_of, replay
from childcare.admission.solve import load_market, solve
from childcare.fact_gaps import FactGaps
from childcare.models import Run

SHOWN_FROM: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """How many children would be better and worse off; ``None`` is one to four."""

    better: int | None
    worse: int | None
    newly_placed: int | None
    no_longer_placed: int | None
    has_siblings: bool
    gaps: FactGaps = field(default_factory=FactGaps)  # of a point table that was tried


def one_more_seat(run: Run, *, facility: UUID, class_age: int) -> Effect:
    """Return what one more seat in a class would change, with all else as in the snapshot.

    ``KeyError`` if the class was not in the run.
    """
    slot = key_of(run).slots[facility, class_age]
    document = json.loads(read(market_path(run), sha256=run.market_sha256))
    document["capacity"][slot] += 1
    for entry in document["shared"]:
        if slot in entry["slots"]:
            entry["seats"] += 1
    market, before = replay(run)
    changed = load_market(json.dumps(document, sort_keys=True, separators=(",", ":")).encode())
    after = solve(changed)
    return effect_of(market, before.current, after.current)


def effect_of(market: Market, before: Sequence[int], after: Sequence[int]) -> Effect:
    """Count whose option came earlier or later in its list, and who got a seat at all."""
    counts: Counter[str] = Counter()
    for rows, was, now in zip(market.options, before, after, strict=True):
        if now != was:
            counts["better" if now < was else "worse"] += len(_children(market, rows))
        counts["newly"] += max(0, len(rows[now]) - len(rows[was]))
        counts["no_longer"] += max(0, len(rows[was]) - len(rows[now]))
    return Effect(
        better=_shown(counts["better"]),
        worse=_shown(counts["worse"]),
        newly_placed=_shown(counts["newly"]),
        no_longer_placed=_shown(counts["no_longer"]),
        has_siblings=bool(market.siblings),
    )


def _children(market: Market, rows: Sequence[Option]) -> set[str]:
    return {market.child_at[position] for option in rows for position in option}


def _shown(count: int) -> int | None:
    return None if 0 < count < SHOWN_FROM else count
