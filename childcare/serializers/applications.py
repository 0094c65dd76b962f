"""Applications over HTTP: what clients send and what they read."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from childcare.applying.drafting import draft_content
from childcare.applying.versions import content_of
from childcare.models import Application, Channel, Document, Offer, Round


class FactField(serializers.Serializer[Any]):
    """One fact with its period (both ends included) and its proof."""

    subject = serializers.CharField(
        help_text="household, guardian:1, guardian:2, child, facility:<uuid>"
    )
    name = serializers.CharField(help_text="of the rule set's vocabulary")
    value = serializers.JSONField(help_text="true, false, a whole number or a word")
    document = serializers.CharField(required=False, allow_null=True)

    def get_fields(self) -> dict[str, Any]:
        """Add the two fields whose names are Python's own words or near them."""
        fields = super().get_fields()
        fields["from"] = serializers.DateField(required=False, allow_null=True)
        fields["to"] = serializers.DateField(required=False, allow_null=True)
        return fields


class SiblingsField(serializers.Serializer[Any]):
    """A box of the sibling form."""

    box = serializers.ChoiceField(choices=["", "A", "B", "C"], required=False)
    same_first = serializers.BooleanField(required=False)
    one_alone = serializers.ChoiceField(choices=["", "elder", "younger", "either"], required=False)


class ContentInput(serializers.Serializer[Any]):
    """What an application says."""

    facts = FactField(many=True, required=False)
    preferences = serializers.ListField(child=serializers.UUIDField(), max_length=50)
    siblings = SiblingsField(required=False)
    held_facility = serializers.UUIDField(required=False, allow_null=True)


class NewChild(serializers.Serializer[Any]):
    """A child that the family has not applied for before."""

    name = serializers.CharField(max_length=100)
    name_kana = serializers.CharField(max_length=100, required=False, allow_blank=True)
    birth_date = serializers.DateField()


class StartInput(serializers.Serializer[Any]):
    """Begin an application: for a known child, or for a new one."""

    round = serializers.UUIDField()
    child = serializers.UUIDField(required=False)
    new_child = NewChild(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Exactly one of both."""
        if ("child" in attrs) == ("new_child" in attrs):
            raise serializers.ValidationError("child or new_child")
        return attrs


class PaperOutput(serializers.ModelSerializer[Document]):
    """One paper: what, whose, where it stands."""

    deficiency = serializers.CharField(read_only=True)

    class Meta:
        model = Document
        fields = ("id", "kind", "subject", "state", "deficiency", "media_type", "size_bytes",
                  "sha256", "received_at")  # fmt: skip
        read_only_fields = fields


class SeatOutput(serializers.ModelSerializer[Offer]):
    """A seat that was offered, with the two answers."""

    class Meta:
        model = Offer
        fields = ("id", "facility", "class_age", "answer_by", "facility_answer", "answer")
        read_only_fields = fields


class FamilyApplication(serializers.ModelSerializer[Application]):
    """One application; the ETag is its revision."""

    child_name = serializers.CharField(source="child.name")
    content = serializers.SerializerMethodField()
    draft = serializers.SerializerMethodField()
    documents = PaperOutput(many=True)
    offers = SeatOutput(many=True)

    class Meta:
        model = Application
        fields = ("id", "round", "child", "child_name", "receipt_number", "state", "revision",
                  "submitted_at", "content", "draft", "documents", "offers")  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(ContentInput)
    def get_content(self, row: Application) -> dict[str, object]:
        """What counts now."""
        return content_of(row).as_json()

    @extend_schema_field(ContentInput(allow_null=True))
    def get_draft(self, row: Application) -> dict[str, object] | None:
        """What was saved and not submitted."""
        if row.draft is None:
            return None
        return draft_content(row).as_json()


class FamilyApplicationLine(serializers.ModelSerializer[Application]):
    """One application in a list."""

    class Meta:
        model = Application
        fields = ("id", "round", "receipt_number", "state", "revision", "submitted_at")
        read_only_fields = fields


class OpenRoundOutput(serializers.ModelSerializer[Round]):
    """A round that takes applications."""

    class Meta:
        model = Round
        fields = ("id", "name", "kind", "fiscal_year", "starts_on", "opens_at", "closes_at")
        read_only_fields = fields


class SeatAnswerInput(serializers.Serializer[Any]):
    """The family's word."""

    answer = serializers.ChoiceField(choices=["accept", "decline"])


class FacilityAnswerInput(serializers.Serializer[Any]):
    """The nursery's word; a refusal needs its reason."""

    answer = serializers.ChoiceField(choices=["confirm", "refuse"])
    reason = serializers.CharField(max_length=400, required=False, allow_blank=True)


class ReadField(serializers.Serializer[Any]):
    """A field that the papers say otherwise."""

    subject = serializers.CharField(max_length=60)
    name = serializers.CharField(max_length=60)
    read = serializers.CharField(max_length=200)


class CheckInput(serializers.Serializer[Any]):
    """One look at the newest version; empty where all is as the papers say."""

    read = ReadField(many=True, required=False)


class CheckOutput(serializers.Serializer[Any]):
    """What the look found."""

    agrees = serializers.BooleanField()
    differences = serializers.ListField(child=serializers.DictField())
    state = serializers.CharField()


class PaperAcceptInput(serializers.Serializer[Any]):
    """What the paper says."""

    says = FactField(many=True)


class PaperReasonInput(serializers.Serializer[Any]):
    """What is wrong with a paper, for the family."""

    reason = serializers.CharField(max_length=400)


class ToldInput(serializers.Serializer[Any]):
    """Facts that a family told at a desk."""

    facts = FactField(many=True)
    channel = serializers.ChoiceField(choices=Channel.choices)


class ReachedOutput(serializers.Serializer[Any]):
    """The applications that the facts reached."""

    applications = serializers.ListField(child=serializers.UUIDField())
