"""Shapes of the holder's API."""

from typing import Any

from rest_framework import serializers

from disability_card.models import Card


class CardOutput(serializers.ModelSerializer[Card]):
    """A card as its holder or guardian lists it: no type, grade or number."""

    person_id = serializers.UUIDField()
    name = serializers.CharField(source="person.name")

    class Meta:
        model = Card
        fields = ["id", "person_id", "name", "state", "state_set_by", "is_default", "created_at"]


class LinkInput(serializers.Serializer[Any]):
    """The letter's reference and secret, and the birth date in the handbook."""

    reference = serializers.CharField(max_length=20)
    secret = serializers.CharField(max_length=40)
    birth_date = serializers.DateField()
    as_guardian = serializers.BooleanField(default=False)


class ReasonInput(serializers.Serializer[Any]):
    """Why staff act on somebody's card; holders need not say."""

    reason = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)

    def __init__(self, *args: Any, is_needed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_needed:
            self.fields["reason"] = serializers.CharField(max_length=200)
