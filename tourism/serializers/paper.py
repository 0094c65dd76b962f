"""Shapes of paper sheets and of what looks like misuse."""

from typing import Any

from rest_framework import serializers

from tourism.models import PaperSheet, RiskFlag
from tourism.paper_sheets import SHEETS_MAX
from tourism.wallet_codes import TEXT_CHARS_MAX


class PrintInput(serializers.Serializer[Any]):
    """How many sheets; without ``faces`` the coupons are equal."""

    count = serializers.IntegerField(min_value=1, max_value=SHEETS_MAX)
    faces = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=1_000_000),
        max_length=100,
        default=list,
    )


class SheetOutput(serializers.ModelSerializer[PaperSheet]):
    """A sheet; its serial is what people read aloud."""

    class Meta:
        model = PaperSheet
        fields = [
            "id",
            "serial",
            "state",
            "value_yen",
            "price_yen",
            "expires_on",
            "printed_at",
            "handed_at",
            "void_at",
            "void_reason",
        ]


class PaperUseInput(serializers.Serializer[Any]):
    """One coupon of a sheet at a shop."""

    code = serializers.CharField(
        max_length=TEXT_CHARS_MAX, help_text="of the QR, or the number printed beside it"
    )
    bill_yen = serializers.IntegerField(min_value=1, max_value=10_000_000)
    shop = serializers.UUIDField(required=False)


class FlagOutput(serializers.ModelSerializer[RiskFlag]):
    """What a rule found: numbers, and ids instead of names."""

    class Meta:
        model = RiskFlag
        fields = [
            "id",
            "campaign",
            "rule",
            "subject_kind",
            "subject",
            "window_starts_at",
            "facts",
            "state",
            "found_at",
            "decided_at",
            "note",
        ]


class DecisionInput(serializers.Serializer[Any]):
    """Whether it was misuse, and what was looked at."""

    is_misuse = serializers.BooleanField()
    note = serializers.CharField(max_length=200)
