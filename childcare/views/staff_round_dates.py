"""The days of a round for the city's own systems: corrected until the round is run."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from childcare.round_dates import (
    DeadlineMovedEarlier,
    NewDays,
    RoundHasBegun,
    RoundIsRun,
    RoundStartIsFixed,
    correct_days,
)
from childcare.round_opening import RoundDatesWrong, RoundExists, RoundStartsOffTheFirst
from childcare.serializers.rounds import CorrectionOutput, RoundDaysInput
from childcare.views.staff_rounds import rounds_for
from core.permissions import actor_of


class RoundDatesView(APIView):
    """Correct the days of a round that was not run; who applied gets a notice."""

    policy_actions = {"PATCH": "staff.childcare.round.dates"}
    refuses = (
        RoundIsRun, DeadlineMovedEarlier, RoundHasBegun, RoundStartIsFixed, RoundDatesWrong,
        RoundStartsOffTheFirst, RoundExists,
    )  # fmt: skip

    @extend_schema(
        operation_id="correct_round_dates",
        request=RoundDaysInput,
        responses={200: CorrectionOutput},
    )
    def patch(self, request: Request, round_id: UUID) -> Response:
        """Change the named days alone; the same days again change nothing and tell nobody."""
        round_ = get_object_or_404(rounds_for(request, "staff.childcare.round.dates"), pk=round_id)
        given = RoundDaysInput(data=request.data)
        given.is_valid(raise_exception=True)
        done = correct_days(
            round_,
            NewDays(**given.validated_data),
            actor=actor_of(request),
            now=timezone.now(),
        )
        return Response(CorrectionOutput(done).data)
