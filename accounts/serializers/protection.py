"""Shapes of how a protective block ends."""

from datetime import datetime
from typing import Any

from rest_framework import serializers

from accounts.models import LiftReason, ProtectionLift, ProtectiveBlock
from accounts.protection import ends_at, open_lift


class LiftInput(serializers.Serializer[Any]):
    """Why the protection may end."""

    reason = serializers.ChoiceField(choices=LiftReason.choices)


class LiftOutput(serializers.ModelSerializer[ProtectionLift]):
    """A request to end a protection; ``decision`` is empty while it waits for a second officer.

    From ``ends_at`` on nobody can decide it any more, and the protection stands.
    """

    ends_at = serializers.SerializerMethodField()

    class Meta:
        model = ProtectionLift
        fields = ["id", "block_id", "reason", "asked_at", "ends_at", "decision", "decided_at"]

    def get_ends_at(self, lift: ProtectionLift) -> datetime:
        """Return the end of the request."""
        return ends_at(lift)


class WaitingLiftOutput(LiftOutput):
    """A request in the second officer's list."""

    person_id = serializers.UUIDField(source="block.person_id")

    class Meta(LiftOutput.Meta):
        fields = [*LiftOutput.Meta.fields, "person_id"]


class ProtectionOutput(serializers.Serializer[Any]):
    """A standing block: who is kept out, since when, and the request to end it, if there is one."""

    id = serializers.UUIDField()
    blocked_id = serializers.UUIDField()
    blocked_name = serializers.CharField(source="blocked.name")
    set_at = serializers.DateTimeField()
    lift = serializers.SerializerMethodField()

    def get_lift(self, block: ProtectiveBlock) -> dict[str, Any] | None:
        """Return the request that waits."""
        lift = open_lift(block, now=self.context["now"])
        return dict(LiftOutput(lift).data) if lift else None
