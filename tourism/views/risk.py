"""What looks like misuse, for staff: a queue, and a decision by a person."""

from typing import Any, cast
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from core import policy
from core.permissions import actor_of
from tourism.models import RiskFlag
from tourism.risk_detection import FlagDecided, FlagNoteNeeded, decide_flag
from tourism.serializers.paper import DecisionInput, FlagOutput


def flags_for(request: Any, action: str) -> QuerySet[RiskFlag]:
    """Return the findings on which the caller may do ``action``."""
    rows = RiskFlag.objects.select_related("campaign")
    return policy.allowed(actor_of(request), action, rows)


class FlagsView(ListAPIView[RiskFlag]):
    """What the rules found, newest first."""

    policy_actions = {"GET": "risk.list"}
    serializer_class = FlagOutput
    queryset = RiskFlag.objects.all()

    def get_queryset(self) -> QuerySet[RiskFlag]:
        """Return those of the caller's city."""
        return flags_for(self.request, "risk.list").order_by("-pk")


class DecideFlagView(APIView):
    """Say whether it was misuse; a wallet is blocked then."""

    policy_actions = {"POST": "risk.decide"}
    refuses = (FlagDecided, FlagNoteNeeded)

    @extend_schema(operation_id="decide_flag", request=DecisionInput, responses={200: FlagOutput})
    def post(self, request: Request, flag_id: UUID) -> Response:
        found = get_object_or_404(flags_for(request, "risk.decide"), pk=flag_id)
        given = DecisionInput(data=request.data)
        given.is_valid(raise_exception=True)
        done = decide_flag(
            found,
            is_misuse=given.validated_data["is_misuse"],
            note=given.validated_data["note"],
            decided_by=cast("User", request.user),
            actor=actor_of(request),
            now=timezone.now(),
        )
        return Response(FlagOutput(done).data)
