"""P16: the settlement of a campaign with 3,000,000 redemptions over 700 shops, on PostgreSQL."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.rows import Result, row
from tests.private_postgres import NoPostgres, private_cluster

ROOT = Path(__file__).resolve().parents[1]
REDEMPTIONS, SHOPS = 3_000_000, 700
REDEMPTIONS_QUICK = 60_000  # filling three million rows takes minutes by itself
LIMIT_SECONDS = 60.0


@row("P16")
def settlement(is_quick: bool) -> Sequence[Result]:
    """Freeze, approve by two, write the bank file and the statement, book each payout."""
    count = REDEMPTIONS_QUICK if is_quick else REDEMPTIONS
    try:
        with private_cluster() as url:
            found = _measure(url, count=count)
    except NoPostgres as cause:
        print(f"P16 left out: {cause}", file=sys.stderr)
        return []
    return [
        Result(
            row="P16",
            what=f"settlement of {count:,} redemptions over {SHOPS} shops (PostgreSQL)",
            ours=found["seconds"],
            limit=found["plain_sum_seconds"],
            ratio=found["seconds"],
            goal=f"<= {LIMIT_SECONDS:.0f} s, memory flat" + (", at 3,000,000" if is_quick else ""),
            unit="s",
            more=found
            | {"limit_is": "one plain GROUP BY over the same postings", "is_quick": is_quick},
        )
    ]


def _measure(url: str, *, count: int) -> dict[str, float]:
    """Run in a process of its own, whose peak memory is this settlement's alone."""
    out = subprocess.run(
        [sys.executable, "-m", "bench.settlement_size", str(count), str(SHOPS)],
        check=True, capture_output=True, text=True, cwd=ROOT,
        env=os.environ | {"KAITEKI_DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "api.settings"},
    ).stdout  # fmt: skip
    found: dict[str, float] = json.loads(out.strip().splitlines()[-1])
    return found
