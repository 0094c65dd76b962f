"""Shapes of the file that a till gives out when it may not send any more."""

from typing import Any

from rest_framework import serializers

from tourism.models import HandoverState
from tourism.serializers.money import OfflineCouponInput


class HandoverLeaseInput(serializers.Serializer[Any]):
    """What was sold on one lease."""

    lease = serializers.UUIDField()
    sales = OfflineCouponInput(many=True, allow_empty=False)


class HandoverInput(serializers.Serializer[Any]):
    """The till's file, and why the till did not send it itself."""

    format = serializers.ChoiceField(choices=["kaiteki-offline-sales/1"])
    leases = serializers.ListField(child=HandoverLeaseInput(), min_length=1, max_length=50)
    reason = serializers.CharField(max_length=40)


class HandoverOutput(serializers.Serializer[Any]):
    """A file and what became of it. Its sales are not shown again."""

    id = serializers.UUIDField()
    reason = serializers.CharField()
    sales = serializers.IntegerField()
    coupon_yen = serializers.IntegerField(help_text="as the till says")
    state = serializers.ChoiceField(choices=HandoverState.choices)
    entered_at = serializers.DateTimeField()
    outcomes = serializers.DictField(child=serializers.IntegerField())
