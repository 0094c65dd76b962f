"""What a verification leaves behind: an hourly count, and a mark that dies after 180 seconds.

No table here holds a card, a credential or a person; that is the promise to holders.
"""

from django.db import models

from core.encrypted import EncryptedTextField
from core.ids import uuid7
from disability_card.models.card import Holding


class ReplayMark(models.Model):
    """SHA-256 of a key binding's signing input; unique over all venues of the installation."""

    digest = models.BinaryField(max_length=32, primary_key=True)
    scan = models.UUIDField()  # of device and signature, hashed: names neither
    seen_at = models.DateTimeField(db_index=True)


class VerificationCount(models.Model):
    """How many scans a venue made in one hour, by outcome and medium."""

    municipality = models.CharField(max_length=6)
    venue = models.CharField(max_length=8)
    hour = models.DateTimeField()
    outcome = models.CharField(max_length=40)  # ok or the refusal's code
    medium = models.CharField(max_length=5)  # phone | paper | "" where refused before
    is_offline = models.BooleanField(default=False)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "venue", "hour", "outcome", "medium", "is_offline"],
                name="verification_count_is_one_row_an_hour",
            ),
        ]


class OfflineLog(models.Model):
    """An uploaded batch of offline counts, so that sending it twice counts once."""

    id = models.UUIDField(primary_key=True)  # made by the device
    device_id = models.UUIDField()
    received_at = models.DateTimeField()


class VenueChallenge(models.Model):
    """A counter's challenge (96 bits, 120 seconds, single use) for a venue-bound show."""

    digest = models.BinaryField(max_length=32, primary_key=True)
    device_id = models.UUIDField()
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)


class ShortCode(models.Model):
    """Eight characters that stand for a QR text for 60 seconds, once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    digest = models.BinaryField(max_length=32, unique=True)
    holding = models.ForeignKey(Holding, on_delete=models.CASCADE, null=True, related_name="+")
    qr_text = EncryptedTextField()
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)
