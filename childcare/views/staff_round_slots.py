"""The seats of a round for the city's own systems: read them, set them."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from childcare.admission.refusals import RoundIsAnnounced
from childcare.admission.slotting import MoreSeatsThanCapacity, set_slots
from childcare.models import Round
from childcare.serializers.slots import SlotsInput, SlotsOutput
from childcare.views.staff_rounds import rounds_for
from core.permissions import actor_of


class RoundSlotsView(APIView):
    """What each class of a round offers, and each group of classes that share seats."""

    policy_actions = {"GET": "staff.childcare.round.slots", "PUT": "staff.childcare.round.slots"}
    refuses = (MoreSeatsThanCapacity, RoundIsAnnounced)

    @extend_schema(operation_id="round_slots", responses={200: SlotsOutput})
    def get(self, request: Request, round_id: UUID) -> Response:
        return Response(SlotsOutput(self._round(request, round_id)).data)

    @extend_schema(operation_id="set_round_slots", request=SlotsInput, responses={200: SlotsOutput})
    def put(self, request: Request, round_id: UUID) -> Response:
        """Set the named classes; the others stay as they are."""
        round_ = self._round(request, round_id)
        given = SlotsInput(data=request.data)
        given.is_valid(raise_exception=True)
        set_slots(
            round_,
            given.seats_by_class(),
            shared=given.seats_by_group(),
            actor=actor_of(request),
            now=timezone.now(),
        )
        return Response(SlotsOutput(round_).data)

    @staticmethod
    def _round(request: Request, round_id: UUID) -> Round:
        return get_object_or_404(rounds_for(request, "staff.childcare.round.slots"), pk=round_id)
