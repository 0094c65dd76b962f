"""What a holder, a guardian or the city's staff do with a card."""

from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from accounts.people import person_of
from core import policy
from core.client_address import client_address
from core.idempotency import KEY_REFUSALS, answer_once
from core.permissions import actor_of
from core.print_fonts import PrintingNotInstalled
from core.throttles import TooManyTries
from disability_card.life_cycle import (
    SuspendedByTheCity,
    TransitionRefused,
    reissue_card,
    resume_card,
    revoke_card,
    suspend_card,
)
from disability_card.linking import LinkRefused, link_by_letter, set_default
from disability_card.models import Card, StateSetBy
from disability_card.paper import CardNotPrintable
from disability_card.policy import CLERK
from disability_card.printing.one_card import NameNotPrintable, print_paper_card
from disability_card.serializers.cards import CardOutput, LinkInput, ReasonInput


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
        # Without an Idempotency-Key: its transaction would take back the count of wrong tries.
        card = link_by_letter(
            **given.validated_data,
            person=person_of(cast("User", request.user), municipality=city),
            municipality=city,
            address=client_address(request),
            actor=actor_of(request),
            now=timezone.now(),
        )
        return Response(CardOutput(card).data, status=status.HTTP_201_CREATED)


class CardActionView(APIView):
    """One action on one card, once for its ``Idempotency-Key``."""

    policy_actions: dict[str, str]

    def card(self, request: Request, card_id: UUID) -> Card:
        """Return the card, or 404 where the caller may not touch it."""
        name: str = self.policy_actions["POST"]
        return get_object_or_404(own_cards(request, name), pk=card_id)

    def acts_as(self, request: Request, card: Card) -> StateSetBy:
        """Say whether the caller acts as the card's holder or guardian, or as staff."""
        rule = policy.demand(actor_of(request), self.policy_actions["POST"], card)
        return StateSetBy.STAFF if rule == CLERK.name else StateSetBy.HOLDER


class SuspendCardView(CardActionView):
    """Stop the card on every phone and paper. Staff say why, and the holder cannot lift it."""

    policy_actions = {"POST": "card.suspend"}
    refuses = (TransitionRefused, *KEY_REFUSALS)

    @extend_schema(operation_id="suspend_card", request=ReasonInput, responses={200: CardOutput})
    def post(self, request: Request, card_id: UUID) -> Response:
        card = self.card(request, card_id)
        by = self.acts_as(request, card)
        reason = reason_in(request, is_needed=by == StateSetBy.STAFF)
        now = timezone.now()
        return answer_once(
            request,
            now=now,
            effect=lambda: (
                CardOutput(
                    suspend_card(card, by=by, reason=reason, actor=actor_of(request), now=now)
                ).data
            ),
        )


class ResumeCardView(CardActionView):
    """Let it count again; not where staff stopped it, unless staff ask."""

    policy_actions = {"POST": "card.resume"}
    refuses = (TransitionRefused, SuspendedByTheCity, *KEY_REFUSALS)

    @extend_schema(operation_id="resume_card", request=None, responses={200: CardOutput})
    def post(self, request: Request, card_id: UUID) -> Response:
        card = self.card(request, card_id)
        by = self.acts_as(request, card)
        now = timezone.now()
        return answer_once(
            request,
            now=now,
            effect=lambda: (
                CardOutput(resume_card(card, by=by, actor=actor_of(request), now=now)).data
            ),
        )


class DefaultCardView(CardActionView):
    """Show this card first."""

    policy_actions = {"POST": "card.default"}
    refuses = KEY_REFUSALS

    @extend_schema(operation_id="default_card", request=None, responses={200: CardOutput})
    def post(self, request: Request, card_id: UUID) -> Response:
        card = self.card(request, card_id)
        now = timezone.now()
        return answer_once(
            request,
            now=now,
            effect=lambda: CardOutput(set_default(card, actor=actor_of(request), now=now)).data,
        )


class RevokeCardView(CardActionView):
    """End a card for good, on every phone and paper."""

    policy_actions = {"POST": "staff.card.revoke"}
    refuses = (TransitionRefused, *KEY_REFUSALS)

    @extend_schema(operation_id="revoke_card", request=ReasonInput, responses={200: CardOutput})
    def post(self, request: Request, card_id: UUID) -> Response:
        card, reason = self.card(request, card_id), reason_in(request, is_needed=True)
        now = timezone.now()
        return answer_once(
            request,
            now=now,
            effect=lambda: (
                CardOutput(
                    revoke_card(
                        card,
                        by=StateSetBy.STAFF,
                        reason=reason,
                        actor=actor_of(request),
                        now=now,
                    )
                ).data
            ),
        )


class ReissueCardView(CardActionView):
    """Replace a card; the answer is the new one. Its phones enrol again."""

    policy_actions = {"POST": "staff.card.reissue"}
    refuses = (TransitionRefused, *KEY_REFUSALS)

    @extend_schema(operation_id="reissue_card", request=ReasonInput, responses={201: CardOutput})
    def post(self, request: Request, card_id: UUID) -> Response:
        card, reason = self.card(request, card_id), reason_in(request, is_needed=True)
        now = timezone.now()
        return answer_once(
            request,
            now=now,
            effect=lambda: (
                CardOutput(reissue_card(card, reason=reason, actor=actor_of(request), now=now)).data
            ),
            status=status.HTTP_201_CREATED,
        )


class PaperCardView(CardActionView):
    """Print the paper twin of a card: PDF/UA, A6. Each print is a new paper card."""

    policy_actions = {"POST": "staff.card.paper"}
    refuses = (CardNotPrintable, NameNotPrintable, PrintingNotInstalled)

    @extend_schema(
        operation_id="print_paper_card",
        request=None,
        responses={(201, "application/pdf"): OpenApiTypes.BINARY},
    )
    def post(self, request: Request, card_id: UUID) -> HttpResponse:
        pdf = print_paper_card(
            self.card(request, card_id), printed_by=cast("User", request.user), now=timezone.now()
        )
        return HttpResponse(
            pdf,
            content_type="application/pdf",
            status=status.HTTP_201_CREATED,
            headers={"Cache-Control": "no-store"},
        )


def reason_in(request: Request, *, is_needed: bool) -> str:
    """Return the reason in the body; refuse an empty one where the city's staff act."""
    given = ReasonInput(data=request.data, is_needed=is_needed)
    given.is_valid(raise_exception=True)
    return str(given.validated_data["reason"])
