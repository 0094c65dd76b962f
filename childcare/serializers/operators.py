"""Operators of nurseries in the API."""

from collections.abc import Mapping, Sequence
from typing import Any

from rest_framework import serializers

from accounts.models import Organisation
from childcare.models import Facility, OperatorChange

FACILITIES_MAX = 200


class OperatorFacilitiesInput(serializers.Serializer[Any]):
    """What an operator is to run."""

    facilities = serializers.ListField(
        child=serializers.UUIDField(),
        min_length=1,
        max_length=FACILITIES_MAX,
        help_text="Facilities of the city that have no operator.",
    )


class OperatorInput(OperatorFacilitiesInput):
    """An operator, whom to let in first, and what it runs."""

    name = serializers.CharField(max_length=120)
    email = serializers.EmailField(
        help_text="Of the first owner, who signs in by a code to this address."
    )


class FacilityOfOperator(serializers.Serializer[Any]):
    """A facility by its name."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class OperatorOutput(serializers.Serializer[Any]):
    """An operator and the facilities it runs."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    facilities = FacilityOfOperator(many=True)


class OperatorsOutput(serializers.Serializer[Any]):
    """The city's operators, and the facilities that nobody runs yet."""

    operators = OperatorOutput(many=True)
    without_operator = FacilityOfOperator(many=True)


class OperatorChangeInput(serializers.Serializer[Any]):
    """To whom a facility goes."""

    operator = serializers.UUIDField(help_text="An operator of the same city.")


class OperatorChangeOutput(serializers.ModelSerializer[OperatorChange]):
    """A change of a facility's operator; ``decision`` is empty while it waits."""

    class Meta:
        model = OperatorChange
        fields = [
            "id", "facility_id", "old_operator_id", "new_operator_id", "asked_at", "decision",
            "decided_at",
        ]  # fmt: skip


def operator_json(row: Organisation, facilities: Sequence[Facility]) -> Mapping[str, Any]:
    """Return what the API tells of one operator: never its people's addresses."""
    return {"id": row.pk, "name": row.name, "facilities": facilities_json(facilities)}


def facilities_json(rows: Sequence[Facility]) -> list[Mapping[str, Any]]:
    """Return the facilities by name."""
    return [{"id": row.pk, "name": row.place.name} for row in rows]
