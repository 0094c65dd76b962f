"""Decide whether a DPoP proof binds this request to a phone's key (RFC 9449 section 4.3).

Plain checks over the proof, the request line and the clock; whether its ``jti`` came before is
asked of ``nonces``. The key's thumbprint (RFC 7638) is the phone's name for us.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from disability_card.enrolment.oauth_errors import InvalidDPoPProof
from signing import base64url, jws
from signing.faults import BadToken

DPOP_TYP: Final = "dpop+jwt"
# Phones keep the server's clock offset from their last sync; five minutes forgive the first one.
PROOF_WINDOW: Final = timedelta(minutes=5)
_JTI_CHARS: Final = range(8, 129)


@dataclass(frozen=True, slots=True, kw_only=True)
class DPoPProof:
    """A proof that holds: whose key, and the id under which it may not come again."""

    thumbprint: str
    proof_id: str
    remembered_until: datetime


def check_dpop_proof(
    proof: str, *, method: str, url: str, access_token: str | None, now: datetime
) -> DPoPProof:
    """Return the proof's key if it speaks of exactly this request; else ``InvalidDPoPProof``."""
    try:
        opened = jws.open_self_signed(proof, typ=DPOP_TYP)
        issued = jws.numeric_date(opened.payload, "iat")
    except BadToken as fault:
        raise InvalidDPoPProof(fault.fault) from None
    claims = opened.payload
    proof_id = claims.get("jti")
    if claims.get("htm") != method or _place(claims.get("htu")) != _place(url):
        raise InvalidDPoPProof("htm or htu")
    if abs(issued - now.timestamp()) > PROOF_WINDOW.total_seconds():
        raise InvalidDPoPProof("iat")
    if not isinstance(proof_id, str) or len(proof_id) not in _JTI_CHARS:
        raise InvalidDPoPProof("jti")
    if access_token is not None and claims.get("ath") != _digest_of(access_token):
        raise InvalidDPoPProof("ath")
    return DPoPProof(
        thumbprint=opened.thumbprint,
        proof_id=f"{opened.thumbprint}.{proof_id}",
        # It passes the window until then: forgetting earlier would let it pass twice.
        remembered_until=now + 2 * PROOF_WINDOW,
    )


def _place(url: object) -> tuple[str, str, str] | None:
    """Return scheme, authority and path: query and fragment do not count (RFC 9449, 4.3)."""
    if not isinstance(url, str):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return parts.scheme.lower(), parts.netloc.lower(), parts.path


def _digest_of(token: str) -> str:
    raw = hashlib.sha256(token.encode("ascii", "replace")).digest()
    return base64url.encode(raw).decode()
