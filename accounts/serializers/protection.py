"""Shapes of how a protective block ends."""

from typing import Any

from rest_framework import serializers

from accounts.models import LiftReason, ProtectionLift, ProtectiveBlock
from accounts.protection import open_lift


class LiftInput(serializers.Serializer[Any]):
    """Why the protection may end."""

    reason = serializers.ChoiceField(choices=LiftReason.choices)


class LiftOutput(serializers.ModelSerializer[ProtectionLift]):
    """A request to end a protection; ``decision`` is empty while it waits for a second officer."""

    class Meta:
        model = ProtectionLift
        fields = ["id", "block_id", "reason", "asked_at", "decision", "decided_at"]


class ProtectionOutput(serializers.Serializer[Any]):
    """A standing block: who is kept out, since when, and the request to end it, if there is one."""

    id = serializers.UUIDField()
    blocked_id = serializers.UUIDField()
    blocked_name = serializers.CharField(source="blocked.name")
    set_at = serializers.DateTimeField()
    lift = serializers.SerializerMethodField()

    def get_lift(self, block: ProtectiveBlock) -> dict[str, Any] | None:
        """Return the request that waits."""
        lift = open_lift(block)
        return dict(LiftOutput(lift).data) if lift else None
