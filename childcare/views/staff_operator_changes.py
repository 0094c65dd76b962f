"""How a nursery goes from one operator to another, by API: one enters, a second one confirms."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, cast
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from childcare.models import Facility, OperatorChange
from childcare.operator_changes import (
    ChangeDecided,
    ChangeNeedsSecondPerson,
    ChangeWaits,
    NoChange,
    confirm_change,
    decline_change,
    enter_change,
    waiting_changes,
)
from childcare.operators import operators_for
from childcare.serializers.operators import OperatorChangeInput, OperatorChangeOutput
from core import policy
from core.idempotency import KEY_REFUSALS, answer_once
from core.permissions import actor_of

_DECIDE = "staff.childcare.operator.change.decide"


class OperatorChangesView(APIView):
    """The changes that wait for a second officer."""

    policy_actions = {"GET": "staff.childcare.operator.change"}

    @extend_schema(
        operation_id="list_operator_changes", responses={200: OperatorChangeOutput(many=True)}
    )
    def get(self, request: Request) -> Response:
        """List them, the oldest first."""
        rows = waiting_changes(actor_of(request), "staff.childcare.operator.change")
        return Response(OperatorChangeOutput(rows, many=True).data)


class EnterOperatorChangeView(APIView):
    """Enter that a facility goes to another operator; a second officer confirms it."""

    policy_actions = {"POST": "staff.childcare.operator.change"}
    names_a_row_in_its_body = True
    refuses = (*KEY_REFUSALS, ChangeWaits, NoChange)

    @extend_schema(
        operation_id="enter_operator_change",
        request=OperatorChangeInput,
        responses={201: OperatorChangeOutput},
    )
    def post(self, request: Request, facility_id: UUID) -> Response:
        """Enter it; nothing changes yet."""
        actor, now = actor_of(request), timezone.now()
        rows = policy.allowed(actor, "staff.childcare.operator.change", Facility.objects.all())
        facility = get_object_or_404(rows, pk=facility_id)
        given = OperatorChangeInput(data=request.data)
        given.is_valid(raise_exception=True)
        operators = operators_for(actor, "staff.childcare.operator.list")
        new = operators.filter(pk=given.validated_data["operator"]).first()
        if new is None:
            raise Http404

        def effect() -> dict[str, Any]:
            made = enter_change(
                facility, new, asked_by=cast("User", request.user), actor=actor, now=now
            )
            return dict(OperatorChangeOutput(made).data)

        return answer_once(request, effect, now=now, status=HTTPStatus.CREATED)


class _Decision(APIView):
    policy_actions = {"POST": _DECIDE}

    def answer(
        self, request: Request, change_id: UUID, decide: Callable[..., OperatorChange]
    ) -> Response:
        """Decide, and answer how the change is now."""
        actor, now = actor_of(request), timezone.now()
        rows = policy.allowed(actor, _DECIDE, OperatorChange.objects.all())
        change = get_object_or_404(rows, pk=change_id)

        def effect() -> dict[str, Any]:
            row = decide(change, decided_by=cast("User", request.user), actor=actor, now=now)
            return dict(OperatorChangeOutput(row).data)

        return answer_once(request, effect, now=now)


class ConfirmOperatorChangeView(_Decision):
    """Hand the facility on, as the second officer; both operators' owners are told."""

    refuses = (*KEY_REFUSALS, ChangeDecided, ChangeNeedsSecondPerson)

    @extend_schema(
        operation_id="confirm_operator_change", request=None, responses={200: OperatorChangeOutput}
    )
    def post(self, request: Request, operator_change_id: UUID) -> Response:
        return self.answer(request, operator_change_id, confirm_change)


class DeclineOperatorChangeView(_Decision):
    """Leave the facility where it is."""

    refuses = (*KEY_REFUSALS, ChangeDecided)

    @extend_schema(
        operation_id="decline_operator_change", request=None, responses={200: OperatorChangeOutput}
    )
    def post(self, request: Request, operator_change_id: UUID) -> Response:
        return self.answer(request, operator_change_id, decline_change)
