"""What holders and guardians do with their phones: offer the card, stop one, let it go on."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import session_of
from accounts.fresh_sign_in import SignInAgain, signed_in_at
from accounts.models import Person
from core import policy
from core.permissions import actor_of
from disability_card.enrolment.offers import CardNotOfferable, HandbookEnded, offer_card
from disability_card.holdings import (
    DeviceNotInUse,
    DeviceNotStopped,
    EnrolAgain,
    StoppedByTheCity,
    TooManyDevices,
    live_devices,
    remove_device,
    resume_device,
    suspend_device,
)
from disability_card.models import Card, Holding, StateSetBy
from disability_card.serializers.devices import CardDeviceOutput, OfferOutput

RESUME_REFUSES = (DeviceNotStopped, EnrolAgain)
NO_STORE = {"Cache-Control": "no-store"}


def card_for(request: Request, action: str, card_id: UUID) -> Card:
    """Return the card if the caller may do ``action`` on it; else 404, as if there were none."""
    cards = policy.allowed(actor_of(request), action, Card.objects.all())
    return get_object_or_404(cards, pk=card_id)


def device_for(request: Request, action: str, card_id: UUID, device_id: UUID) -> Holding:
    """Return a phone of a card on which the caller may do ``action``; else 404."""
    card = card_for(request, action, card_id)
    return get_object_or_404(Holding.objects.filter(card=card), pk=device_id)


class OfferView(APIView):
    """Put the card on the caller's own phone, or a child's card on the guardian's."""

    policy_actions = {"POST": "card.offer"}
    refuses = (CardNotOfferable, HandbookEnded, TooManyDevices)

    @extend_schema(operation_id="card_offer", request=None, responses={201: OfferOutput})
    def post(self, request: Request, card_id: UUID) -> Response:
        actor = actor_of(request)
        offer = offer_card(
            card_for(request, "card.offer", card_id),
            offered_to=get_object_or_404(Person, pk=actor.person_id),
            is_guardian=actor.on_behalf_of is not None,
            actor=actor,
            now=timezone.now(),
        )
        return Response(OfferOutput(offer).data, status=status.HTTP_201_CREATED, headers=NO_STORE)


class DevicesView(APIView):
    """The phones that hold the card."""

    policy_actions = {"GET": "card.devices"}

    @extend_schema(operation_id="card_devices", responses={200: CardDeviceOutput(many=True)})
    def get(self, request: Request, card_id: UUID) -> Response:
        devices = live_devices(card_for(request, "card.devices", card_id))
        return Response(CardDeviceOutput(devices, many=True).data)


class DeviceView(APIView):
    """Take the card off one phone for good."""

    policy_actions = {"DELETE": "card.device.remove"}

    @extend_schema(operation_id="card_device_remove", request=None, responses={204: None})
    def delete(self, request: Request, card_id: UUID, device_id: UUID) -> Response:
        holding = device_for(request, "card.device.remove", card_id, device_id)
        remove_device(holding, by=StateSetBy.HOLDER, actor=actor_of(request), now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class SuspendDeviceView(APIView):
    """Stop the card on one phone."""

    policy_actions = {"POST": "card.device.suspend"}
    refuses = (DeviceNotInUse,)

    @extend_schema(
        operation_id="card_device_suspend", request=None, responses={200: CardDeviceOutput}
    )
    def post(self, request: Request, card_id: UUID, device_id: UUID) -> Response:
        holding = device_for(request, "card.device.suspend", card_id, device_id)
        stopped = suspend_device(
            holding, by=StateSetBy.HOLDER, actor=actor_of(request), now=timezone.now()
        )
        return Response(CardDeviceOutput(stopped).data)


class ResumeDeviceView(APIView):
    """Let a stopped phone go on; needs a sign-in of the last five minutes in this session."""

    policy_actions = {"POST": "card.device.resume"}
    refuses = (*RESUME_REFUSES, SignInAgain, StoppedByTheCity)

    @extend_schema(
        operation_id="card_device_resume", request=None, responses={200: CardDeviceOutput}
    )
    def post(self, request: Request, card_id: UUID, device_id: UUID) -> Response:
        resumed = resume_device(
            device_for(request, "card.device.resume", card_id, device_id),
            by=StateSetBy.HOLDER,
            authenticated_at=signed_in_at(session_of(request)),
            actor=actor_of(request),
            now=timezone.now(),
        )
        return Response(CardDeviceOutput(resumed).data)
