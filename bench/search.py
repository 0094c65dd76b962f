"""P14: search with five filters and free text over 100,000 places, beside the same query alone.

A quick run asks for fewer seconds, not among fewer places: the ratio of a small table is that of
the web framework.
"""

import json
from collections.abc import Sequence

from bench.rows import Result, row
from bench.storage import in_process
from tests.private_postgres import NoPostgres, private_cluster

PLACES = 100_000


@row("P14")
def search(is_quick: bool) -> Sequence[Result]:
    """HTTP at 8 connections on 2 workers; the limit is the same statement by the bare driver."""
    found = [_measured("SQLite", is_quick=is_quick, environment={})]
    try:
        with private_cluster() as url:
            found.append(
                _measured(
                    "PostgreSQL", is_quick=is_quick, environment={"KAITEKI_DATABASE_URL": url}
                )
            )
    except NoPostgres:
        pass
    return found


def _measured(engine: str, *, is_quick: bool, environment: dict[str, str]) -> Result:
    out = in_process("bench.search_load", str(PLACES), str(int(is_quick)), environment=environment)
    figures = json.loads(out.strip().splitlines()[-1])
    return Result(
        row="P14",
        what=f"search, 5 filters and words, {PLACES:,} places, p95, {engine}",
        ours=figures["http_ms"],
        limit=figures["bare_ms"],
        ratio=figures["http_ms"] / figures["bare_ms"],
        goal="<= 3",
        unit="ms",
        more=figures,
    )
