"""What a verifier remembers between scans: marks against replay, and issuer parts it has checked.

Both live in memory here; a server that shares marks between venues brings its own ``ReplayMarks``
over a database.
"""

import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple, Protocol
from uuid import UUID

from disability_card.card_claims import CardClaims
from signing.jws import Jws
from signing.keys import PublicKey

REPLAY_TTL_SECONDS: Final = 180  # no window lets a QR code live longer
MARKS_MAX: Final = 200_000  # a day of one scan every half second
ISSUER_PARTS_MAX: Final = 2_048  # about 6 MB


class Seen(NamedTuple):
    """The first scan of a QR code: its name (:func:`scan_name`), and when."""

    scan: UUID
    at: datetime


class ReplayMarks(Protocol):
    """Remembers for at least ``REPLAY_TTL_SECONDS`` which scan of a QR code was the first."""

    def first_seen(self, digest: bytes, *, scan: UUID, now: datetime) -> Seen:
        """Return the first scan of ``digest``: this one, unless there was one before.

        Insert and look-up are one step, or two venues at one moment both think they are first.
        """


class MarksInMemory:
    """Marks of one process, for as long as it runs; the oldest are dropped beyond a limit."""

    def __init__(self, *, marks_max: int = MARKS_MAX) -> None:
        self._first: OrderedDict[bytes, Seen] = OrderedDict()
        self._marks_max = marks_max
        self._lock = threading.Lock()

    def first_seen(self, digest: bytes, *, scan: UUID, now: datetime) -> Seen:
        """Return the first scan of ``digest``: this one, unless there was one before."""
        with self._lock:
            first = self._first.setdefault(digest, Seen(scan, now))
            if len(self._first) > self._marks_max:
                self._first.popitem(last=False)
            return first


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerPart:
    """A card whose issuer signature held under ``key``, which ``kid`` named then."""

    card: CardClaims
    kid: str
    key: PublicKey


class IssuerParts:
    """The issuer parts that were good lately, by their very text; the oldest unused go first.

    A part gets in only after its signature held, so nobody can fill it with rubbish.
    """

    def __init__(self, *, parts_max: int = ISSUER_PARTS_MAX) -> None:
        self._parts: OrderedDict[bytes, IssuerPart] = OrderedDict()
        self._parts_max = parts_max
        self._lock = threading.Lock()

    def get(self, presentation: bytes) -> IssuerPart | None:
        """Return the part if it is known."""
        with self._lock:
            part = self._parts.get(presentation)
            if part is not None:
                self._parts.move_to_end(presentation)
            return part

    def put(self, presentation: bytes, part: IssuerPart) -> None:
        """Remember a part whose signature held."""
        with self._lock:
            self._parts[presentation] = part
            if len(self._parts) > self._parts_max:
                self._parts.popitem(last=False)


def scan_digest(binding: Jws) -> bytes:
    """Return the replay mark's key: SHA-256 of the key binding's signing input.

    Not of the whole text: the twin (r, n-s) of a signature is valid too and must not pass as new.
    """
    return hashlib.sha256(binding.signing_input).digest()


def scan_name(binding: Jws, *, scanner: str) -> UUID:
    """Return what two reads of one screen by one scanner share: the scanner and the signature.

    So the twin of a signature is no second look at the same screen, not even on the same device.
    """
    spelled = hashlib.sha256(scanner.encode() + b"\0" + binding.signature).digest()
    return UUID(bytes=spelled[:16])
