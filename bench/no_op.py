"""Addresses that do nothing, to see what it costs to know who asks.

``device-me`` is the name of a route that every device may call.
"""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.permissions import Public, actor_of


class Anonymous(APIView):
    """Answer without looking who asks."""

    authentication_classes = []
    permission_classes = [Public]

    def get(self, _request: Request) -> Response:
        return Response({"kind": "anybody"})


class Known(APIView):
    """Answer with the kind of caller, whom the door has made sure of."""

    policy_actions = {"GET": "me.read"}

    def get(self, request: Request) -> Response:
        return Response({"kind": actor_of(request).kind})


class KnownDevice(Known):
    """The same for a device."""

    policy_actions = {"GET": "device.self"}


def page(request: HttpRequest) -> HttpResponse:
    """Answer as a page does that shows who is signed in."""
    return HttpResponse(str(actor_of(request).kind))


urlpatterns = [
    path("anonymous", Anonymous.as_view()),
    path("known", Known.as_view()),
    path("device", KnownDevice.as_view(), name="device-me"),
    path("page", page),
]
