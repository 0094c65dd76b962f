"""How staff end a protective block by API: one asks, a second one confirms."""

from typing import Any, cast
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import LiftReason, User
from accounts.people_search import record_reading
from accounts.protection import (
    Decision,
    LiftAsked,
    LiftNotOpen,
    ask_to_lift,
    confirm_lift,
    decline_lift,
    lifts_to_decide,
    standing_blocks,
    waiting_lifts,
)
from accounts.serializers.protection import (
    LiftInput,
    LiftOutput,
    ProtectionOutput,
    WaitingLiftOutput,
)
from accounts.staff_work import SecondOfficerNeeded
from accounts.views.me import NO_STORE
from accounts.views.staff_people import person_for
from core import policy
from core.idempotency import KEY_REFUSALS, answer_once
from core.permissions import actor_of


class ProtectionsView(APIView):
    """From whom a person is protected now; reading is recorded."""

    policy_actions = {"GET": "staff.protection.list"}

    @extend_schema(
        operation_id="staff_person_protections", responses={200: ProtectionOutput(many=True)}
    )
    def get(self, request: Request, person_id: UUID) -> Response:
        actor, now = actor_of(request), timezone.now()
        person = person_for(request, "staff.protection.list", person_id)
        record_reading(person, actor=actor, now=now)
        blocks = standing_blocks(actor).filter(person=person).select_related("blocked")
        return Response(
            ProtectionOutput(blocks, many=True, context={"now": now}).data, headers=NO_STORE
        )


class WaitingLiftsView(APIView):
    """The requests that wait for a second officer, the oldest first; each ends after 14 days."""

    policy_actions = {"GET": "staff.protection.decide"}

    @extend_schema(
        operation_id="staff_protection_lifts", responses={200: WaitingLiftOutput(many=True)}
    )
    def get(self, request: Request) -> Response:
        rows = policy.allowed(
            actor_of(request), "staff.protection.decide", waiting_lifts(now=timezone.now())
        ).select_related("block")
        return Response(WaitingLiftOutput(rows, many=True).data, headers=NO_STORE)


class LiftView(APIView):
    """Ask a second officer to end a protection; until then it stands. The person is told."""

    policy_actions = {"POST": "staff.protection.lift"}
    refuses = (LiftAsked, LiftNotOpen, *KEY_REFUSALS)

    @extend_schema(
        operation_id="staff_protection_lift", request=LiftInput, responses={201: LiftOutput}
    )
    def post(self, request: Request, block_id: UUID) -> Response:
        actor, now = actor_of(request), timezone.now()
        block = get_object_or_404(standing_blocks(actor), pk=block_id)
        given = LiftInput(data=request.data)
        given.is_valid(raise_exception=True)
        reason, officer = LiftReason(given.validated_data["reason"]), cast("User", request.user)

        def effect() -> dict[str, Any]:
            made = ask_to_lift(block, reason=reason, officer=officer, actor=actor, now=now)
            return dict(LiftOutput(made).data)

        return answer_once(request, now=now, effect=effect, status=status.HTTP_201_CREATED)


class LiftDecisionView(APIView):
    """One decision about a request, once for its ``Idempotency-Key``."""

    policy_actions = {"POST": "staff.protection.decide"}

    def answer(self, request: Request, lift_id: UUID, decide: Decision) -> Response:
        """Decide, and answer how the request is now."""
        actor, now, officer = actor_of(request), timezone.now(), cast("User", request.user)
        lift = get_object_or_404(lifts_to_decide(actor), pk=lift_id)

        def effect() -> dict[str, Any]:
            decide(lift, officer=officer, actor=actor, now=now)
            lift.refresh_from_db()
            return dict(LiftOutput(lift).data)

        return answer_once(request, now=now, effect=effect)


class LiftConfirmView(LiftDecisionView):
    """End the protection at once, as the second officer; the person is told."""

    refuses = (LiftNotOpen, SecondOfficerNeeded, *KEY_REFUSALS)

    @extend_schema(
        operation_id="staff_protection_lift_confirm", request=None, responses={200: LiftOutput}
    )
    def post(self, request: Request, lift_id: UUID) -> Response:
        return self.answer(request, lift_id, confirm_lift)


class LiftDeclineView(LiftDecisionView):
    """Let the protection stand; who asked may take the request back by it."""

    refuses = (LiftNotOpen, *KEY_REFUSALS)

    @extend_schema(
        operation_id="staff_protection_lift_decline", request=None, responses={200: LiftOutput}
    )
    def post(self, request: Request, lift_id: UUID) -> Response:
        return self.answer(request, lift_id, decline_lift)
