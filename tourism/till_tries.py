"""Limits a device that all processes of a machine count together, without asking the database.

A table of buckets stands in a small file that each process maps into its memory: the mark of a
device, and the instant at which its bucket is full again. The clock is the machine's own
(CLOCK_MONOTONIC), which all its processes read alike. Several machines count each for itself.

The file holds no secret and may be deleted at any time: every bucket is then full.
"""

import fcntl
import mmap
import os
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from uuid import UUID

from tourism.refusals import TooFast

DEVICE_RATE: Final = 10.0  # a second
DEVICE_BURST: Final = 20.0
SLOTS: Final = 16_384
_PROBES: Final = 8  # slots in which a device's bucket may stand
_SLOT: Final = struct.Struct("=Qd")
_REFILL_SECONDS: Final = DEVICE_BURST / DEVICE_RATE
_MARK_BITS: Final = 0xFFFF_FFFF_FFFF_FFFF  # the random half of a UUIDv7 (RFC 9562 section 5.7)


class SharedTries:
    """A bucket of tries for each device: refilled by time, emptied by calls of any process."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._threads = threading.Lock()
        self._opened: tuple[int, mmap.mmap] | None = None

    def take(self, device_id: UUID) -> None:
        """Take one try, or raise :class:`TooFast`."""
        mark = device_id.int & _MARK_BITS
        with self._locked() as table:
            now = time.monotonic()
            at, full_at = _bucket(table, mark, now=now)
            if full_at - now > (DEVICE_BURST - 1) / DEVICE_RATE:
                raise TooFast(retry_after_seconds=1)
            _SLOT.pack_into(table, at, mark, full_at + 1 / DEVICE_RATE)

    @contextmanager
    def _locked(self) -> Iterator[mmap.mmap]:
        # A POSIX lock keeps processes apart, never the threads of one: those take turns first.
        with self._threads:
            if self._opened is None:
                self._opened = _open(self._path)
            file, table = self._opened
            fcntl.lockf(file, fcntl.LOCK_EX)
            try:
                yield table
            finally:
                fcntl.lockf(file, fcntl.LOCK_UN)


def _open(path: Path) -> tuple[int, mmap.mmap]:
    path.parent.mkdir(parents=True, exist_ok=True)
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    os.ftruncate(file, SLOTS * _SLOT.size)  # of its own length: nothing is cut
    return file, mmap.mmap(file, SLOTS * _SLOT.size)


def _bucket(table: mmap.mmap, mark: int, *, now: float) -> tuple[int, float]:
    """Return where the device's bucket stands and when it is full; a full one is nobody's.

    Where eight other devices are busy in all its places, it shares the last one's bucket.
    """
    free: int | None = None
    at, full_at = 0, now
    for probe in range(_PROBES):
        at = (mark + probe) % SLOTS * _SLOT.size
        owner, full_at = _SLOT.unpack_from(table, at)
        # Later than any bucket can be: written before the machine was started anew.
        is_full = not now < full_at <= now + _REFILL_SECONDS + 1 / DEVICE_RATE
        if owner == mark:
            return at, now if is_full else full_at
        if is_full and free is None:
            free = at
    return (at, full_at) if free is None else (free, now)
