"""Limits in the shared cache: so many tries in a window, for a key that the caller names.

Counters stand in the cache that all workers share. A window is fixed, not sliding: the worst case
is twice the limit around its edge, which is what the limits are chosen for.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from django.core.cache import cache

from core.refusals import Refusal, gettext_noop as _


class TooManyTries(Refusal):
    """The limit is used up; ``retry_after_seconds`` says when the next window starts."""

    code = "too-many-requests"
    title = _("回数が多すぎます")
    next_step = _("少し待ってから、もう一度ためしてください。")
    status = HTTPStatus.TOO_MANY_REQUESTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """At most ``tries`` in each window of ``seconds``, for each key."""

    name: str
    tries: int
    seconds: int

    def count(self, key: str, *, now: datetime) -> None:
        """Count one try of ``key``; raise :class:`TooManyTries` when it is one too many."""
        window, into = divmod(int(now.timestamp()), self.seconds)
        # Hashed: a key may be an address or an e-mail, and caches get dumped.
        digest = hashlib.sha256(f"{self.name}|{key}".encode()).hexdigest()[:32]
        name = f"limit:{digest}:{window}"
        cache.add(name, 0, timeout=self.seconds + 1)
        try:
            tries = cache.incr(name)
        except ValueError:  # it expired between the two calls: a new window
            tries = 1
        if tries > self.tries:
            raise TooManyTries(retry_after_seconds=self.seconds - into)
