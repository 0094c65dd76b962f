"""Shapes of the seats of a round, and of the groups of classes that share them."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from childcare.models import Round
from childcare.shared_seats import GroupKey, SharedGroup

SlotKey = tuple[UUID, int]
_SEATS_MAX = 400


class SlotShape(serializers.Serializer[Any]):
    """What one class offers."""

    facility = serializers.UUIDField(source="facility_id")
    class_age = serializers.IntegerField(min_value=0, max_value=5)
    offered = serializers.IntegerField(min_value=0, max_value=_SEATS_MAX)


class SharedSlotShape(serializers.Serializer[Any]):
    """What classes that share seats offer together; ``group`` is "3-4-5"."""

    facility = serializers.UUIDField()
    group = serializers.RegexField(r"^[0-5](-[0-5]){1,5}$", max_length=11)
    seats = serializers.IntegerField(min_value=0, max_value=_SEATS_MAX)


class SlotsInput(serializers.Serializer[Any]):
    """Classes and groups to be set; a group that is not named gets what is proposed."""

    slots = SlotShape(many=True)
    shared = SharedSlotShape(many=True, required=False)

    def seats_by_class(self) -> dict[SlotKey, int]:
        """Return the seats by class."""
        return {
            (one["facility_id"], one["class_age"]): one["offered"]
            for one in self.validated_data["slots"]
        }

    def seats_by_group(self) -> dict[GroupKey, int]:
        """Return the seats by group."""
        return {
            (one["facility"], one["group"]): one["seats"]
            for one in self.validated_data.get("shared", [])
        }


class SlotsOutput(serializers.Serializer[Any]):
    """All seats of a round."""

    slots = serializers.SerializerMethodField()
    shared = serializers.SerializerMethodField()

    @extend_schema_field(SlotShape(many=True))
    def get_slots(self, round_: Round) -> Any:
        """Return what each class offers."""
        rows = round_.slots.order_by("facility_id", "class_age")
        return SlotShape(rows, many=True).data

    @extend_schema_field(SharedSlotShape(many=True))
    def get_shared(self, round_: Round) -> Any:
        """Return what each group offers."""
        rows = round_.slots.filter(shared_seats__isnull=False).order_by("facility_id")
        found = rows.values_list("facility_id", "shared_group", "shared_seats").distinct()
        return [
            {"facility": str(facility), "group": group, "seats": seats}
            for facility, group, seats in found
        ]


class SharedGroupShape(serializers.Serializer[Any]):
    """Class ages that are one group, and how many children it takes."""

    class_ages = serializers.ListField(
        child=serializers.IntegerField(min_value=0, max_value=5), min_length=2, max_length=6
    )
    seats = serializers.IntegerField(min_value=1, max_value=_SEATS_MAX)


class SharedSeatsInput(serializers.Serializer[Any]):
    """All groups of a school year; an empty list parts them."""

    fiscal_year = serializers.IntegerField(min_value=2000, max_value=2100)
    groups = SharedGroupShape(many=True)

    def told(self) -> list[SharedGroup]:
        """Return the groups as values."""
        return [
            SharedGroup(class_ages=tuple(sorted(one["class_ages"])), seats=one["seats"])
            for one in self.validated_data["groups"]
        ]


class SharedSeatsOutput(serializers.Serializer[Any]):
    """The groups of a school year as the nursery told them."""

    fiscal_year = serializers.IntegerField()
    groups = SharedGroupShape(many=True)
