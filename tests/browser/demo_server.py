"""The demo as a process of its own, as `make run` starts it: it can be killed in a test."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.private_postgres import free_port

ROOT = Path(__file__).resolve().parents[2]
_STARTS_WITHIN_SECONDS = 90


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


@contextlib.contextmanager
def running_demo() -> Iterator[Demo]:
    port = free_port()
    url = f"http://localhost:{port}"
    with tempfile.TemporaryDirectory(prefix="kaiteki-demo-") as folder:
        log = Path(folder) / "log"
        environment = os.environ | {
            "KAITEKI_VAR": folder,
            "KAITEKI_PUBLIC_URL": url,
            "DJANGO_SETTINGS_MODULE": "api.settings",
            "PYTHONWARNINGS": "ignore",
        }
        environment.pop("KAITEKI_DATABASE_URL", None)
        with log.open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, "manage.py", "run_demo", "--port", str(port)],
                cwd=ROOT, env=environment, stdout=out, stderr=out, start_new_session=True,
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
