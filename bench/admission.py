"""P4, P5, P6: a round from loaded data to a certified result with explanations."""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.admission_market import as_bytes, make_market
from bench.rows import Result, row
from childcare.admission.deferred_acceptance import seat_singles
from childcare.admission.explanation import Explainer
from childcare.admission.market import Market
from childcare.admission.solve import load_market, solve

ROOT = Path(__file__).resolve().parents[1]


def round_of(market: Market) -> tuple[str, int]:
    """Solve, certify and explain; return the method and how many children were explained."""
    solved = solve(market)
    assert not solved.result.blocking_families
    told = list(
        Explainer(market, solved.current, standing=lambda position: (0, position)).explain()
    )
    return solved.result.method, len(told)


def seconds(work: Callable[[], object], *, times: int) -> float:
    """Return the median seconds of ``work``."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return statistics.median(found)


@row("P4")
def certified_round(is_quick: bool) -> Sequence[Result]:
    """Loaded data -> certified result with explanations; 20 % with siblings, transfers."""
    results = []
    for children, facilities, goal in ((600, 23, 0.050), (8_000, 311, 0.5)):
        raw = as_bytes(make_market(children, facilities=facilities))
        start = time.perf_counter()
        market = load_market(raw)
        load = time.perf_counter() - start
        ours = seconds(lambda at=market: round_of(at), times=3 if is_quick else 7)  # type: ignore[misc]
        method, told = round_of(market)
        results.append(
            Result(
                row="P4",
                what=f"{children:,} children, {facilities} facilities: solve, certify, explain",
                ours=ours, limit=goal, ratio=ours / goal, goal=f"<= {goal:g} s", unit="s",
                more={"load_s": load, "method": method, "explained": told,
                      "families_with_siblings": len(market.siblings)},
            )
        )  # fmt: skip
    return results


@row("P5")
def singles_beside_matching(is_quick: bool) -> Sequence[Result]:
    """Single children: our solve beside PyPI matching's solve(), the same seat for each."""
    children, facilities = (2_000, 78) if is_quick else (8_000, 311)
    raw = as_bytes(make_market(children, facilities=facilities, siblings=0, transfers=0))
    start = time.perf_counter()
    market = load_market(raw)
    load = time.perf_counter() - start
    peer = json.loads(
        subprocess.run(
            [sys.executable, "-m", "bench.matching_peer"],
            input=raw, cwd=ROOT, check=True, capture_output=True,
        ).stdout
    )  # fmt: skip
    ours = seconds(lambda: seat_singles(market), times=9)
    _seated, options = seat_singles(market)
    seats = {
        market.child_at[position]: market.slots[market.slot_at[position]]
        for family, option in enumerate(options)
        for position in market.options[family][option]
    }
    assert seats == peer["seats"], "another seat for some child"
    return [
        Result(
            row="P5", what=f"{children:,} single children: solve beside matching's solve()",
            ours=ours, limit=peer["solve_s"], ratio=peer["solve_s"] / ours, goal=">= 10 x",
            unit="s",
            more={"load_s": load, "peer_build_s": peer["build_s"], "peer_mib": peer["mib"],
                  "peer_stack": "1 GB thread, recursion limit 1,000,000",
                  "same_seats": len(seats)},
        )
    ]  # fmt: skip


@row("P6")
def largest_round(is_quick: bool) -> Sequence[Result]:
    """120,000 children with siblings, in a process of its own; memory beside smaller rounds."""
    found = {}
    for children in (8_000, 30_000) if is_quick else (8_000, 30_000, 120_000):
        done = subprocess.run(
            [sys.executable, "-m", "bench.admission_size", str(children)],
            cwd=ROOT, check=True, capture_output=True,
        )  # fmt: skip
        found[children] = json.loads(done.stdout)
    largest = max(found)
    goal = 15.0 * largest / 120_000
    return [
        Result(
            row="P6", what=f"{largest:,} children with siblings: solve, certify, explain",
            ours=found[largest]["seconds"], limit=goal, ratio=found[largest]["seconds"] / goal,
            goal=f"<= {goal:g} s, memory linear", unit="s",
            more={f"mib_{size}": one["mib"] for size, one in found.items()}
            | {f"kib_a_child_{size}": one["mib"] * 1024 / size for size, one in found.items()}
            | {"method": found[largest]["method"], "load_s": found[largest]["load"]},
        )
    ]  # fmt: skip
