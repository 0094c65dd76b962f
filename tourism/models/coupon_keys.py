"""Which key signs the QR codes of coupons. Private parts live in the key backend."""

from django.db import models

from core.ids import uuid7


class CouponKey(models.Model):
    """The key `c-2026-1`, `c-2026-2`, ...: signs wallets' QR codes, posters and leases."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    municipality = models.CharField(max_length=6)
    kid = models.CharField(max_length=20)
    backend = models.CharField(max_length=6)  # pem | pkcs11
    location = models.CharField(max_length=255)  # file name under KEYS_DIR, or token label
    public_jwk = models.JSONField()
    active_from = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)  # signs no more; still verifies
    blocked_at = models.DateTimeField(null=True)  # stolen: nothing it signed counts

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "kid"], name="coupon_key_is_unique_in_its_city"
            ),
        ]
