"""What staff do with a holder's phones, by telephone or at the counter."""

from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.permissions import actor_of
from disability_card.holdings import (
    DeviceNotInUse,
    live_devices,
    remove_device,
    resume_device,
    suspend_device,
)
from disability_card.models import StateSetBy
from disability_card.serializers.devices import CardDeviceOutput
from disability_card.views.devices import RESUME_REFUSES, card_for, device_for


class StaffCardDevicesView(APIView):
    """The phones that hold a card of the caller's city."""

    policy_actions = {"GET": "staff.card.devices"}

    @extend_schema(operation_id="staff_card_devices", responses={200: CardDeviceOutput(many=True)})
    def get(self, request: Request, card_id: UUID) -> Response:
        devices = live_devices(card_for(request, "staff.card.devices", card_id))
        return Response(CardDeviceOutput(devices, many=True).data)


class StaffCardDeviceView(APIView):
    """Take a card off one phone for good: a guardian who is none any more."""

    policy_actions = {"DELETE": "staff.card.device.remove"}

    @extend_schema(operation_id="staff_card_device_remove", request=None, responses={204: None})
    def delete(self, request: Request, card_id: UUID, device_id: UUID) -> Response:
        holding = device_for(request, "staff.card.device.remove", card_id, device_id)
        remove_device(holding, by=StateSetBy.STAFF, actor=actor_of(request), now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class StaffSuspendDeviceView(APIView):
    """Stop a phone that its holder reported lost; the holder cannot lift this."""

    policy_actions = {"POST": "staff.card.device.suspend"}
    refuses = (DeviceNotInUse,)

    @extend_schema(
        operation_id="staff_card_device_suspend", request=None, responses={200: CardDeviceOutput}
    )
    def post(self, request: Request, card_id: UUID, device_id: UUID) -> Response:
        holding = device_for(request, "staff.card.device.suspend", card_id, device_id)
        stopped = suspend_device(
            holding, by=StateSetBy.STAFF, actor=actor_of(request), now=timezone.now()
        )
        return Response(CardDeviceOutput(stopped).data)


class StaffResumeDeviceView(APIView):
    """Let a phone go on. Staff know the holder by other means than this session's sign-in."""

    policy_actions = {"POST": "staff.card.device.resume"}
    refuses = RESUME_REFUSES

    @extend_schema(
        operation_id="staff_card_device_resume", request=None, responses={200: CardDeviceOutput}
    )
    def post(self, request: Request, card_id: UUID, device_id: UUID) -> Response:
        holding = device_for(request, "staff.card.device.resume", card_id, device_id)
        now = timezone.now()
        resumed = resume_device(
            holding,
            by=StateSetBy.STAFF,
            authenticated_at=now,
            actor=actor_of(request),
            now=now,
        )
        return Response(CardDeviceOutput(resumed).data)
