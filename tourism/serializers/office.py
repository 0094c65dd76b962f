"""Shapes of what the city's office does with one wallet."""

from typing import Any

from rest_framework import serializers

from tourism.serializers.money import SpentOutput, WalletOutput


class WalletNumberInput(serializers.Serializer[Any]):
    """The number that stands on the wallet's page."""

    number = serializers.CharField(max_length=12)


class StaffWalletOutput(WalletOutput):
    """A wallet with what was spent out of it; whose it is, is not told."""

    blocked_reason = serializers.CharField(allow_blank=True)
    spent = SpentOutput(many=True)
