"""What a holder or guardian does with cards."""

from typing import Any, cast
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

from accounts.models import User
from accounts.people import person_of
from core import policy
from core.permissions import actor_of
from core.throttles import TooManyTries
from disability_card.life_cycle import (
    SuspendedByTheCity,
    TransitionRefused,
    resume_card,
    suspend_card,
)
from disability_card.linking import LinkRefused, link_by_letter, set_default
from disability_card.models import Card, StateSetBy
from disability_card.serializers.cards import CardOutput, LinkInput


def own_cards(request: Any, action: str) -> QuerySet[Card]:
    """Return the cards on which the caller may do ``action``; others answer 404."""
    return policy.allowed(
        actor_of(request), action, Card.objects.select_related("person", "handbook")
    )


class CardsView(ListAPIView[Card]):
    """My cards; with the acting-as header, my child's."""

    policy_actions = {"GET": "card.list"}
    serializer_class = CardOutput
    queryset = Card.objects.all()

    def get_queryset(self) -> QuerySet[Card]:
        """Return what the caller may list."""
        return own_cards(self.request, "card.list")


class LinkView(APIView):
    """Link a handbook by the letter's reference and secret."""

    policy_actions = {"POST": "card.link"}
    refuses = (LinkRefused, TooManyTries)

    @extend_schema(operation_id="link_card", request=LinkInput, responses={201: CardOutput})
    def post(self, request: Request) -> Response:
        given = LinkInput(data=request.data)
        given.is_valid(raise_exception=True)
        city = settings.DEFAULT_MUNICIPALITY
        card = link_by_letter(
            **given.validated_data,
            person=person_of(cast("User", request.user), municipality=city),
            municipality=city,
            address=str(request.META.get("REMOTE_ADDR")),
            actor=actor_of(request),
            now=timezone.now(),
        )
        return Response(CardOutput(card).data, status=status.HTTP_201_CREATED)


class _CardActionView(APIView):
    """One action on one card."""

    policy_actions: dict[str, str]

    def card(self, request: Request, card_id: UUID) -> Card:
        """Return the card, or 404 where the caller may not touch it."""
        name: str = self.policy_actions["POST"]
        return get_object_or_404(own_cards(request, name), pk=card_id)


class SuspendCardView(_CardActionView):
    """Stop the card on every phone and paper."""

    policy_actions = {"POST": "card.suspend"}
    refuses = (TransitionRefused,)

    @extend_schema(operation_id="suspend_card", request=None, responses={200: CardOutput})
    def post(self, request: Request, card_id: UUID) -> Response:
        card = suspend_card(
            self.card(request, card_id),
            by=StateSetBy.HOLDER,
            reason="",
            actor=actor_of(request),
            now=timezone.now(),
        )
        return Response(CardOutput(card).data)


class ResumeCardView(_CardActionView):
    """Let it count again; not where staff stopped it."""

    policy_actions = {"POST": "card.resume"}
    refuses = (TransitionRefused, SuspendedByTheCity)

    @extend_schema(operation_id="resume_card", request=None, responses={200: CardOutput})
    def post(self, request: Request, card_id: UUID) -> Response:
        card = resume_card(
            self.card(request, card_id),
            by=StateSetBy.HOLDER,
            actor=actor_of(request),
            now=timezone.now(),
        )
        return Response(CardOutput(card).data)


class DefaultCardView(_CardActionView):
    """Show this card first."""

    policy_actions = {"POST": "card.default"}

    @extend_schema(operation_id="default_card", request=None, responses={200: CardOutput})
    def post(self, request: Request, card_id: UUID) -> Response:
        card = set_default(self.card(request, card_id), actor=actor_of(request), now=timezone.now())
        return Response(CardOutput(card).data)
