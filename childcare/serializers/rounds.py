"""Shapes of the staff's API of admission rounds."""

from typing import Any

from django.utils.translation import get_language, gettext
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from childcare.admission.explained import REASON_MAX
from childcare.admission.overview import newest_run
from childcare.admission.what_if import Effect
from childcare.models import Round, Run


class RunOutput(serializers.ModelSerializer[Run]):
    """One computation of a round: counts and hashes, nobody's name."""

    class Meta:
        model = Run
        fields = (
            "id", "number", "state", "method", "solver", "children", "families", "seats",
            "placed", "blocking_families", "duration_ms", "market_sha256", "result_sha256",
            "rule_sha256", "chain_sha256", "made_at", "published_at",
        )  # fmt: skip
        read_only_fields = fields


class RoundOutput(serializers.ModelSerializer[Round]):
    """One round with the run that counts."""

    run = serializers.SerializerMethodField()

    class Meta:
        model = Round
        fields = (
            "id", "name", "fiscal_year", "kind", "state", "starts_on", "reference_on",
            "opens_at", "closes_at", "is_demo", "seats_explained", "seats_explained_at", "run",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(RunOutput(allow_null=True))
    def get_run(self, row: Round) -> Any:
        """Return the published run, else the newest that was not taken back."""
        run = newest_run(row)
        return None if run is None else RunOutput(run).data


class RoundDaysInput(serializers.Serializer[Any]):
    """The days to correct, civil days in Japan; one that is not named stays as it is."""

    starts_on = serializers.DateField(required=False)
    opens_on = serializers.DateField(required=False, help_text="the first day to apply")
    closes_on = serializers.DateField(required=False, help_text="the last day to apply")
    reference_on = serializers.DateField(
        required=False, help_text="facts and point table are those of this day"
    )


class CorrectionOutput(serializers.Serializer[Any]):
    """What was changed and who was told."""

    round = RoundOutput()
    changed = serializers.ListField(child=serializers.CharField(), help_text="names of days")
    told = serializers.IntegerField(help_text="people who got a notice")
    without_account = serializers.IntegerField(help_text="families to tell by letter or telephone")


class ControlOutput(serializers.Serializer[Any]):
    """One thing that must hold before the families are told."""

    name = serializers.CharField()
    title = serializers.SerializerMethodField()
    holds = serializers.SerializerMethodField()
    code = serializers.SerializerMethodField(help_text="of the refusal; empty where it holds")

    def get_title(self, one: Any) -> str:
        """Return it in the reader's language."""
        return gettext(one.title)

    def get_holds(self, one: Any) -> bool:
        """Say whether it lets the result pass."""
        return one.refusal is None

    def get_code(self, one: Any) -> str:
        """Return why not."""
        return "" if one.refusal is None else one.refusal.code


class RunProofOutput(serializers.Serializer[Any]):
    """The three links and the hash of the chain."""

    holds = serializers.BooleanField()
    scores_to_market = serializers.BooleanField()
    market_to_result = serializers.BooleanField()
    result_to_notices = serializers.BooleanField()
    chain = serializers.CharField(help_text="as published; empty before")
    chain_now = serializers.CharField()


class ScoredOutput(serializers.Serializer[Any]):
    """What scoring the round did."""

    applications = serializers.IntegerField()
    sheets = serializers.IntegerField()
    differences = serializers.IntegerField()


class SendBackInput(serializers.Serializer[Any]):
    """Why a run is taken out of use."""

    reason = serializers.CharField(max_length=200)


class ScoreReasonInput(serializers.Serializer[Any]):
    """Why scores or seats are right though they are unlike the round before."""

    reason = serializers.CharField(max_length=REASON_MAX)


class WhatIfInput(serializers.Serializer[Any]):
    """The class that would get one more seat, or the point table that would be used."""

    facility = serializers.UUIDField(required=False)
    class_age = serializers.IntegerField(required=False, min_value=0, max_value=5)
    rule_set = serializers.UUIDField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Take one question at a time."""
        if attrs.keys() not in ({"facility", "class_age"}, {"rule_set"}):
            raise serializers.ValidationError(
                gettext("園とクラスの年齢、または点数表の、どちらか一方を指定してください")
            )
        return attrs


class EffectOutput(serializers.Serializer[Any]):
    """How many children it would change; null is one to four."""

    better = serializers.IntegerField(allow_null=True)
    worse = serializers.IntegerField(allow_null=True)
    newly_placed = serializers.IntegerField(allow_null=True)
    no_longer_placed = serializers.IntegerField(allow_null=True)
    has_siblings = serializers.BooleanField()
    not_asked = serializers.SerializerMethodField(
        help_text="of the tried point table: facts that this round's families were not asked for"
    )
    not_understood = serializers.SerializerMethodField(
        help_text="of the tried point table: facts that some told in words it does not know"
    )

    def get_not_asked(self, effect: Effect) -> list[str]:
        """Return the facts' names in the reader's language."""
        return [one.for_language(get_language() or "ja") for one in effect.gaps.not_asked]

    def get_not_understood(self, effect: Effect) -> list[str]:
        """Return the facts' names in the reader's language."""
        return [one.for_language(get_language() or "ja") for one in effect.gaps.not_understood]
