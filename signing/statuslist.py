"""Token Status List (draft-ietf-oauth-status-list): pack, sign, open, look up.

Entries of 1, 2, 4 or 8 bits fill each byte from the low bits; the bytes are zlib (RFC 1950). How
old a list may be is the verifier's rule, not decided here.
"""

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from signing import base64url, jws
from signing.faults import BadToken, Fault, unreadable
from signing.jws import Jws
from signing.keys import PublicKey, Signer

STATUS_LIST_TYP: Final = "statuslist+jwt"
VALID: Final = 0
INVALID: Final = 1
SUSPENDED: Final = 2

ENTRIES: Final = 2**17
LIVES_SECONDS: Final = 86_400
TTL_SECONDS: Final = 300
# 2^20 entries of 8 bits: eight times our own longest list, and the end of an inflate bomb.
_BYTES_MAX: Final = 2**20
_BITS: Final = frozenset({1, 2, 4, 8})


@dataclass(frozen=True, slots=True)
class StatusBits:
    """A list inflated: ``bits`` an entry."""

    bits: int
    packed: bytes

    def __len__(self) -> int:
        return len(self.packed) * 8 // self.bits

    def __getitem__(self, index: int) -> int:
        """Return the status at ``index``; ``IndexError`` outside the list."""
        if not 0 <= index < len(self):
            raise IndexError(index)
        byte, place = divmod(index * self.bits, 8)
        return self.packed[byte] >> place & ((1 << self.bits) - 1)


@dataclass(frozen=True, slots=True)
class StatusList:
    """A verified status list token."""

    iss: str
    uri: str
    iat: int
    exp: int
    bits: StatusBits


def encode_list(statuses: Mapping[int, int], *, bits: int, entries: int) -> str:
    """Return ``lst``: the entries of ``statuses``, all others 0.

    ``ValueError`` for an entry outside the list, a status that needs more bits, or a list that
    does not fill its last byte.
    """
    if bits not in _BITS or entries * bits % 8:
        raise ValueError("bits must be 1, 2, 4 or 8 and the entries fill whole bytes")
    packed = bytearray(entries * bits // 8)
    for index, status in statuses.items():
        if not 0 <= index < entries or not 0 <= status < 1 << bits:
            raise ValueError(f"no such entry: {index}: {status}")
        byte, place = divmod(index * bits, 8)
        packed[byte] |= status << place
    return base64url.encode(zlib.compress(bytes(packed), 9)).decode()


def decode_list(lst: object, *, bits: object) -> StatusBits:
    """Return the list that ``lst`` packs, or raise ``BadToken``."""
    if not isinstance(lst, str) or type(bits) is not int or bits not in _BITS:
        raise unreadable("not a status list")
    inflate = zlib.decompressobj()
    try:
        packed = inflate.decompress(base64url.decode(lst.encode("ascii")), _BYTES_MAX + 1)
    except (zlib.error, UnicodeEncodeError):
        raise unreadable("not a zlib stream") from None
    if not inflate.eof or inflate.unused_data or len(packed) > _BYTES_MAX:
        raise unreadable("a status list cut off, or too long")
    return StatusBits(bits, packed)


def make_status_list(
    statuses: Mapping[int, int],
    *,
    iss: str,
    uri: str,
    iat: int,
    signer: Signer,
    bits: int = 2,
    entries: int = ENTRIES,
    lives_seconds: int = LIVES_SECONDS,
    ttl_seconds: int = TTL_SECONDS,
) -> str:
    """Return the signed token that is published at ``uri``."""
    payload = {
        "iss": iss,
        "sub": uri,
        "iat": iat,
        "exp": iat + lives_seconds,
        "ttl": ttl_seconds,
        "status_list": {
            "bits": bits,
            "lst": encode_list(statuses, bits=bits, entries=entries),
        },
    }
    return jws.sign(payload, typ=STATUS_LIST_TYP, signer=signer)


def open_status_list(token: object, *, key_of: Callable[[Jws], PublicKey]) -> StatusList:
    """Return the list if its signature, ``typ``, ``sub`` and shape hold, else raise ``BadToken``.

    A list speaks for its own issuer only: ``sub`` must lie under ``iss``, or one city's status
    key could revive another city's cards.
    """
    claims: Mapping[str, Any] = jws.open_token(token, typ=STATUS_LIST_TYP, key_of=key_of).payload
    iss, uri = jws.text_claim(claims, "iss"), jws.text_claim(claims, "sub")
    if not uri.startswith(f"{iss}/status/"):
        raise BadToken(Fault.STATUS_LIST_BAD, "sub is not under iss")
    status_list = claims.get("status_list")
    if not isinstance(status_list, dict):
        raise unreadable("no status_list")
    return StatusList(
        iss=iss,
        uri=uri,
        iat=jws.numeric_date(claims, "iat"),
        exp=jws.numeric_date(claims, "exp"),
        bits=decode_list(status_list.get("lst"), bits=status_list.get("bits")),
    )
