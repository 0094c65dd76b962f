"""Point tables and tried scores as JSON."""

from typing import Any

from rest_framework import serializers

from childcare.facts import BadFact, Fact, facts_from_json
from childcare.models import RuleSet
from core.refusals import Refusal, gettext_noop as _

_FACTS_MAX = 200


class FactsNotReadable(Refusal):
    """Something in the list is not a fact of the point table; the detail names its place."""

    code = "facts-not-readable"
    title = _("事実の書き方がちがいます")
    next_step = _("点数表の facts にある名前と値を使ってください。")


_ROW_FIELDS = (
    "id", "municipality", "name", "version", "status", "is_demo", "sha256",
    "effective_from", "effective_to", "published_at",
)  # fmt: skip


class RuleSetRow(serializers.ModelSerializer[RuleSet]):
    """A point table without its file."""

    class Meta:
        model = RuleSet
        fields = _ROW_FIELDS
        read_only_fields = _ROW_FIELDS


class RuleSetOutput(serializers.ModelSerializer[RuleSet]):
    """A point table with its file."""

    class Meta:
        model = RuleSet
        fields = (*_ROW_FIELDS, "content")
        read_only_fields = fields


class StatedFact(serializers.Serializer[Any]):
    """One fact. The subject ``facility`` is the facility of the request."""

    subject = serializers.CharField(max_length=60)
    name = serializers.CharField(max_length=60)
    value = serializers.JSONField(help_text="true, false, a whole number or a word")
    # `from` and `to` are civil dates, both included.
    document = serializers.CharField(max_length=60, required=False, allow_null=True)

    def get_fields(self) -> Any:
        """Add the fields whose names are words of Python."""
        fields = super().get_fields()
        for name in ("from", "to"):
            fields[name] = serializers.DateField(required=False, allow_null=True)
        return fields


class ScorePreviewInput(serializers.Serializer[Any]):
    """What the family states; documents: those counted as accepted (all, if left out)."""

    facts = StatedFact(many=True)
    facility = serializers.UUIDField(required=False, allow_null=True)
    documents = serializers.ListField(
        child=serializers.CharField(max_length=60), required=False, max_length=_FACTS_MAX
    )
    rule_set = serializers.UUIDField(required=False, allow_null=True)
    starts_on = serializers.DateField(
        required=False, allow_null=True, help_text="First day of admission; today if left out."
    )

    def stated_facts(self, *, at: str) -> list[Fact]:
        """Return the typed facts; the subject ``facility`` becomes ``at``."""
        stored = [
            {
                "subject": at if one["subject"] == "facility" else one["subject"],
                "name": one["name"],
                "value": one["value"],
                "from": one["from"].isoformat() if one.get("from") else None,
                "to": one["to"].isoformat() if one.get("to") else None,
            }
            for one in self.validated_data["facts"]
        ]
        if len(stored) > _FACTS_MAX:
            raise FactsNotReadable(f"/facts: more than {_FACTS_MAX}")
        try:
            return list(facts_from_json(stored))
        except BadFact as cause:
            raise FactsNotReadable(str(cause)) from None


class HalfPoints(serializers.Serializer[Any]):
    """An exact fraction of half points."""

    numerator = serializers.IntegerField()
    denominator = serializers.IntegerField()


class ScoreLineOutput(serializers.Serializer[Any]):
    """One row that counted, with the facts that fired it."""

    row = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # hides a property of the base
    subject = serializers.CharField()
    half_points = serializers.IntegerField()
    facts = StatedFact(many=True)


class NeededDocumentOutput(serializers.Serializer[Any]):
    """One paper that the family will need."""

    document = serializers.CharField()
    subject = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # hides a property of the base


class ScorePreviewOutput(serializers.Serializer[Any]):
    """A tried score. ``gaps`` names what a reference table lacks."""

    rule_set = RuleSetRow()
    gaps = serializers.ListField(child=serializers.CharField())
    half_points = HalfPoints()
    points = serializers.CharField(help_text="In points, for reading")
    rank = serializers.IntegerField(allow_null=True, help_text="1 is the best")
    term_until = serializers.DateField(allow_null=True)
    promises_nothing = serializers.CharField()
    lines = ScoreLineOutput(many=True)
    left_out = StatedFact(many=True, help_text="Facts whose period does not hold today")
    documents = NeededDocumentOutput(many=True)
