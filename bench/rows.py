"""What a row is, how it is registered, and how rounds are interleaved with their limit."""

import json
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One measured row; ``ratio`` is the figure that the row's goal speaks of."""

    row: str
    what: str
    ours: float
    limit: float
    ratio: float
    goal: str
    unit: str
    more: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> str:
        rounded = {
            name: float(f"{value:.4g}") if isinstance(value, float) else value
            for name, value in asdict(self).items()
        }
        return json.dumps(rounded, ensure_ascii=False)


Row = Callable[[bool], Sequence[Result]]
ROWS: dict[str, Row] = {}


def row(name: str) -> Callable[[Row], Row]:
    """Register a function of ``is_quick`` that gives the results of row ``name``."""

    def register(function: Row) -> Row:
        ROWS[name] = function
        return function

    return register


def rate(work: Callable[[], object], *, seconds: float) -> float:
    """Return how often ``work`` runs a second."""
    count, start = 0, time.perf_counter()
    while (passed := time.perf_counter() - start) < seconds:
        for _ in range(16):
            work()
        count += 16
    return count / passed


def openssl_rates(*, seconds: int = 1) -> tuple[float, float]:
    """Return (sign/s, verify/s) of ``openssl speed ecdsap256`` on one core."""
    out = subprocess.run(
        ["openssl", "speed", "-seconds", str(seconds), "ecdsap256"],
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    sign, verify = out.strip().splitlines()[-1].split()[-2:]
    return float(sign), float(verify)


def interleaved(
    work: Callable[[], object],
    *,
    is_quick: bool,
    limit: Callable[[float, float], float],
) -> tuple[float, float, float]:
    """Return medians of (ours, limit, ours/limit); each round measures both, one after the other.

    ``limit`` makes the limit's rate of openssl's (sign/s, verify/s).
    """
    rounds = []
    for _ in range(3 if is_quick else 7):
        ours = rate(work, seconds=0.5 if is_quick else 1.0)
        bound = limit(*openssl_rates())
        rounds.append((ours, bound, ours / bound))
    medians = [statistics.median(column) for column in zip(*rounds, strict=True)]
    return medians[0], medians[1], medians[2]
