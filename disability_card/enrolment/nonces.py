"""Numbers that count once: the ``c_nonce`` of a proof, and the ``jti`` of a DPoP proof.

A ``c_nonce`` is stored when it is given out and deleted when it is used (OpenID4VCI 1.0 section
7); a ``jti`` is stored when it is seen (RFC 9449 section 11.1). Both by one statement against a
unique key, so that of two requests at once exactly one wins, on any number of servers.
"""

import secrets
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction

from disability_card.enrolment.secrets_at_rest import digest
from disability_card.models import ProofNonce

NONCE_LIVES: Final = timedelta(minutes=5)


def give_nonce(*, now: datetime) -> str:
    """Return a new ``c_nonce``, good for five minutes and one credential request."""
    nonce = secrets.token_urlsafe(24)
    ProofNonce.objects.create(digest=digest("nonce", nonce), expires_at=now + NONCE_LIVES)
    return nonce


def use_nonce(nonce: str, *, now: datetime) -> bool:
    """Use up a ``c_nonce``; false if we never gave it, it is too old, or somebody was first."""
    deleted, _ = ProofNonce.objects.filter(
        digest=digest("nonce", nonce), expires_at__gt=now
    ).delete()
    return deleted == 1


def see_proof_id(proof_id: str, *, until: datetime) -> bool:
    """Remember a DPoP ``jti`` until its proof is too old anyway; false if it was here before."""
    try:
        with transaction.atomic():
            ProofNonce.objects.create(digest=digest("dpop", proof_id), expires_at=until)
    except IntegrityError:
        return False
    return True


def forget_old_nonces(*, now: datetime) -> None:
    """Delete what has run out; called by the background loop."""
    ProofNonce.objects.filter(expires_at__lt=now).delete()
