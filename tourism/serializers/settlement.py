"""Shapes of settlement."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from tourism.models import PayoutBatch, PayoutLine, TransferReturn

RETURNS_BYTES_MAX = 1_000_000


class FreezeInput(serializers.Serializer[Any]):
    """What to settle, and before 0:00 of which day."""

    campaign = serializers.UUIDField()
    cut_on = serializers.DateField()
    is_last = serializers.BooleanField(default=False)


class LineOutput(serializers.ModelSerializer[PayoutLine]):
    """One shop in a settlement."""

    shop_number = serializers.IntegerField(source="shop.number", allow_null=True)
    shop_name = serializers.CharField(source="shop.place.name")

    class Meta:
        model = PayoutLine
        fields = [
            "number",
            "shop_number",
            "shop_name",
            "redemption_count",
            "gross_yen",
            "reversed_yen",
            "carried_yen",
            "net_yen",
            "state",
            "returned_on",
            "return_reason",
        ]


class BatchOutput(serializers.ModelSerializer[PayoutBatch]):
    """A settlement and its lines."""

    lines = serializers.SerializerMethodField()

    class Meta:
        model = PayoutBatch
        fields = [
            "id",
            "campaign",
            "number",
            "starts_at",
            "cut_at",
            "pay_on",
            "state",
            "line_count",
            "redemption_count",
            "net_yen",
            "first_approved_at",
            "second_approved_at",
            "sent_at",
            "paid_at",
            "file_digest",
            "lines",
        ]

    @extend_schema_field(LineOutput(many=True))
    def get_lines(self, batch: PayoutBatch) -> object:
        rows = batch.lines.select_related("shop__place").order_by("number")
        return LineOutput(rows, many=True).data


class ReturnsInput(serializers.Serializer[Any]):
    """Our documented columns: batch, line, date, amount, reason."""

    file = serializers.FileField()

    def validate_file(self, file: Any) -> Any:
        """Refuse a file that cannot be a list of returns by its size alone."""
        if file.size > RETURNS_BYTES_MAX:
            raise serializers.ValidationError("1 MB at most", code="too-large")
        return file


class ReturnRowShape(serializers.Serializer[Any]):
    """One transfer that came back."""

    line = serializers.IntegerField()
    on = serializers.DateField()
    yen = serializers.IntegerField()
    reason = serializers.CharField()


class ReturnOutput(serializers.ModelSerializer[TransferReturn]):
    """A file of returned transfers."""

    rows = ReturnRowShape(many=True)

    class Meta:
        model = TransferReturn
        fields = ["id", "batch", "state", "rows", "entered_at", "confirmed_at"]


class ShareShape(serializers.Serializer[Any]):
    """What became of one line's money."""

    name = serializers.CharField()
    funded_yen = serializers.IntegerField()
    spent_yen = serializers.IntegerField()
    expired_yen = serializers.IntegerField(help_text="Part of what is given back at the closing.")
    given_back_yen = serializers.IntegerField()
    still_open_yen = serializers.IntegerField()


class FundingReportOutput(serializers.Serializer[Any]):
    """A campaign's money, split by funding line."""

    shares = ShareShape(many=True)
    funded_yen = serializers.IntegerField()
    bought_yen = serializers.IntegerField()
    to_shops_yen = serializers.IntegerField()
    spent_yen = serializers.IntegerField()
    expired_yen = serializers.IntegerField()
    refunded_yen = serializers.IntegerField(help_text="given back to buyers of sets")
    forfeited_yen = serializers.IntegerField(
        help_text="paid by buyers, neither used nor asked back"
    )
    redemption_count = serializers.IntegerField()
    reversal_count = serializers.IntegerField()
