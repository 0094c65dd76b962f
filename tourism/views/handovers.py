"""The office's door for a stopped till's sales: entered by one, recorded by another."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Role
from core import policy
from core.permissions import actor_of
from tourism.models import OfflineHandover
from tourism.offline_handovers import (
    HANDOVER_REFUSALS,
    HandoverDecided,
    HandoverSecondPerson,
    LeaseSales,
    decline_handover,
    enter_handover,
    record_handover,
)
from tourism.serializers.handovers import HandoverInput, HandoverOutput
from tourism.views.offline import entry_of

_SHOWN = 50


def handovers_for(request: Any, action: str) -> QuerySet[OfflineHandover]:
    """Return the files on which the officer may do ``action``, the newest first."""
    return policy.allowed(actor_of(request), action, OfflineHandover.objects.order_by("-pk"))


def entered(request: Any, given: Mapping[str, Any]) -> OfflineHandover:
    """Enter a file whose shape is checked."""
    actor = actor_of(request)
    return enter_handover(
        [
            LeaseSales(lease_id=one["lease"], entries=[entry_of(sale) for sale in one["sales"]])
            for one in given["leases"]
        ],
        municipalities=actor.cities_of(Role.CAMPAIGN_CLERK, Role.CAMPAIGN_APPROVER),
        reason=given["reason"],
        actor=actor,
        now=timezone.now(),
    )


class HandoversView(APIView):
    """List the files of stopped tills, the newest first; enter one as the first officer."""

    policy_actions = {"GET": "coupon.see-handover", "POST": "coupon.enter-handover"}
    names_a_row_in_its_body = True
    refuses = HANDOVER_REFUSALS

    @extend_schema(operation_id="offline_handovers", responses=HandoverOutput(many=True))
    def get(self, request: Request) -> Response:
        rows = handovers_for(request, "coupon.see-handover")[:_SHOWN]
        return Response(HandoverOutput(rows, many=True).data)

    @extend_schema(
        operation_id="enter_offline_handover", request=HandoverInput,
        responses={201: HandoverOutput},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        given = HandoverInput(data=request.data)
        given.is_valid(raise_exception=True)
        made = entered(request, given.validated_data)
        return Response(HandoverOutput(made).data, status=status.HTTP_201_CREATED)


class RecordHandoverView(APIView):
    """Have a file's sales recorded, as the second officer."""

    policy_actions = {"POST": "coupon.record-handover"}
    refuses = (HandoverDecided, HandoverSecondPerson)

    @extend_schema(
        operation_id="record_offline_handover", request=None, responses={200: HandoverOutput}
    )
    def post(self, request: Request, handover_id: UUID) -> Response:
        row = get_object_or_404(handovers_for(request, "coupon.record-handover"), pk=handover_id)
        done = record_handover(row, actor=actor_of(request), now=timezone.now())
        return Response(HandoverOutput(done).data)


class DeclineHandoverView(APIView):
    """Leave a file unrecorded."""

    policy_actions = {"POST": "coupon.enter-handover"}
    refuses = (HandoverDecided,)

    @extend_schema(
        operation_id="decline_offline_handover", request=None, responses={200: HandoverOutput}
    )
    def post(self, request: Request, handover_id: UUID) -> Response:
        row = get_object_or_404(handovers_for(request, "coupon.enter-handover"), pk=handover_id)
        done = decline_handover(row, actor=actor_of(request), now=timezone.now())
        return Response(HandoverOutput(done).data)
