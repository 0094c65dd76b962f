"""Shapes of the staff's API: ledger imports, benefits, statistics."""

from datetime import date
from typing import Any, Final

from django.utils.translation import gettext
from rest_framework import serializers

from disability_card.benefit_conditions import check_conditions, conditions_json
from disability_card.ledger_changes import SHOWN_EFFECTS
from disability_card.ledger_import import problems_of
from disability_card.models import Benefit, LedgerImport, Venue

LEDGER_BYTES_MAX: Final = 50_000_000
_PROBLEMS_SHOWN: Final = 200


class LedgerFileInput(serializers.Serializer[Any]):
    """A ledger file; a partial one lists changed handbooks only."""

    file = serializers.FileField()
    is_partial = serializers.BooleanField(default=False)

    def validate_file(self, file: Any) -> Any:
        """Refuse a file that cannot be a ledger by its size alone."""
        if file.size > LEDGER_BYTES_MAX:
            raise serializers.ValidationError("50 MB at most", code="too-large")
        return file


class ApproveInput(serializers.Serializer[Any]):
    """The second look that a file asks for which takes many handbooks away."""

    confirms_removals = serializers.BooleanField(default=False)


class ProblemOutput(serializers.Serializer[Any]):
    """One thing wrong in a file; ``row`` as a spreadsheet counts, 0 is the file itself."""

    row = serializers.IntegerField()
    column = serializers.CharField()
    code = serializers.CharField()
    severity = serializers.ChoiceField(choices=["error", "warning"])
    message = serializers.SerializerMethodField()
    mend = serializers.SerializerMethodField()

    def get_message(self, problem: Any) -> str:
        return gettext(problem.message)

    def get_mend(self, problem: Any) -> str:
        return gettext(problem.mend)


class LedgerImportOutput(serializers.ModelSerializer[LedgerImport]):
    """An import: what it would do, counted by effect, and the first 200 problems."""

    effects = serializers.SerializerMethodField()
    cards = serializers.SerializerMethodField()
    removes_many = serializers.SerializerMethodField()
    problems = serializers.SerializerMethodField()

    class Meta:
        model = LedgerImport
        fields = [
            "id",
            "file_name",
            "encoding",
            "as_of",
            "state",
            "effects",
            "cards",
            "removes_many",
            "problems",
            "submitted_at",
            "decided_at",
        ]

    def get_effects(self, found: LedgerImport) -> dict[str, int]:
        return dict(found.summary.get("effects", {}))

    def get_cards(self, found: LedgerImport) -> int:
        return int(found.summary.get("cards", 0))

    def get_removes_many(self, found: LedgerImport) -> bool:
        return bool(found.summary.get("removes_many", False))

    def get_problems(self, found: LedgerImport) -> list[dict[str, Any]]:
        return [dict(ProblemOutput(one).data) for one in problems_of(found)[:_PROBLEMS_SHOWN]]


class LedgerRowsInput(serializers.Serializer[Any]):
    """Of which effect; without it all but the rows that stay as they are."""

    effect = serializers.ChoiceField(choices=[*SHOWN_EFFECTS], required=False)


class FieldChangeOutput(serializers.Serializer[Any]):
    """One column of the ledger; both values are empty once the import is applied."""

    name = serializers.CharField()
    old = serializers.CharField()
    new = serializers.CharField()


class LedgerRowOutput(serializers.Serializer[Any]):
    """What the import does to one handbook; ``row_number`` 0 is not in the file."""

    effect = serializers.ChoiceField(choices=[*SHOWN_EFFECTS])
    row_number = serializers.IntegerField()
    name = serializers.CharField(source="row.name")
    birth_date = serializers.DateField(source="row.birth_date")
    handbook_number = serializers.CharField(source="row.handbook_number")
    has_live_card = serializers.BooleanField()
    changes = FieldChangeOutput(many=True)


class VenueOutput(serializers.ModelSerializer[Venue]):
    """Where a benefit counts."""

    place_id = serializers.UUIDField(source="place.pk")
    name = serializers.CharField(source="place.name")
    name_en = serializers.CharField(source="place.name_en")
    address = serializers.CharField(source="place.address")

    class Meta:
        model = Venue
        fields = ["code", "place_id", "name", "name_en", "address"]


_BENEFIT_FIELDS: Final = [
    "title",
    "text",
    "classes",
    "conditions",
    "usual_yen",
    "holder_kind",
    "holder_yen",
    "holder_percent_off",
    "caregivers_max",
    "caregiver_kind",
    "caregiver_yen",
    "caregiver_percent_off",
    "valid_from",
    "valid_until",
]


class TextsField(serializers.DictField):
    """One text in each language: ``ja``, ``ja-easy``, ``en``."""

    child = serializers.CharField(max_length=300, allow_blank=True)


class ConditionsField(serializers.DictField):
    """Kinds of handbook (``physical``, ``intellectual``, ``mental``) with the grades that count.

    Empty: every handbook counts. Else the front desk asks for the full screen.
    """

    child = serializers.ListField(child=serializers.CharField(max_length=2), max_length=6)

    def to_internal_value(self, data: Any) -> dict[str, list[str]]:
        """Refuse what no handbook prints."""
        given = {kind: set(grades) for kind, grades in super().to_internal_value(data).items()}
        try:
            check_conditions(given)
        except ValueError:
            raise serializers.ValidationError(
                "kinds of handbook, each with its grades", code="conditions"
            ) from None
        return conditions_json(given)


class BenefitOutput(serializers.ModelSerializer[Benefit]):
    """A benefit with its places."""

    title = TextsField()
    text = TextsField()
    classes = serializers.ListField(child=serializers.IntegerField())
    conditions = ConditionsField()
    venues = VenueOutput(many=True)

    class Meta:
        model = Benefit
        fields = ["id", *_BENEFIT_FIELDS, "is_published", "is_example", "venues", "edited_at"]


class BenefitInput(serializers.ModelSerializer[Benefit]):
    """What staff write; ``venues`` are counter codes."""

    title = TextsField()
    text = TextsField(default=dict)
    classes = serializers.ListField(
        child=serializers.ChoiceField(choices=[0, 1, 2]), allow_empty=False
    )
    conditions = ConditionsField(default=dict)
    venues = serializers.ListField(child=serializers.CharField(max_length=8), allow_empty=False)

    class Meta:
        model = Benefit
        fields = [*_BENEFIT_FIELDS, "is_published", "venues"]

    def validate_title(self, title: dict[str, str]) -> dict[str, str]:
        """Demand the three languages: a benefit that a reader cannot read is none."""
        if any(not title.get(language) for language in ("ja", "ja-easy", "en")):
            raise serializers.ValidationError("ja, ja-easy and en", code="languages")
        return title


class MonthInput(serializers.Serializer[Any]):
    """A whole month, ``2026-10``: periods of one's own choice could be subtracted."""

    month = serializers.RegexField(r"\A[12]\d{3}-(0[1-9]|1[0-2])\Z")

    def validate_month(self, given: str) -> date:
        """Return its first day."""
        return date.fromisoformat(f"{given}-01")


class CountOutput(serializers.Serializer[Any]):
    """Numbers of one day or venue; ``null`` is hidden, because few people would show in it."""

    row = serializers.CharField()
    accepted = serializers.IntegerField(allow_null=True)
    refused = serializers.IntegerField(allow_null=True)
    total = serializers.IntegerField(allow_null=True)


class StatisticsOutput(serializers.Serializer[Any]):
    """Verifications of a month, a day and a venue (by counter code)."""

    by_day = CountOutput(many=True)
    by_venue = CountOutput(many=True)
