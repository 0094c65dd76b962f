"""What the API says of certifications."""

from typing import Any

from rest_framework import serializers

from childcare.models import CareAmount, Certification, CertificationClass, EndReason


class CertificationOutput(serializers.ModelSerializer[Certification]):
    """One certification; ``change`` says whether it was ended or never held."""

    class Meta:
        model = Certification
        fields = ("id", "number", "class_code", "care_amount", "valid_from", "valid_to", "change")
        read_only_fields = fields


class ProposalOutput(serializers.Serializer[Any]):
    """What the law makes of the child's age."""

    class_code = serializers.ChoiceField(choices=CertificationClass.choices)
    valid_from = serializers.DateField()
    valid_to = serializers.DateField()


class CertificationsOutput(serializers.Serializer[Any]):
    """The certifications of a child, and what to issue next."""

    certifications = CertificationOutput(many=True)
    proposal = ProposalOutput(allow_null=True)


class CertificationInput(serializers.Serializer[Any]):
    """A certification to issue; without ``valid_to`` it holds as long as its class can."""

    class_code = serializers.ChoiceField(choices=CertificationClass.choices)
    care_amount = serializers.ChoiceField(choices=CareAmount.choices, allow_blank=True, default="")
    need_reason = serializers.CharField(max_length=60, allow_blank=True, default="")
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Education alone has no hours; care has."""
        is_education = attrs["class_code"] == CertificationClass.FIRST
        if is_education != (attrs["care_amount"] == CareAmount.NONE):
            raise serializers.ValidationError({"care_amount": "1: none; 2 and 3: one"})
        return attrs


class EndCertificationInput(serializers.Serializer[Any]):
    """The last day, and the reason with the words that the family reads."""

    on = serializers.DateField()
    reason = serializers.ChoiceField(choices=EndReason.choices)
    words = serializers.CharField(max_length=400)
