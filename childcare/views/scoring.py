"""Point tables and tried scores: public, and nothing that is sent here is kept."""

from datetime import date
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import get_language, gettext
from django.views.decorators.http import conditional_page
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from childcare.documents_needed import documents_needed
from childcare.facts import Fact, facility_subject
from childcare.models import RuleSet
from childcare.points import points_text
from childcare.rule_sets.loading import schema
from childcare.rule_sets.rules import RuleSet as Rules
from childcare.rule_sets_in_force import (
    NoRuleSetInForce,
    readable_rule_sets,
    rule_set_in_force,
    rules_of,
)
from childcare.score_preview import NO_FACILITY, preview_score
from childcare.scoring import Score, UnscorableFacts
from childcare.serializers.scoring import (
    FactsNotReadable,
    RuleSetOutput,
    RuleSetRow,
    ScorePreviewInput,
    ScorePreviewOutput,
)
from core.client_address import client_address
from core.refusals import gettext_noop
from core.throttles import Limit, TooManyTries
from jp.clock import civil_date

PREVIEWS: Final = Limit(name="score-preview", tries=60, seconds=60)
PROMISES_NOTHING: Final = gettext_noop("入れることを約束するものではありません。")


@extend_schema_view(get=extend_schema(operation_id="childcare_rule_sets"))
@method_decorator(conditional_page, name="dispatch")
class RuleSetsView(ListAPIView[RuleSet]):
    """The city's published point tables, and references of other cities. With an ETag."""

    policy_actions = {"GET": "childcare.rule-set.read"}
    serializer_class = RuleSetRow
    queryset = RuleSet.objects.all()

    def get_queryset(self) -> Any:
        """Return what anybody may read, without the files."""
        return readable_rule_sets(settings.DEFAULT_MUNICIPALITY)


@extend_schema_view(get=extend_schema(operation_id="childcare_rule_set"))
@method_decorator(conditional_page, name="dispatch")
class RuleSetView(RetrieveAPIView[RuleSet]):
    """One point table with its file, byte for byte: its SHA-256 is the hash of ``content``."""

    policy_actions = {"GET": "childcare.rule-set.read"}
    serializer_class = RuleSetOutput
    queryset = RuleSet.objects.all()
    lookup_url_kwarg = "rule_set_id"

    def get_queryset(self) -> Any:
        """Return what anybody may read."""
        return readable_rule_sets(settings.DEFAULT_MUNICIPALITY)


class RuleSetSchemaView(APIView):
    """The JSON Schema of the format of point tables."""

    policy_actions = {"GET": "childcare.rule-set.read"}

    @extend_schema(operation_id="childcare_rule_set_schema", responses={200: {"type": "object"}})
    def get(self, _request: Request) -> Response:
        return Response(schema())


class ScorePreviewsView(APIView):
    """Try a score: facts in, each line with the facts that fired it out. Nothing is stored."""

    policy_actions = {"POST": "childcare.score.preview"}
    names_a_row_in_its_body = True
    refuses = (NoRuleSetInForce, FactsNotReadable, TooManyTries)

    @extend_schema(
        operation_id="childcare_score_preview",
        request=ScorePreviewInput,
        responses={200: ScorePreviewOutput},
    )
    def post(self, request: Request) -> Response:
        """Score under the table in force today, or under ``rule_set`` (also a reference)."""
        now = timezone.now()
        PREVIEWS.count(client_address(request), now=now)
        given = ScorePreviewInput(data=request.data)
        given.is_valid(raise_exception=True)
        today = civil_date(now)
        row = _rule_set(given.validated_data.get("rule_set"), today=today)
        return Response(_preview(row, given, on=today))


def _rule_set(chosen: UUID | None, *, today: date) -> RuleSet:
    if chosen is None:
        return rule_set_in_force(settings.DEFAULT_MUNICIPALITY, on=today)
    return get_object_or_404(readable_rule_sets(settings.DEFAULT_MUNICIPALITY), pk=chosen)


def _preview(row: RuleSet, given: ScorePreviewInput, *, on: date) -> dict[str, Any]:
    rules, facility = rules_of(row), given.validated_data.get("facility")
    place = str(facility) if facility else NO_FACILITY
    facts = given.stated_facts(at=facility_subject(place))
    starts_on = given.validated_data.get("starts_on") or on
    papers = given.validated_data.get("documents")
    try:
        score = preview_score(
            rules,
            facts,
            facility=place,
            on=on,
            starts_on=starts_on,
            documents=None if papers is None else frozenset(papers),
        )
    except UnscorableFacts as cause:
        raise FactsNotReadable(str(cause)) from None
    return {
        "rule_set": RuleSetRow(row).data,
        "gaps": list(rules.meta.gaps),
        **_score(rules, score),
        "documents": _documents(rules, facts, on=on, starts_on=starts_on),
    }


def _score(rules: Rules, score: Score) -> dict[str, Any]:
    labels = dict(rules.rows())
    return {
        "half_points": {
            "numerator": score.points.numerator,
            "denominator": score.points.denominator,
        },
        "points": points_text(score.points),
        "rank": score.rank,
        "term_until": score.term_until,
        "promises_nothing": gettext(PROMISES_NOTHING),
        "lines": [
            {
                "row": line.row,
                "label": labels[line.row].for_language(get_language() or "ja"),
                "subject": line.subject,
                "half_points": line.points,
                "facts": [fact.as_json() for fact in line.facts],
            }
            for line in score.lines
        ],
        "left_out": [fact.as_json() for fact in score.left_out],
    }


def _documents(
    rules: Rules, facts: list[Fact], *, on: date, starts_on: date
) -> list[dict[str, str]]:
    language = get_language() or "ja"
    return [
        {
            "document": needed.document,
            "subject": needed.subject,
            "label": rules.documents[needed.document].label.for_language(language),
        }
        for needed in documents_needed(rules, facts, on=on, starts_on=starts_on)
    ]
