"""Paper twins: one row a printed card."""

from django.conf import settings
from django.db import models

from core.ids import uuid7
from disability_card.models.card import Card
from disability_card.models.credential import Credential


class PaperCard(models.Model):
    """A printed card (A6). Its credential can be revoked alone."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    card = models.ForeignKey(Card, on_delete=models.PROTECT, related_name="papers")
    credential = models.OneToOneField(Credential, on_delete=models.PROTECT)
    serial = models.CharField(max_length=16)  # printed on the card, with a check character
    printed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    printed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["serial"], name="paper_card_serial_is_unique")
        ]
