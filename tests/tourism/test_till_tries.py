"""A device has one bucket of tries, whichever process and thread it comes to."""

import subprocess
import sys
import time
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from tourism.refusals import TooFast
from tourism.till_tries import DEVICE_BURST, DEVICE_RATE, SLOTS, SharedTries

ROOT = Path(__file__).resolve().parents[2]
# Waits for a line, then asks as fast as it can for a while; says how often it was let.
ASKING = """
import sys, time
from pathlib import Path
from uuid import UUID
from tourism.refusals import TooFast
from tourism.till_tries import SharedTries
tries, let = SharedTries(Path(sys.argv[1])), 0
print("ready", flush=True)
sys.stdin.readline()
until = time.monotonic() + float(sys.argv[3])
while time.monotonic() < until:
    try:
        tries.take(UUID(sys.argv[2]))
        let += 1
    except TooFast:
        time.sleep(0.001)
print(let, flush=True)
"""


@pytest.fixture
def tries(tmp_path: Path) -> SharedTries:
    return SharedTries(tmp_path / "tries")


def take_all(tries: SharedTries, device: UUID) -> None:
    for _try in range(int(DEVICE_BURST)):
        tries.take(device)
    with pytest.raises(TooFast):
        tries.take(device)


def let_by(processes: int, *, path: Path, device: UUID, each: bool = False) -> tuple[int, float]:
    """How often ``processes`` at once let a device try, and in how many seconds."""
    started = [
        subprocess.Popen(
            [sys.executable, "-c", ASKING, f"{path}{number if each else ''}", str(device), "0.5"],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for number in range(processes)
    ]  # fmt: skip
    for one in started:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    before = time.monotonic()
    answers = [one.communicate("go\n")[0] for one in _told(started)]
    return sum(int(told) for told in answers), time.monotonic() - before


def _told(started: list[subprocess.Popen[str]]) -> list[subprocess.Popen[str]]:
    for one in started:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    return started


def test_four_processes_give_a_device_the_tries_of_one(tmp_path: Path) -> None:
    let, seconds = let_by(4, path=tmp_path / "tries", device=uuid4())
    assert DEVICE_BURST <= let <= DEVICE_BURST + DEVICE_RATE * seconds + 1
    # The same with a table each: what the shared one is for.
    apart, seconds = let_by(4, path=tmp_path / "apart", device=uuid4(), each=True)
    assert apart >= 4 * DEVICE_BURST


def test_one_device_does_not_slow_down_another_whose_bucket_starts_in_the_same_place(
    tries: SharedTries,
) -> None:
    busy = uuid4()
    take_all(tries, busy)
    for step in range(1, 8):  # marks that begin at the same slot
        take_all(tries, UUID(int=busy.int ^ (step * SLOTS)))
    with pytest.raises(TooFast):
        tries.take(busy)


def test_a_bucket_that_was_written_before_the_machine_started_anew_is_full(
    tries: SharedTries, monkeypatch: pytest.MonkeyPatch
) -> None:
    device, real = uuid4(), time.monotonic
    with monkeypatch.context() as long_up:
        long_up.setattr(time, "monotonic", lambda: real() + 1_000_000)
        take_all(tries, device)
    take_all(tries, device)
