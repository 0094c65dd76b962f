"""Insight over HTTP, for the city's staff: four questions, and the copy that they are asked of."""

from typing import ClassVar
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import policy
from core.idempotency import KEY_REFUSALS, answer_once
from core.permissions import actor_of
from tourism.insight import serializers
from tourism.insight.asking import Answer, Filter, Question, ask
from tourism.insight.export import NoExportYet, export_campaign
from tourism.models import Campaign


def _campaign(request: Request, campaign_id: UUID, action: str) -> Campaign:
    rows = policy.allowed(actor_of(request), action, Campaign.objects.all())
    return get_object_or_404(rows, pk=campaign_id)


class _QuestionView(APIView):
    """One question; subclasses say which."""

    policy_actions: ClassVar = {"GET": "insight.ask"}
    refuses = (NoExportYet,)

    def _ask(
        self, request: Request, campaign_id: UUID, question: Question, chosen: Filter
    ) -> Answer:
        return ask(
            _campaign(request, campaign_id, "insight.ask"),
            question,
            chosen=chosen,
            actor=actor_of(request),
            now=timezone.now(),
        )


class WhoCameView(_QuestionView):
    @extend_schema(
        operation_id="insight_who_came",
        parameters=[serializers.ChosenInput],
        responses={200: serializers.WhoCameOutput},
    )
    def get(self, request: Request, campaign_id: UUID) -> Response:
        """Who came: people by origin, age band and party, never fewer than ten together."""
        given = serializers.ChosenInput(data=request.query_params)
        given.is_valid(raise_exception=True)
        found = self._ask(request, campaign_id, Question.WHO_CAME, given.validated_data)
        return Response(serializers.WhoCameOutput(found).data)


class WhatNextView(_QuestionView):
    @extend_schema(
        operation_id="insight_what_next",
        parameters=[serializers.OriginInput],
        responses={200: serializers.WhatNextOutput},
    )
    def get(self, request: Request, campaign_id: UUID) -> Response:
        """What they did next: each person once, from the first coupon to the second."""
        given = serializers.OriginInput(data=request.query_params)
        given.is_valid(raise_exception=True)
        found = self._ask(request, campaign_id, Question.WHAT_NEXT, given.validated_data)
        return Response(serializers.WhatNextOutput(found).data)


class AddedSpendingView(_QuestionView):
    @extend_schema(
        operation_id="insight_added_spending", responses={200: serializers.AddedSpendingOutput}
    )
    def get(self, request: Request, campaign_id: UUID) -> Response:
        """What the coupon added, where people with and without one kept receipts alike."""
        found = self._ask(request, campaign_id, Question.ADDED_SPENDING, {})
        return Response(serializers.AddedSpendingOutput(found).data)


class WhomToInviteView(_QuestionView):
    @extend_schema(
        operation_id="insight_whom_to_invite", responses={200: serializers.WhomToInviteOutput}
    )
    def get(self, request: Request, campaign_id: UUID) -> Response:
        """Whom to invite next year: kinds of people by what they spent of their own."""
        found = self._ask(request, campaign_id, Question.WHOM_TO_INVITE, {})
        return Response(serializers.WhomToInviteOutput(found).data)


class ExportView(APIView):
    """Copy the campaign anew for questions."""

    policy_actions: ClassVar = {"POST": "insight.export"}
    refuses = KEY_REFUSALS

    @extend_schema(
        operation_id="export_insight", request=None, responses={201: serializers.ExportOutput}
    )
    def post(self, request: Request, campaign_id: UUID) -> Response:
        campaign, now = _campaign(request, campaign_id, "insight.export"), timezone.now()
        return answer_once(
            request,
            lambda: (
                serializers.ExportOutput(
                    export_campaign(campaign, actor=actor_of(request), now=now)
                ).data
            ),
            now=now,
            status=status.HTTP_201_CREATED,
        )
