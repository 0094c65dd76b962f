"""Numbers that count once: the ``c_nonce`` of a proof, and the ``jti`` of a DPoP proof.

A ``c_nonce`` (OpenID4VCI 1.0 section 7) carries its own end and our mark over it, so that giving
one out, which anybody may ask for, stores nothing. It is stored when it is used, as a ``jti`` is
when it is seen (RFC 9449 section 11.1): one insert against a unique key, so that of two requests
at once exactly one wins, on any number of servers.
"""

import secrets
from datetime import UTC, datetime, timedelta
from hmac import compare_digest
from typing import Final

from django.db import IntegrityError, transaction

from disability_card.enrolment.secrets_at_rest import digest
from disability_card.models import ProofNonce
from signing import base64url
from signing.faults import BadToken

NONCE_LIVES: Final = timedelta(minutes=5)
_END_BYTES: Final = 5
_RANDOM_BYTES: Final = 12
_MARK_BYTES: Final = 16


def give_nonce(*, now: datetime) -> str:
    """Return a new ``c_nonce``, good for five minutes and one credential request."""
    end = int((now + NONCE_LIVES).timestamp())
    body = end.to_bytes(_END_BYTES, "big") + secrets.token_bytes(_RANDOM_BYTES)
    return base64url.encode(body + _mark(body)).decode()


def use_nonce(nonce: str, *, now: datetime) -> bool:
    """Use up a ``c_nonce``; false if it is not ours, is too old, or somebody was first."""
    try:
        raw = base64url.decode(nonce.encode())
    except BadToken:
        return False
    body, mark = raw[:-_MARK_BYTES], raw[-_MARK_BYTES:]
    if len(body) != _END_BYTES + _RANDOM_BYTES or not compare_digest(mark, _mark(body)):
        return False
    end = datetime.fromtimestamp(int.from_bytes(body[:_END_BYTES], "big"), tz=UTC)
    return now < end and _is_first("nonce", nonce, until=end)


def see_proof_id(proof_id: str, *, until: datetime) -> bool:
    """Remember a DPoP ``jti`` until its proof is too old anyway; false if it was here before."""
    return _is_first("dpop", proof_id, until=until)


def _is_first(kind: str, number: str, *, until: datetime) -> bool:
    try:
        with transaction.atomic():
            ProofNonce.objects.create(digest=digest(kind, number), expires_at=until)
    except IntegrityError:
        return False
    return True


def _mark(body: bytes) -> bytes:
    return digest("nonce-mark", body.hex())[:_MARK_BYTES]


def forget_old_nonces(*, now: datetime) -> None:
    """Delete what has run out; called by the background loop."""
    ProofNonce.objects.filter(expires_at__lt=now).delete()
