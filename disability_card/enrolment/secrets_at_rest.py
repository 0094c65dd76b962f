"""How codes and tokens stand in the database: as keyed digests, never as themselves.

Keyed, because six digits have a million values: whoever reads a plain digest of them knows the
digits a second later. Tokens follow from what was shown to get them (``derive``), so that a phone
that lost the answer in a tunnel asks again and is told the same thing; nothing secret is stored
for that.
"""

from core.blind_index import keyed_digest
from signing import base64url


def digest(kind: str, secret: str) -> bytes:
    """Return the 32 bytes under which ``secret`` is stored and looked up."""
    return keyed_digest(f"enrolment.{kind}", secret.encode())


def derive(kind: str, secret: str) -> str:
    """Return the token that follows from ``secret``: 256 bits that only this server can make."""
    raw = keyed_digest(f"enrolment.derive.{kind}", secret.encode())
    return base64url.encode(raw).decode()
