"""What staff do with the devices of their city."""

from typing import cast
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.devices import NewDevice, make_device, revoke_device
from accounts.models import Device, Role, User
from accounts.serializers.devices import DeviceOutput, NewDeviceInput, NewDeviceOutput
from core import policy
from core.permissions import actor_of
from core.policy import NotAllowed


def setup_url(new: NewDevice) -> str:
    """Return the address in the set-up QR.

    The token stands in the fragment: browsers do not send it, so no log can hold it.
    """
    return f"{settings.PUBLIC_URL}/desk/setup/#t={new.setup_token}"


class StaffDevicesView(ListAPIView[Device]):
    """List the devices of the caller's cities; make one."""

    policy_actions = {"GET": "device.list", "POST": "device.make"}
    serializer_class = DeviceOutput
    queryset = Device.objects.all()

    def get_queryset(self) -> QuerySet[Device]:
        return policy.allowed(actor_of(self.request), "device.list", Device.objects.all())

    @extend_schema(
        operation_id="staff_device_make", request=NewDeviceInput, responses={201: NewDeviceOutput}
    )
    def post(self, request: Request) -> Response:
        given = NewDeviceInput(data=request.data)
        given.is_valid(raise_exception=True)
        actor = actor_of(request)
        if given.validated_data["municipality"] not in actor.cities_of(
            Role.DEVICE_MANAGER, Role.ADMIN
        ):
            raise NotAllowed
        new = make_device(
            **given.validated_data,
            created_by=cast("User", request.user),
            actor=actor,
            now=timezone.now(),
        )
        answer = {
            "device": new.device,
            "setup_url": setup_url(new),
            "expires_at": new.device.setup_expires_at,
        }
        return Response(
            NewDeviceOutput(answer).data,
            status=status.HTTP_201_CREATED,
            headers={"Cache-Control": "no-store"},
        )


class StaffDeviceRevokeView(APIView):
    """End one device at once."""

    policy_actions = {"POST": "device.revoke"}

    @extend_schema(operation_id="staff_device_revoke", request=None, responses={200: DeviceOutput})
    def post(self, request: Request, device_id: UUID) -> Response:
        actor = actor_of(request)
        mine = policy.allowed(actor, "device.revoke", Device.objects.all())
        device = get_object_or_404(mine, pk=device_id)
        return Response(DeviceOutput(revoke_device(device, actor=actor, now=timezone.now())).data)
