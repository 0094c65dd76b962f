"""The demo as a process of its own, as `make run` starts it: it can be killed in a test.

The city is made once a run, which takes most of a minute; each test gets a copy of its folder. The
address stays the same, because it stands in the signed documents.
"""

import atexit
import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.private_postgres import free_port

ROOT = Path(__file__).resolve().parents[2]
_STARTS_WITHIN_SECONDS = 300
_PREPARED_WITHIN_SECONDS = 1_800  # by itself 20 s; a machine that runs all tests at once is slower


@dataclass
class Demo:
    """A running demo: its address, the links' key, its process."""

    url: str
    key: str
    process: subprocess.Popen[bytes]

    def link(self, who: str) -> str:
        return f"{self.url}/demo/as/{who}/?key={self.key}"

    def kill(self) -> None:
        """End the server and all its workers, as a power cut would."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@cache
def _city() -> tuple[Path, int]:
    """Make the demo city; return its folder and the port that its address names."""
    folder, port = Path(tempfile.mkdtemp(prefix="kaiteki-city-")), free_port()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    subprocess.run(
        [sys.executable, "manage.py", "run_demo", "--prepare-only"],
        cwd=ROOT, env=_environment(folder, port), check=True, capture_output=True,
        timeout=_PREPARED_WITHIN_SECONDS,
    )  # fmt: skip
    return folder, port


def _environment(folder: Path, port: int) -> dict[str, str]:
    environment = os.environ | {
        "KAITEKI_VAR": str(folder),
        "KAITEKI_PUBLIC_URL": f"http://localhost:{port}",
        "DJANGO_SETTINGS_MODULE": "api.settings",
        "PYTHONWARNINGS": "ignore",
    }
    environment.pop("KAITEKI_DATABASE_URL", None)
    return environment


@contextlib.contextmanager
def running_demo() -> Iterator[Demo]:
    city, port = _city()
    url = f"http://localhost:{port}"
    with tempfile.TemporaryDirectory(prefix="kaiteki-demo-") as parent:
        folder = Path(parent) / "var"
        shutil.copytree(city, folder)
        log = Path(parent) / "log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, "manage.py", "run_demo", "--port", str(port)],
                cwd=ROOT, env=_environment(folder, port), stdout=out, stderr=out,
                start_new_session=True,
            )  # fmt: skip
        demo = Demo(url=url, key="", process=process)
        try:
            demo.key = _wait(demo, log)
            yield demo
        finally:
            demo.kill()


def _wait(demo: Demo, log: Path) -> str:
    until = time.monotonic() + _STARTS_WITHIN_SECONDS
    while time.monotonic() < until:
        text = log.read_text(encoding="utf-8", errors="replace")
        if demo.process.poll() is not None:
            raise RuntimeError(text)
        found = re.search(r"key=(\S+)", text)
        if found and _answers(f"{demo.url}/healthz"):
            return found[1]
        time.sleep(0.2)
    raise RuntimeError("the demo did not start: " + log.read_text(encoding="utf-8"))


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
