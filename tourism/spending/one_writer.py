"""One thread that writes for many: a group commit.

Callers leave a ticket and wait. The thread takes up to 64 tickets, at most one a wallet, sorted by
wallet; runs them in one transaction; and answers each caller only after its commit. If it dies
in between nobody was told anything: callers replay by their key.
"""

import logging
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final

from core.refusals import Refusal
from tourism.refusals import MoneyUnavailable
from tourism.spending.asked import Asked, Spent

ITEMS_MAX: Final = 64
ANSWER_SECONDS_MAX: Final = 15.0

Outcome = Spent | Refusal | None  # ``None``: the statement matched no row
Run = Callable[[Sequence[Asked]], Sequence[Outcome]]
log = logging.getLogger(__name__)


class _Ticket:
    """What a caller waits for."""

    __slots__ = ("asked", "done", "outcome")

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.outcome: Outcome = None
        self.done = threading.Lock()
        self.done.acquire()


class OneWriter:
    """Runs what is asked in batches, on a thread of its own; one a process and database."""

    def __init__(self, run: Run, *, name: str, wait_seconds: float) -> None:
        self._run = run
        self._name = name
        self._wait_seconds = wait_seconds
        self._waiting: deque[_Ticket] = deque()
        self._something = threading.Condition()
        self._process = 0

    def ask(self, asked: Asked) -> Outcome:
        """Return what became of it, after the commit; raise where nobody can know yet."""
        ticket = _Ticket(asked)
        with self._something:
            self._start()
            self._waiting.append(ticket)
            self._something.notify()
        if not ticket.done.acquire(timeout=ANSWER_SECONDS_MAX):
            raise MoneyUnavailable
        return ticket.outcome

    def _start(self) -> None:
        """Start the thread at first use, and again in a forked process."""
        if self._process != os.getpid():
            self._process = os.getpid()
            self._waiting.clear()
            threading.Thread(target=self._work, name=self._name, daemon=True).start()

    def _work(self) -> None:
        while True:
            batch = self._take()
            try:
                outcomes = self._run([ticket.asked for ticket in batch])
            except Exception:  # the outermost loop of this thread
                log.exception("a batch of %d redemptions failed", len(batch))
                outcomes = [MoneyUnavailable()] * len(batch)
            for ticket, outcome in zip(batch, outcomes, strict=True):
                ticket.outcome = outcome
                ticket.done.release()

    def _take(self) -> list[_Ticket]:
        """Wait for the first ticket, then a moment for more; leave second ones of a wallet."""
        with self._something:
            while not self._waiting:
                self._something.wait()
        if self._wait_seconds and len(self._waiting) < ITEMS_MAX:
            time.sleep(self._wait_seconds)
        taken: dict[object, _Ticket] = {}
        later: list[_Ticket] = []
        with self._something:
            while self._waiting and len(taken) < ITEMS_MAX:
                ticket = self._waiting.popleft()
                if ticket.asked.wallet_id in taken:
                    later.append(ticket)
                else:
                    taken[ticket.asked.wallet_id] = ticket
            self._waiting.extendleft(reversed(later))
        return sorted(taken.values(), key=lambda ticket: ticket.asked.wallet_id)
