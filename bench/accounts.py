"""P19, P20, P21: knowing who asks, writing the trail, listing what one may see."""

import json
from collections.abc import Sequence
from typing import Any

from bench.rows import Result, row
from bench.storage import in_process
from tests.private_postgres import NoPostgres, private_cluster

_QUERIES = {"cookie": 1, "jwt": 2, "device": 1}
_RATIO = {"cookie": 5.0, "jwt": 6.0, "device": 5.0}


def _measured(name: str, environment: dict[str, str], *, is_quick: bool) -> dict[str, Any]:
    out = in_process(
        "bench.accounts_work", name, "quick" if is_quick else "whole", environment=environment
    )
    told: dict[str, Any] = json.loads(out.splitlines()[-1])
    return told


@row("P19")
def who_asks(is_quick: bool) -> Sequence[Result]:
    """A request that does nothing, from somebody known, beside one from anybody."""
    told = _measured("P19", {}, is_quick=is_quick)
    anonymous = told["us"]["anonymous"]
    return [
        Result(
            row="P19", what=f"no-op by {name} / by anybody", ours=told["us"][name],
            limit=anonymous, ratio=told["us"][name] / anonymous,
            goal=f"<= {_RATIO[name]:g}, queries <= {_QUERIES[name]}", unit="us",
            more={"queries": told["queries"][name]},
        )
        for name in ("cookie", "jwt", "device")
    ]  # fmt: skip


@row("P20")
def trail(is_quick: bool) -> Sequence[Result]:
    """Eight writers, with an audit row in each transaction, beside without; and the sealer."""
    try:
        with private_cluster(is_durable=True) as url:
            told = _measured("P20", {"KAITEKI_DATABASE_URL": url}, is_quick=is_quick)
    except NoPostgres:
        return []
    return [
        Result(
            row="P20", what="8 writers, transaction with audit row / without (PostgreSQL)",
            ours=told["audited"], limit=told["bare"], ratio=told["audited"] / told["bare"],
            goal=">= 0.9", unit="tx/s",
        ),
        Result(
            row="P20", what="events sealed a second / 500", ours=told["sealed_a_second"],
            limit=500, ratio=told["sealed_a_second"] / 500, goal=">= 1", unit="events/s",
            more={"events": told["events"]},
        ),
    ]  # fmt: skip


@row("P21")
def lists(is_quick: bool) -> Sequence[Result]:
    """What a person may see among the rows of a thousand households, beside the bare query."""
    results = _lists("SQLite", {}, is_quick=is_quick)
    try:
        with private_cluster() as url:
            results += _lists("PostgreSQL", {"KAITEKI_DATABASE_URL": url}, is_quick=is_quick)
    except NoPostgres:
        pass
    return results


def _lists(engine: str, environment: dict[str, str], *, is_quick: bool) -> list[Result]:
    told = _measured("P21", environment, is_quick=is_quick)
    return [
        Result(
            row="P21", what=f"list by policy ({name}) / bare, {told['rows']:,} rows ({engine})",
            ours=told[name], limit=told["bare"], ratio=told[name] / told["bare"],
            goal="<= 1.5", unit="ms",
        )
        for name in ("own", "guardian")
    ]  # fmt: skip
