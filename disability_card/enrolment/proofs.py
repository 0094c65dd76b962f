"""Decide whether a phone holds each key it wants a credential for (OpenID4VCI 1.0 section 8.2).

Plain checks over the ``jwt`` proofs of one credential request; whether their ``c_nonce`` is ours
and unused is asked of ``nonces`` afterwards, so that a broken request costs no nonce.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from disability_card.enrolment.oauth_errors import InvalidNonce, InvalidProof
from signing import jws
from signing.faults import BadToken
from signing.keys import Jwk

PROOF_TYP: Final = "openid4vci-proof+jwt"
PROOF_WINDOW: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class HolderKeys:
    """The public keys of one request, in its order, and the nonce that they all answer."""

    jwks: tuple[Jwk, ...]
    nonce: str


def check_proofs(proofs: Sequence[str], *, issuer: str, now: datetime) -> HolderKeys:
    """Return the keys if every proof is good and all keys differ; else ``InvalidProof``."""
    opened = [_open(proof, issuer=issuer, now=now) for proof in proofs]
    nonces = {one.payload["nonce"] for one in opened}
    if len(nonces) != 1:
        raise InvalidNonce("one c_nonce for all proofs")
    # Two credentials with one key would be linked by whoever sees both.
    if len({one.thumbprint for one in opened}) != len(opened):
        raise InvalidProof("each proof has its own key")
    return HolderKeys(jwks=tuple(one.jwk for one in opened), nonce=str(nonces.pop()))


def _open(proof: str, *, issuer: str, now: datetime) -> jws.SelfSigned:
    try:
        opened = jws.open_self_signed(proof, typ=PROOF_TYP)
        issued = jws.numeric_date(opened.payload, "iat")
    except BadToken as fault:
        raise InvalidProof(fault.fault) from None
    claims = opened.payload
    if claims.get("aud") != issuer:
        raise InvalidProof("aud")
    if abs(issued - now.timestamp()) > PROOF_WINDOW.total_seconds():
        raise InvalidProof("iat")
    if not isinstance(claims.get("nonce"), str):
        raise InvalidProof("nonce")
    return opened
