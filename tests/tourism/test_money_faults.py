"""kill -9 in the middle of sales: what was acknowledged is there, once, to the yen."""

import json
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.private_postgres import NoPostgres, private_cluster, server_binaries

pytestmark = [pytest.mark.slow]
Worker = subprocess.Popen[str]


class Site:
    """A private cluster, and workers that sell on it.

    A commit reaches the kernel before it is acknowledged (``synchronous_commit``), which is what a
    killed process can lose; ``fsync`` is for a machine that loses its power.
    """

    def __init__(self, url: str, var: Path) -> None:
        self.environment = os.environ | {
            "KAITEKI_DATABASE_URL": url, "KAITEKI_VAR": str(var),
            "DJANGO_SETTINGS_MODULE": "api.settings_test",
        }  # fmt: skip
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("ALTER DATABASE postgres SET synchronous_commit = on")
            row = connection.execute("SHOW data_directory").fetchone()
            self.data = Path(str(row[0])) if row else Path()
        with self.start("make") as worker:
            assert worker.wait(timeout=120) == 0

    def start(self, *what: str) -> Worker:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.tourism.sale_worker", *what],
            env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip

    def sell(
        self, sales: int, *, strike_at: int = 0, strike: Callable[[Worker], None] | None = None
    ) -> tuple[list[dict[str, str]], dict[str, str]]:
        """Sell; return what the worker found kept, and the sales that it acknowledged.

        The worker is struck ``strike_at`` acknowledged sales after those it found.
        """
        kept: list[dict[str, str]] = []
        acknowledged: dict[str, str] = {}
        with self.start("sell", str(sales)) as worker:
            for line in worker.stdout or ():
                if not line.endswith("\n"):
                    break  # cut off by the kill: nobody was told
                if line.startswith("{"):
                    kept.append(kept_to_the_yen(json.loads(line)))
                    continue
                key, redemption = line.split()
                acknowledged[key] = redemption
                if strike is not None and len(acknowledged) == len(kept[0]) + strike_at:
                    strike(worker)
        return kept, acknowledged

    def kill_postgres(self, worker: Worker) -> None:
        pid = int((self.data / "postmaster.pid").read_text().splitlines()[0])
        os.kill(pid, signal.SIGKILL)
        worker.kill()

    def restart_postgres(self) -> None:
        owner: dict[str, Any] = {}
        if os.getuid() == 0:
            postgres = pwd.getpwnam("postgres")
            owner = {"user": postgres.pw_uid, "group": postgres.pw_gid}
        for _try in range(60):  # its children leave the shared memory in their own time
            done = subprocess.run(
                [str(server_binaries() / "pg_ctl"), "-D", str(self.data), "-w", "restart"],
                check=False, cwd=self.data, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                **owner,
            )  # fmt: skip
            if done.returncode == 0:
                return
            time.sleep(0.5)
        raise AssertionError("PostgreSQL did not start again")


def kept_to_the_yen(told: dict[str, Any]) -> dict[str, str]:
    """Return the kept sales, each of one yen, after the audit found nothing broken."""
    kept: dict[str, str] = told["kept"]
    assert (told["broken"], told["spent"]) == (0, len(kept))
    return kept


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    try:
        with private_cluster() as url:
            yield Site(url, tmp_path_factory.mktemp("faults"))
    except NoPostgres:
        pytest.skip("needs PostgreSQL's server binaries")


def test_killed_workers_batchers_and_servers_lose_and_double_nothing(site: Site) -> None:
    (_none,), first = site.sell(4_000, strike_at=100, strike=lambda worker: worker.kill())
    assert len(first) >= 100

    (kept,), second = site.sell(4_000, strike_at=80, strike=site.kill_postgres)
    assert first.items() <= kept.items()  # the worker and its batcher died
    assert {key: second.get(key, kept[key]) for key in kept} == kept  # a replay: the same answer
    assert len(second.keys() - kept.keys()) >= 80

    site.restart_postgres()
    (kept, last), third = site.sell(320)
    assert second.items() <= kept.items()  # the server died
    assert {key: third.get(key, kept[key]) for key in kept} == kept
    assert third.items() <= last.items()
    assert kept.items() <= last.items()
