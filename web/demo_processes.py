"""The demo's programs beside Django: is their port free, and do they end when the demo ends?"""

import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_ENDS_WITHIN_SECONDS: Final = 10


def is_taken(host: str, port: int) -> bool:
    """Return whether a program listens there already.

    The server itself would not notice: it shares its port (SO_REUSEPORT), and then each of the
    two answers some requests of the other.
    """
    with socket.socket() as probe:
        probe.setsockopt(
            socket.SOL_SOCKET, socket.SO_REUSEADDR, 1
        )  # a port closed just now is free
        try:
            probe.bind((host, port))
        except OSError:
            return True
        return False


def free_port_after(host: str, port: int) -> int:
    """Return the next port that nobody listens on."""
    return next(other for other in range(port + 1, 65_536) if not is_taken(host, other))


def end(process: "subprocess.Popen[bytes] | subprocess.Popen[str]") -> None:
    """Ask a program to end; one that does not in time is killed."""
    process.terminate()
    try:
        process.wait(timeout=_ENDS_WITHIN_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def ending_on_sigterm() -> Iterator[None]:
    """Let SIGTERM unwind the stack as Ctrl+C does, so that every ``finally`` ends its program."""

    def leave(number: int, _frame: object) -> None:
        signal.signal(number, signal.SIG_IGN)  # a second one must not interrupt the ending
        raise SystemExit(128 + number)

    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
