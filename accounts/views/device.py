"""What a device calls about itself."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import device_of
from accounts.devices import SetupRefused, initialize_device, roll_token
from accounts.serializers.devices import DeviceOutput, DeviceTokenOutput, InitializeInput
from core.client_address import client_address
from core.permissions import Public
from core.throttles import Limit, TooManyTries

SETUP_LIMIT = Limit(name="device-setup", tries=60, seconds=600)


class InitializeView(APIView):
    """Exchange the set-up QR's token for the device's own, once."""

    refuses = (SetupRefused, TooManyTries)
    authentication_classes = []
    permission_classes = [Public]

    @extend_schema(
        operation_id="device_initialize",
        request=InitializeInput,
        responses={201: DeviceTokenOutput},
        auth=[],
    )
    def post(self, request: Request) -> Response:
        now = timezone.now()
        SETUP_LIMIT.count(client_address(request), now=now)
        given = InitializeInput(data=request.data)
        given.is_valid(raise_exception=True)
        device, token = initialize_device(given.validated_data["setup_token"], now=now)
        answer = {"device_id": device.pk, "token": token, "expires_at": device.token_expires_at}
        return Response(
            DeviceTokenOutput(answer).data,
            status=status.HTTP_201_CREATED,
            headers={"Cache-Control": "no-store"},
        )


class RollView(APIView):
    """Give the calling device a new token; the old one counts until the new one is used."""

    policy_actions = {"POST": "device.self"}

    @extend_schema(operation_id="device_roll", request=None, responses={200: DeviceTokenOutput})
    def post(self, request: Request) -> Response:
        now = timezone.now()
        device = device_of(request)
        token = roll_token(device, now=now)
        device.refresh_from_db()
        answer = {
            "device_id": device.pk,
            "token": token,
            "expires_at": device.token_expires_at,
        }
        return Response(DeviceTokenOutput(answer).data, headers={"Cache-Control": "no-store"})


class DeviceMeView(APIView):
    """Tell the calling device who it is."""

    policy_actions = {"GET": "device.self"}

    @extend_schema(operation_id="device_me", responses={200: DeviceOutput})
    def get(self, request: Request) -> Response:
        return Response(DeviceOutput(device_of(request)).data)
