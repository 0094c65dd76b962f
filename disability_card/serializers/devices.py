"""The offer that a holder's page shows, and the phones that hold a card."""

from typing import Any

from rest_framework import serializers

from disability_card.models import Holding


class OfferOutput(serializers.Serializer[Any]):
    """Shown once: the link goes into a QR or a button, the six digits beside it."""

    uri = serializers.CharField()
    tx_code = serializers.CharField()
    expires_at = serializers.DateTimeField()


class CardDeviceOutput(serializers.ModelSerializer[Holding]):
    """One phone in the list of my phones. ``needs_enrolling``: an alarm was raised."""

    needs_enrolling = serializers.SerializerMethodField()

    class Meta:
        model = Holding
        fields = [
            "id",
            "label",
            "state",
            "state_set_by",
            "is_guardian",
            "created_at",
            "last_refreshed_at",
            "needs_enrolling",
        ]

    def get_needs_enrolling(self, holding: Holding) -> bool:
        return holding.alarm_at is not None
