"""Which keys sign for a city, and from when to when. Private parts live in the key backend."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.ids import uuid7


class KeyPurpose(models.TextChoices):
    """One key, one purpose: the online status key must not be able to mint cards."""

    ISSUER = "issuer", _("カードの署名")
    STATUS = "status", _("状態一覧の署名")
    BUNDLE = "bundle", _("確認端末への束の署名")
    ROOT = "root", _("信頼一覧の署名（オフライン）")


class SigningKey(models.Model):
    """A key's public half and its time: published, active, retired, blocked."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    municipality = models.CharField(max_length=6)
    purpose = models.CharField(max_length=6, choices=KeyPurpose)
    kid = models.CharField(max_length=60)  # `2026-1`, `s-2026-1`, `b-2026-1`; root: thumbprint
    backend = models.CharField(max_length=6)  # pem | pkcs11
    location = models.CharField(max_length=255)  # file name under KEYS_DIR, or token label
    public_jwk = models.JSONField()
    published_at = models.DateTimeField()
    active_from = models.DateTimeField()  # 30 days after publication for issuer keys
    retired_at = models.DateTimeField(null=True)  # signs no more; still verifies
    withdrawn_at = models.DateTimeField(null=True)  # left the trust list: last exp + 1 day
    blocked_at = models.DateTimeField(null=True)  # stolen: verifiers refuse it at once

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "kid"], name="signing_key_kid_is_unique_in_its_city"
            ),
        ]


class TrustDocument(models.Model):
    """The newest trust list, and each root roll, signed by the offline root key."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    municipality = models.CharField(max_length=6)
    kind = models.CharField(max_length=10)  # trust-list | root-roll
    version = models.PositiveIntegerField()
    token = models.TextField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "kind", "version"], name="trust_document_version_is_unique"
            ),
        ]
