"""Devices at a counter. A device belongs to a place, not to whoever works there today."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User
from core.ids import uuid7


class DeviceProfile(models.TextChoices):
    """What a device is for; each profile is an allow-list of routes."""

    FRONT_DESK = "front_desk", _("窓口での手帳の確認")
    TILL = "till", _("お店のレジ")
    LODGING_DESK = "lodging_desk", _("宿の受付")
    NURSERY_TABLET = "nursery_tablet", _("保育園の端末")


class Device(models.Model):
    """A tablet or phone at a counter. Its secrets stand here as SHA-256 digests only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    municipality = models.CharField(max_length=6)
    name = models.CharField(max_length=60)
    profile = models.CharField(max_length=20, choices=DeviceProfile)
    place_id = models.UUIDField(null=True, blank=True)  # of places.Place: no key upward
    # Whose device it is; empty: the city's own.
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    setup_digest = models.BinaryField(max_length=32, null=True, unique=True)
    setup_expires_at = models.DateTimeField(null=True)  # 15 minutes
    token_digest = models.BinaryField(max_length=32, null=True, unique=True)
    token_expires_at = models.DateTimeField(null=True)  # 90 days
    # A rolled token, until its first use: the old one still counts, so no answer can be lost.
    next_token_digest = models.BinaryField(max_length=32, null=True, unique=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    last_seen_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
