"""Limits that all machines count together: so many tries in a window, for a key of the caller's.

A count is one statement in the database, so no two calls at once are counted as one, and it stands
until its window ends. A cache gives neither: counting there is reading, then writing, and what is
full drops what it likes. A window begins with its first try; what follows on its end begins anew,
so the worst case is twice the limit around it, which is what the limits are chosen for.

A refusal that takes its transaction back takes back the count as well: count outside of it.
"""

import hashlib
import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

from django.db import connection

from core.models import TryCount
from core.refusals import Refusal, gettext_noop as _

_COUNT: Final = """INSERT INTO core_trycount AS c (digest, tries, ends_at)
VALUES (%(digest)s, 1, %(ends_at)s)
ON CONFLICT (digest) DO UPDATE SET
  tries = CASE WHEN c.ends_at <= %(now)s THEN 1 ELSE c.tries + 1 END,
  ends_at = CASE WHEN c.ends_at <= %(now)s THEN excluded.ends_at ELSE c.ends_at END
RETURNING tries"""
_INSTANT: Final = TryCount._meta.get_field("ends_at")


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
        if self.note(key, now=now) > self.tries:
            raise TooManyTries(retry_after_seconds=self.locked_seconds(key, now=now) or 1)

    def note(self, key: str, *, now: datetime) -> int:
        """Count one try of ``key`` and return how many this window has seen."""
        values = {
            "digest": self._digest(key),
            "now": _INSTANT.get_db_prep_value(now, connection),
            "ends_at": _INSTANT.get_db_prep_value(
                now + timedelta(seconds=self.seconds), connection
            ),
        }
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, values)
            (tries,) = cursor.fetchone()
        return int(tries)

    def locked_seconds(self, key: str, *, now: datetime) -> int:
        """Return for how long ``key`` has no try left; 0 where it has. Counts nothing."""
        used_up = TryCount.objects.filter(
            digest=self._digest(key), tries__gte=self.tries, ends_at__gt=now
        ).first()
        return math.ceil((used_up.ends_at - now).total_seconds()) if used_up else 0

    def _digest(self, key: str) -> str:
        # Hashed: a key may be an address or an e-mail, and tables get dumped.
        return hashlib.sha256(f"{self.name}|{key}".encode()).hexdigest()[:32]


def forget_tries(*, now: datetime) -> int:
    """Delete the counts of windows that are over; return how many."""
    return TryCount.objects.filter(ends_at__lte=now).delete()[0]
