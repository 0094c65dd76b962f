"""OpenID4VCI 1.0 state: offers, tokens and nonces. Secrets stand here as digests only."""

from django.db import models

from accounts.models import Person
from core.ids import uuid7
from disability_card.models.card import Card, Holding


class CredentialOffer(models.Model):
    """A pre-authorized code (OpenID4VCI 1.0 section 4.1.1) with its transaction code."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    card = models.ForeignKey(Card, on_delete=models.CASCADE, related_name="+")
    offered_to = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    is_guardian = models.BooleanField(default=False)
    code_digest = models.BinaryField(max_length=32, unique=True)
    tx_code_digest = models.BinaryField(max_length=32)
    failures = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class AccessToken(models.Model):
    """A DPoP-bound access token (RFC 9449) that lets one phone fetch one card's credentials."""

    digest = models.BinaryField(max_length=32, primary_key=True)
    holding = models.ForeignKey(Holding, on_delete=models.CASCADE, related_name="+")
    batch = models.UUIDField()  # both requests of one refresh share it
    kinds_taken = models.JSONField(default=list)  # each configuration once a token
    expires_at = models.DateTimeField()


class RefreshToken(models.Model):
    """A rotating refresh token; one that comes back after its use raises an alarm."""

    digest = models.BinaryField(max_length=32, primary_key=True)
    holding = models.ForeignKey(Holding, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class ProofNonce(models.Model):
    """A used ``c_nonce`` (OpenID4VCI 1.0 section 7), or the ``jti`` of a DPoP proof."""

    digest = models.BinaryField(max_length=32, primary_key=True)
    expires_at = models.DateTimeField(db_index=True)
