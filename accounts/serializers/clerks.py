"""Shapes of who stands at a till, and of an organisation's members."""

from typing import Any

from rest_framework import serializers

from accounts.clerk_pins import PIN_DIGITS
from accounts.models import OrganisationRole


class ClerkOutput(serializers.Serializer[Any]):
    """Somebody who may stand at this till; ``name`` is what the till calls them."""

    membership_id = serializers.UUIDField()
    name = serializers.CharField()


class PinInput(serializers.Serializer[Any]):
    """Which clerk, and their PIN."""

    membership_id = serializers.UUIDField()
    pin = serializers.CharField(max_length=PIN_DIGITS)


class ClerkSessionOutput(serializers.Serializer[Any]):
    """A shift at this till; send ``token`` in the header ``Kaiteki-Clerk``. Shown once."""

    token = serializers.CharField()
    ends_at = serializers.DateTimeField()


class MemberOutput(serializers.Serializer[Any]):
    """Somebody who works for an organisation of mine."""

    id = serializers.UUIDField()
    organisation_id = serializers.UUIDField()
    email = serializers.CharField()
    role = serializers.ChoiceField(choices=OrganisationRole.choices)
    place_id = serializers.UUIDField(allow_null=True)
    has_pin = serializers.BooleanField()
    is_locked = serializers.BooleanField(help_text="five wrong PINs: set a new one")


class NewMemberInput(serializers.Serializer[Any]):
    """Whom to let work in which organisation of mine; they sign in by a code to ``email``."""

    organisation_id = serializers.UUIDField()
    email = serializers.EmailField()
    role = serializers.ChoiceField(choices=OrganisationRole.choices)


class NewPinInput(serializers.Serializer[Any]):
    """A PIN of six digits, and what the till calls the clerk."""

    name = serializers.CharField(max_length=30)
    pin = serializers.CharField(max_length=20)
