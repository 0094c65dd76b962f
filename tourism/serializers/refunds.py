"""Shapes of refunds: the notice, a claim, the list of whom to pay."""

from typing import Any

from rest_framework import serializers

from tourism.models import Refund, RefundClaim, RefundShare
from tourism.zengin import AccountKind


class RefundNoticeOutput(serializers.Serializer[Any]):
    """The public notice of a refund. Days are civil dates in Japan, both included."""

    campaign = serializers.SlugField(source="campaign.slug")
    name = serializers.JSONField(source="campaign.name", help_text="by language")
    share = serializers.ChoiceField(choices=RefundShare.choices)
    announced_at = serializers.DateTimeField()
    claims_until = serializers.DateField()
    contact = serializers.CharField()
    state = serializers.CharField()


class RefundInput(serializers.Serializer[Any]):
    """How a campaign's unused sets are given back."""

    share = serializers.ChoiceField(choices=RefundShare.choices)
    claims_until = serializers.DateField()
    contact = serializers.CharField(max_length=200)


class RefundOutput(serializers.ModelSerializer[Refund]):
    """A refund as staff see it."""

    class Meta:
        model = Refund
        fields = [
            "id", "campaign", "state", "share", "claims_until", "contact", "made_at",
            "announced_at", "listed_at", "paid_at", "pay_on",
        ]  # fmt: skip


class RefundBankInput(serializers.Serializer[Any]):
    """Where a refund is paid to, as the bank book has it."""

    bank_code = serializers.CharField(max_length=4)
    branch_code = serializers.CharField(max_length=3)
    kind = serializers.ChoiceField(choices=[kind.value for kind in AccountKind])
    number = serializers.CharField(max_length=7)
    holder_kana = serializers.CharField(max_length=60)


class SheetClaimInput(serializers.Serializer[Any]):
    """A sheet that its bearer brings back: by its serial; without ``bank`` in cash."""

    serial = serializers.CharField(max_length=12)
    bank = RefundBankInput(required=False)


class RefundClaimOutput(serializers.ModelSerializer[RefundClaim]):
    """What was asked for; the account is never shown again."""

    class Meta:
        model = RefundClaim
        fields = ["id", "unused_yen", "refund_yen", "way", "claimed_at"]
