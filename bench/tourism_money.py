"""P7, P8, P9, P15, P18: what a redemption costs beside pgbench of the same statement.

Both sides of a row run in the same minutes on the same cluster, in turns; the ratio is that of the
medians. One machine holds database, server and load: figures hold as ratios.
"""

import contextlib
import os
import re
import select
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import psycopg

from bench.rows import Result, row
from tests.private_postgres import free_port, private_cluster, server_binaries

# A past redemption with its transaction, postings, indexes and log takes about 2 kB while it is
# loaded; no more than half of what is free.
BYTES_A_PAST_REDEMPTION = 4_000
ROOT = Path(__file__).resolve().parents[1]
# So many that in a minute of both sides hardly a wallet comes to its uses of a minute.
WALLETS, WALLETS_QUICK, SQLITE_WALLETS = 120_000, 60_000, 200_000
DURABLE = ("fsync=on", "synchronous_commit=on")
SLOW_FLUSH = (*DURABLE, "commit_delay=4000", "commit_siblings=0")


class Town:
    """A cluster with a town of coupons in it."""

    def __init__(self, url: str, folder: str, *, wallets: int) -> None:
        self.url, self.folder, self.wallets = url, folder, wallets
        self.environment = os.environ | {
            "KAITEKI_DATABASE_URL": url, "KAITEKI_VAR": folder,
            "DJANGO_SETTINGS_MODULE": "api.settings",
        }  # fmt: skip
        self.run = 0
        self.world("fill", wallets)

    def world(self, *arguments: object) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "bench.tourism_world", *map(str, arguments)],
            cwd=ROOT, env=self.environment, check=True, capture_output=True, text=True,
        )  # fmt: skip
        return done.stdout.strip()

    def settle(self, *settings: str) -> None:
        """Set the server's settings for both sides."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            for one in settings:
                name, _, value = one.partition("=")
                connection.execute(f"ALTER SYSTEM SET {name} = '{value}'")
            connection.execute("SELECT pg_reload_conf()")
        time.sleep(0.3)

    def write_out(self) -> None:
        """Let the server and the machine write what is still in memory alone."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("CHECKPOINT")
        os.sync()

    def peer(self, cap: str, *, seconds: int, plan: str = "auto") -> float:
        """Return pgbench's prepared transactions a second, 8 clients.

        PostgreSQL left to itself plans this statement anew at each call ("auto"); ours asks for
        the kept plan, and ``force_generic_plan`` gives the peer the same.
        """
        script = Path(self.folder) / f"{cap}.sql"
        script.write_text(self.world("script", cap, self.wallets) + "\n", encoding="utf-8")
        done = subprocess.run(
            [str(server_binaries() / "pgbench"), "-n", "-M", "prepared", "-c", "8", "-j", "2",
             "-T", str(seconds), "-f", str(script), self.url],
            check=True, capture_output=True, text=True,
            env=os.environ | {"PGOPTIONS": f"-c plan_cache_mode={plan}"},
        )  # fmt: skip
        return float(re.search(r"tps = ([0-9.]+)", done.stdout)[1])  # type: ignore[index]

    def core(self, cap: str, *, seconds: int) -> float:
        """Return our core's redemptions a second, 8 processes."""
        self.run += 1
        return float(self.world("core", cap, self.wallets, seconds, self.run).split()[-1])

    def http(self, cap: str, port: int, *, connections: int, count: int) -> float:
        """Return redemptions a second over HTTP."""
        self.run += 1
        ready = Path(self.folder) / "requests"
        self.world("requests", cap, self.wallets, count, self.run, ready)
        return drive(port, ready.read_bytes().split(b"\0"), connections=connections)

    @contextlib.contextmanager
    def server(self, *, workers: int, threads: int) -> Iterator[int]:
        """Serve the product with granian."""
        port = free_port()
        command = [
            str(Path(sys.executable).with_name("granian")), "--interface", "wsgi", "--host",
            "127.0.0.1", "--port", str(port), "--workers", str(workers), "--blocking-threads",
            str(threads), "--http", "1", "--no-ws", "--no-access-log", "--log-level", "warning",
            "api.wsgi:application",
        ]  # fmt: skip
        running = subprocess.Popen(command, cwd=ROOT, env=self.environment)
        try:
            wait_for(port)
            yield port
        finally:
            running.terminate()
            running.wait(timeout=20)


