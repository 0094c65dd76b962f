"""P17: a three-way cut of a campaign of the size of the largest that the city ran."""

import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import duckdb

from bench.rows import Result, row
from tourism.insight import answers, cubes

VISITS, PEOPLE = 3_000_000, 60_000


def write_files(folder: Path) -> None:
    """Write an export of made-up people, drawn by a hash so that it is always the same."""
    with duckdb.connect() as connection:
        connection.execute(
            f"""COPY (SELECT hash(i) AS person,
                ['city', 'prefecture', 'kanto', 'chubu', 'kinki', 'japan', 'abroad']
                    [1 + (hash(i, 1) % 7)::INT] AS origin,
                ['0-19', '20-29', '30-39', '40-49', '50-59', '60-69', '70-']
                    [1 + (hash(i, 2) % 7)::INT] AS age_band,
                ['alone', 'couple', 'family', 'friends', 'group']
                    [1 + (hash(i, 3) % 5)::INT] AS party,
                CASE hash(i, 4) % 10 WHEN 0 THEN 'hold_out' ELSE 'coupon' END AS arm
            FROM range({PEOPLE}) t(i)) TO '{folder}/people.parquet'"""
        )
        connection.execute(
            f"""COPY (SELECT hash(hash(i, 5) % {PEOPLE}) AS person,
                hash(hash(i, 6) % 700, 9) AS shop,
                ['food', 'bath', 'stay', 'souvenir', 'other']
                    [1 + (hash(hash(i, 6) % 700, 8) % 5)::INT] AS category,
                (1 + i // {PEOPLE})::USMALLINT AS nth,
                (500 + hash(i, 7) % 9500)::INTEGER AS bill_yen, 100::INTEGER AS coupon_yen
            FROM range({VISITS}) t(i)) TO '{folder}/visits.parquet'"""
        )
        connection.execute(
            f"COPY (SELECT person, shop, bill_yen FROM '{folder}/visits.parquet' LIMIT 100000)"
            f" TO '{folder}/receipts.parquet'"
        )


@row("P17")
def three_way_cut(is_quick: bool) -> Sequence[Result]:
    """Who came, by origin, age band and party, with parts, rounding and a withdrawal."""
    times: list[float] = []
    with tempfile.TemporaryDirectory(prefix="kaiteki-bench-") as name:
        folder = Path(name)
        write_files(folder)
        files = cubes.Files(folder=folder, withdrawn=(1, 2, 3))
        parts = 0
        for _ in range(3 if is_quick else 11):
            start = time.perf_counter()
            parts = len(answers.who_came(files).parts)
            times.append(time.perf_counter() - start)
    ours = statistics.median(times)
    return [
        Result(
            row="P17",
            what=f"3-way cut of {VISITS:,} redemptions x {PEOPLE:,} people",
            ours=ours, limit=1.0, ratio=ours, goal="<= 1", unit="s", more={"parts": parts},
        )
    ]  # fmt: skip
