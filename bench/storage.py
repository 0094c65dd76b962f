"""SL, PAPER, P12, MEM: status lists, paper runs, growing tables, a worker's memory."""

import contextlib
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from bench.rows import Result, row
from signing import sdjwt
from signing.keys import PemSigner, generate_key
from signing.pack import pack
from signing.qr import paper_matrix
from signing.statuslist import make_status_list
from tests.private_postgres import NoPostgres, private_cluster

ROOT = Path(__file__).resolve().parents[1]


@row("SL")
def status_list(is_quick: bool) -> Sequence[Result]:
    """Rebuild and sign a status list of 2^17 entries with 1 % set."""
    signer = PemSigner(generate_key(), kid="s-bench")
    chance = random.Random(1)
    statuses = dict.fromkeys(chance.sample(range(2**17), 2**17 // 100), 1)
    times, token = [], ""
    for _ in range(5 if is_quick else 21):
        start = time.perf_counter()
        token = make_status_list(
            statuses, iss="https://c.example/202177", uri="https://c.example/202177/status/1",
            iat=1, signer=signer,
        )  # fmt: skip
        times.append(time.perf_counter() - start)
    ours = statistics.median(times) * 1000
    return [
        Result(
            row="SL", what="status list of 2^17 entries rebuilt and signed", ours=ours, limit=50,
            ratio=ours / 50, goal="< 1", unit="ms", more={"token_bytes": len(token)},
        )
    ]  # fmt: skip


@row("PAPER")
def paper(is_quick: bool) -> Sequence[Result]:
    """Issue, sign, pack and draw the QR codes of 6,000 paper cards on one core."""
    signer = PemSigner(generate_key(), kid="2026-1")
    cards = 100 if is_quick else 1_000
    start = time.perf_counter()
    for index in range(cards):
        claims = {
            "iss": "https://card.example/202177",
            "vct": "https://card.example/202177/vct/disability-card/1-paper",
            "iat": 1_795_359_600, "exp": 1_826_895_600,
            "status": {
                "status_list": {"idx": index, "uri": "https://card.example/202177/status/1"}
            },
            "discount_class": 1, "caregivers": 1, "name": "見本 花子", "birth_year": 1985,
        }  # fmt: skip
        paper_matrix(pack(sdjwt.issue(claims, signer=signer)))
    ours = (time.perf_counter() - start) / cards * 6_000
    return [
        Result(
            row="PAPER", what="6,000 paper QR codes with their signatures, one core", ours=ours,
            limit=60, ratio=ours / 60, goal="< 1", unit="s", more={"measured_cards": cards},
        )
    ]  # fmt: skip


def in_process(module: str, *arguments: str, environment: dict[str, str]) -> str:
    """Run a part with its own database in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="kaiteki-bench-") as folder:
        env = os.environ | {
            "KAITEKI_VAR": folder, "DJANGO_SETTINGS_MODULE": "api.settings",
        } | environment  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT, env=env, check=True, capture_output=True, text=True,
        )  # fmt: skip
    return done.stdout


@contextlib.contextmanager
def _city(credentials: int, environment: dict[str, str]) -> Iterator[Callable[[], float]]:
    """Start a city with so many credentials; give what measures one verification there."""
    with tempfile.TemporaryDirectory(prefix="kaiteki-bench-") as folder:
        env = os.environ | {
            "KAITEKI_VAR": folder, "DJANGO_SETTINGS_MODULE": "api.settings",
        } | environment  # fmt: skip
        with subprocess.Popen(
            [sys.executable, "-m", "bench.growing_table", str(credentials)],
            cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        ) as city:  # fmt: skip
            asks, answers = city.stdin, city.stdout
            assert asks is not None
            assert answers is not None
            if answers.readline() != "ready\n":
                raise RuntimeError("the city was not filled")

            def measure() -> float:
                print(file=asks, flush=True)
                return float(answers.readline())

            yield measure
            asks.close()


def _growth(
    engine: str, small: dict[str, str], large: dict[str, str], *, most: int, rounds: int
) -> Result:
    """Ask both cities in turns: what else runs on the machine falls on both."""
    with _city(most, large) as measure_large, _city(1_000, small) as measure_small:
        pairs = [(measure_large(), measure_small()) for _ in range(rounds)]
    ratio, ours, limit = sorted((ours / limit, ours, limit) for ours, limit in pairs)[rounds // 2]
    return Result(
        row="P12", what=f"one online verification at {most:,} credentials / at 1,000 ({engine})",
        ours=ours, limit=limit, ratio=ratio, goal="<= 1.2", unit="us",
    )  # fmt: skip


@row("P12")
def growing(is_quick: bool) -> Sequence[Result]:
    """The cost of one online verification does not grow with what was issued."""
    most, rounds = (100_000, 5) if is_quick else (1_000_000, 11)
    results = [_growth("SQLite", {}, {}, most=most, rounds=rounds)]
    try:
        with private_cluster() as one, private_cluster() as other:
            urls = [{"KAITEKI_DATABASE_URL": url} for url in (one, other)]
            results.append(_growth("PostgreSQL", *urls, most=most, rounds=rounds))
    except NoPostgres:
        pass
    return results


@row("MEM")
def memory(is_quick: bool) -> Sequence[Result]:
    """Resident memory of a worker after many verifications."""
    scans = 1_000 if is_quick else 10_000
    out = in_process("bench.worker_memory", str(scans), environment={})
    ours = float(out.split()[-1])
    return [
        Result(
            row="MEM", what=f"a server process after {scans:,} verifications over HTTP", ours=ours,
            limit=150, ratio=ours / 150, goal="< 1", unit="MiB resident",
        )
    ]  # fmt: skip