@contextlib.contextmanager
def town(*, is_quick: bool) -> Iterator[Town]:
    folders = tempfile.TemporaryDirectory(prefix="kaiteki-bench-")
    with private_cluster(is_durable=True) as url, folders as folder:
        yield Town(url, folder, wallets=WALLETS_QUICK if is_quick else WALLETS)


def wait_for(port: int) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the server did not start")


def drive(port: int, ready: Sequence[bytes], *, connections: int) -> float:
    """Send each request once over so many connections, one at a time on each; return the rate."""
    waiting = list(reversed(ready))
    poll, open_ones, heard = select.epoll(), {}, defaultdict[int, bytes](bytes)
    for _ in range(connections):
        one = socket.create_connection(("127.0.0.1", port))
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        open_ones[one.fileno()] = one
        poll.register(one.fileno(), select.EPOLLIN)
        one.sendall(waiting.pop())
    good, busy, began = 0, connections, time.perf_counter()
    while busy:
        for number in ready_ones(poll):
            one = open_ones[number]
            heard[number] += part_of(one)
            if not is_whole(heard[number]):
                continue  # head and body may come in segments of their own
            good += heard.pop(number).startswith(b"HTTP/1.1 201")
            if waiting:
                one.sendall(waiting.pop())
            else:
                busy -= 1
                poll.unregister(number)
    seconds = time.perf_counter() - began
    for one in open_ones.values():
        one.close()
    if good < len(ready) * 0.97:
        raise RuntimeError(f"only {good} of {len(ready)} redemptions were taken")
    return good / seconds


def ready_ones(poll: select.epoll) -> Sequence[int]:
    """Return whose answer, or a part of it, is there; a server that is silent ends the bench."""
    events = poll.poll(30)
    if not events:
        raise RuntimeError("no answer for 30 s")
    return [number for number, _event in events]


def part_of(one: socket.socket) -> bytes:
    """Return what came; a server that hangs up ends the bench."""
    part = one.recv(65_536)
    if not part:
        raise RuntimeError("the server hung up")
    return part


def is_whole(answer: bytes) -> bool:
    """Say whether head and body of an answer are all there."""
    head, _, body = answer.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
    return length is not None and len(body) >= int(length[1])


def compare(
    name: str, what: str, goal: str, rounds: list[tuple[float, float]], **more: Any
) -> Result:
    ours, limit = (statistics.median(side) for side in zip(*rounds, strict=True))
    return Result(
        row=name, what=what, ours=ours, limit=limit, ratio=ours / limit, goal=goal,
        unit="redemptions/s", more={"rounds": len(rounds), **more},
    )  # fmt: skip


def both_plans(
    name: str, what: str, goal: str, rounds: list[tuple[float, float, float]], **more: Any
) -> list[Result]:
    """Return the row's line, and one for information beside pgbench with the plan that we have."""
    planned = [(ours, auto) for ours, auto, _kept in rounds]
    kept = [(ours, generic) for ours, _auto, generic in rounds]
    return [
        compare(name, what, goal, planned, **more),
        compare(name, f"{what}, the plan kept on both sides", "", kept, **more),
    ]


@row("P7")
def core(is_quick: bool) -> Sequence[Result]:
    """Our core beside pgbench, 8 clients each, an issue-capped campaign."""
    with town(is_quick=is_quick) as found:
        found.settle(*DURABLE)
        rounds = [
            (
                found.core("issue", seconds=2),
                found.peer("issue", seconds=2),
                found.peer("issue", seconds=2, plan="force_generic_plan"),
            )
            for _ in range(1 if is_quick else 5)
        ]
    return both_plans("P7", "core redeem / pgbench prepared, 8 clients", ">= 0.60", rounds)


