"""Shapes of the API about devices."""

from typing import Any

from rest_framework import serializers

from accounts.models import Device, DeviceProfile


class InitializeInput(serializers.Serializer[Any]):
    """The one-time token of the set-up QR."""

    setup_token = serializers.CharField(min_length=20, max_length=100)


class DeviceTokenOutput(serializers.Serializer[Any]):
    """The device's own token, shown once."""

    device_id = serializers.UUIDField()
    token = serializers.CharField()
    expires_at = serializers.DateTimeField()


class DeviceOutput(serializers.ModelSerializer[Device]):
    """A device as its own front desk and the city's staff see it."""

    class Meta:
        model = Device
        fields = [
            "id",
            "name",
            "profile",
            "place_id",
            "municipality",
            "last_seen_at",
            "token_expires_at",
            "revoked_at",
        ]


class NewDeviceInput(serializers.Serializer[Any]):
    """A device to be made by staff."""

    name = serializers.CharField(max_length=60)
    profile = serializers.ChoiceField(choices=DeviceProfile.choices)
    place_id = serializers.UUIDField()
    municipality = serializers.RegexField(r"\A\d{6}\Z")


class NewDeviceOutput(serializers.Serializer[Any]):
    """What the set-up QR holds; the token is in the address's fragment, never in a request line."""

    device = DeviceOutput()
    setup_url = serializers.CharField()
    expires_at = serializers.DateTimeField()
