"""Ids and secrets: UUIDv7 for rows, references that people read aloud, digests of tokens."""

import hashlib
import secrets
import threading
import time
from typing import Final
from uuid import UUID

# Crockford's base32: no I, L, O, U, so that nobody reads a digit for a letter.
ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# 31 letters and digits (a prime), so that a weighted sum catches every slip of one place.
READABLE: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXY"
REFERENCE_CHARACTERS_MIN: Final = 4

_last_lock = threading.Lock()
_last = 0


def uuid7() -> UUID:
    """Return a UUIDv7 (RFC 9562 section 5.7), monotonic within this process.

    The 12 bits behind the milliseconds count its 4,096ths (method 3 of section 6.2), and never
    go back, so that rows made in one loop keep their order.
    """
    global _last  # noqa: PLW0603  one counter a process is what monotonic means
    with _last_lock:
        stamp = time.time_ns() * 4096 // 1_000_000
        _last = stamp = max(stamp, _last + 1)
    milliseconds, fraction = divmod(stamp, 4096)
    tail = secrets.randbits(62)
    value = (milliseconds & (1 << 48) - 1) << 80 | 0x7 << 76 | fraction << 64 | 0b10 << 62 | tail
    return UUID(int=value)


def secret_code(characters: int) -> str:
    """Return a random secret of ``characters`` letters that are easy to read and type."""
    return "".join(secrets.choice(READABLE) for _ in range(characters))


def random_token() -> str:
    """Return 256 random bits as base64url: a token that a device or a phone keeps."""
    return secrets.token_urlsafe(32)


def digest_of(secret: str) -> bytes:
    """Return the SHA-256 of a random secret: what the database keeps of it.

    A plain hash is enough for 96 bits and more; shorter codes are also limited in tries.
    """
    return hashlib.sha256(secret.encode()).digest()


def check_character(body: str) -> str:
    """Return the check character of ``body`` (characters of :data:`READABLE`).

    A weighted sum modulo 31: every wrong character and every swap of two neighbours is caught.
    """
    total = sum(place * READABLE.index(char) for place, char in enumerate(body, start=2))
    return READABLE[total % 31]


def make_reference(characters: int = 8) -> str:
    """Return a random reference with its check character last, in groups of four."""
    body = secret_code(characters - 1)
    whole = body + check_character(body)
    return "-".join(whole[at : at + 4] for at in range(0, characters, 4))


def normal_reference(typed: str) -> str | None:
    """Return a reference as it is stored, however it was typed; ``None`` if it is not one."""
    folded = "".join(char for char in typed.upper() if char not in " -‐−ー　")
    if len(folded) < REFERENCE_CHARACTERS_MIN or any(char not in READABLE for char in folded):
        return None
    if check_character(folded[:-1]) != folded[-1]:
        return None
    return "-".join(folded[at : at + 4] for at in range(0, len(folded), 4))
