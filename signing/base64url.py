"""Base64url without padding, one spelling per value (RFC 7515 appendix C, RFC 4648 section 3.5).

A lenient decoder skips foreign characters and ignores the spare bits of the last one, so that one
signed token has many spellings and a used one comes back under another.
"""

import binascii
from typing import Final

from signing.faults import unreadable

_TO_URL: Final = bytes.maketrans(b"+/", b"-_")
_FROM_URL: Final = bytes.maketrans(b"-_", b"+/")
_PADDING: Final = (b"", b"===", b"==", b"=")


def encode(raw: bytes) -> bytes:
    """Return ``raw`` in base64url, without padding."""
    return binascii.b2a_base64(raw, newline=False).translate(_TO_URL).rstrip(b"=")


def decode(text: bytes) -> bytes:
    """Return the bytes that ``text`` spells; ``BadToken`` unless it is their only spelling."""
    try:
        raw = binascii.a2b_base64(text.translate(_FROM_URL) + _PADDING[len(text) % 4])
    except binascii.Error:
        raise unreadable("not base64url") from None
    if binascii.b2a_base64(raw, newline=False).translate(_TO_URL).rstrip(b"=") != text:
        raise unreadable("not canonical base64url")
    return raw
