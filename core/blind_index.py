"""Find an encrypted value without storing it: a keyed hash of its folded form.

Never on a value that few people differ in (gender, a birth date alone): whoever has the table
and can add rows would count them.
"""

import hmac
import unicodedata

from core.key_ring import key_ring


def blind_index(purpose: str, *parts: str) -> bytes:
    """Return 16 bytes of HMAC-SHA256 over ``parts``, with a key of its own per ``purpose``.

    Each part is folded first (NFKC, stripped, casefolded); a separator that no text holds keeps
    ("ab", "c") apart from ("a", "bc").
    """
    key = hmac.digest(key_ring().index_secret, purpose.encode(), "sha256")
    folded = "\x1f".join(unicodedata.normalize("NFKC", part).strip().casefold() for part in parts)
    return hmac.digest(key, folded.encode(), "sha256")[:16]


def keyed_digest(purpose: str, content: bytes) -> bytes:
    """Return the full HMAC-SHA256 of ``content``: says whether a record has changed."""
    key = hmac.digest(key_ring().index_secret, purpose.encode(), "sha256")
    return hmac.digest(key, content, "sha256")
