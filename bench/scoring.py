"""P13: scoring one round of 8,000 applications from the database, by both scorers."""

import json
from collections.abc import Sequence

from bench.rows import Result, row
from bench.storage import in_process
from tests.private_postgres import NoPostgres, private_cluster

GOAL_SECONDS = 20


def _scored(engine: str, environment: dict[str, str], *, applications: int) -> Result:
    out = in_process("bench.scored_round", str(applications), environment=environment)
    told = json.loads(out.splitlines()[-1])
    if told["differences"] or told["applications"] != applications:
        raise RuntimeError(f"the scorers disagree or rows are missing: {told}")
    ours = told["seconds"]
    return Result(
        row="P13", what=f"a round of {applications:,} scored twice, sheets written ({engine})",
        ours=ours, limit=GOAL_SECONDS, ratio=ours / GOAL_SECONDS, goal="<= 1", unit="s",
        more={"sheets": told["sheets"]},
    )  # fmt: skip


@row("P13")
def scored_round(is_quick: bool) -> Sequence[Result]:
    """Database -> facts -> both scorers -> encrypted sheets, compared, committed."""
    applications = 1_000 if is_quick else 8_000
    results = [_scored("SQLite", {}, applications=applications)]
    try:
        with private_cluster() as url:
            environment = {"KAITEKI_DATABASE_URL": url}
            results.append(_scored("PostgreSQL", environment, applications=applications))
    except NoPostgres:
        pass
    return results