@row("P8")
def over_http(is_quick: bool) -> Sequence[Result]:
    """A till's request with device, clerk and signed code beside pgbench, 8 connections."""
    with town(is_quick=is_quick) as found:
        found.settle(*DURABLE)
        with found.server(workers=2, threads=4) as port:
            found.http("issue", port, connections=8, count=400)  # warm
            rounds = [
                (found.http("issue", port, connections=8, count=1_500 if is_quick else 4_000),
                 found.peer("issue", seconds=2),
                 found.peer("issue", seconds=2, plan="force_generic_plan"))
                for _ in range(1 if is_quick else 5)
            ]  # fmt: skip
    what = "HTTP with authentication / pgbench prepared, 8 connections"
    return both_plans("P8", what, ">= 0.25", rounds, server="granian 2 workers x 4 threads")


@row("P9")
def hot_budget(is_quick: bool) -> Sequence[Result]:
    """One budget row for all, a flush of 4 ms on both sides."""
    count, results = 2_000 if is_quick else 6_000, []
    with town(is_quick=is_quick) as found:
        found.settle(*SLOW_FLUSH)
        peer = [found.peer("redemption", seconds=2) for _ in range(1 if is_quick else 3)]
        for workers in (1,) if is_quick else (1, 2):
            with found.server(workers=workers, threads=64) as port:
                found.http("redemption", port, connections=64, count=400)
                rounds = [
                    (found.http("redemption", port, connections=64, count=count), limit)
                    for limit in peer
                ]
            what = f"hot budget row over HTTP, {workers} process(es) of 64 threads / pgbench"
            results.append(compare("P9", what, ">= 5", rounds, settings=list(SLOW_FLUSH)))
    return results


@row("P15")
def on_sqlite(is_quick: bool) -> Sequence[Result]:
    """The writer thread with 32 callers beside one thread of raw sqlite3, both FULL."""
    with tempfile.TemporaryDirectory(prefix="kaiteki-bench-") as folder:
        environment = os.environ | {"KAITEKI_VAR": folder, "DJANGO_SETTINGS_MODULE": "api.settings"}
        environment.pop("KAITEKI_DATABASE_URL", None)
        out = subprocess.run(
            [sys.executable, "-m", "bench.tourism_world", "sqlite", str(SQLITE_WALLETS), "2",
             "1" if is_quick else "5"],
            cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True,
        ).stdout  # fmt: skip
    lines = [tuple(map(float, line.split())) for line in out.strip().splitlines()]
    p99 = statistics.median(line[1] for line in lines)
    what = "SQLite core, 32 callers / raw sqlite3, both synchronous=FULL"
    return [
        compare("P15", what, ">= 0.75", [(line[0], line[2]) for line in lines]),
        Result(
            row="P15", what="p99 of a redemption with 32 callers", ours=p99, limit=250,
            ratio=p99 / 250, goal="<= 1", unit="ms",
        ),
    ]  # fmt: skip


@row("P18")
def growing(is_quick: bool) -> Sequence[Result]:
    """One redemption at 10,000 past ones and at many: two towns side by side, in turns.

    What the loading left to be written is written first, or its writing would be measured.
    """
    fits = shutil.disk_usage(tempfile.gettempdir()).free // BYTES_A_PAST_REDEMPTION
    most = min(fits, 300_000 if is_quick else 10_000_000)
    costs: list[tuple[float, float]] = []
    with town(is_quick=is_quick) as few, town(is_quick=is_quick) as many:
        for found, past in ((few, 10_000), (many, most)):
            found.world("past", past, found.wallets)
            found.settle(*DURABLE)
            found.write_out()
        for run in range(1 if is_quick else 5):
            large, small = (
                float(found.world("cost", found.wallets, run).split()[-1]) for found in (many, few)
            )
            costs.append((large, small))
    large, small = (statistics.median(side) for side in zip(*costs, strict=True))
    return [
        Result(
            row="P18", what=f"redeem at {most:,} past redemptions / at 10,000 (PostgreSQL)",
            ours=large, limit=small, ratio=large / small, goal="<= 1.2", unit="us",
        )
    ]  # fmt: skip
