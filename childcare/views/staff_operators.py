"""Operators of nurseries for the city's own systems: who runs what, and a new one."""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Organisation, Role
from childcare.models import Facility
from childcare.operators import (
    FacilityHasOperator,
    add_facilities,
    facilities_run_by,
    make_operator,
    operators_for,
    without_operator,
)
from childcare.serializers.operators import (
    OperatorFacilitiesInput,
    OperatorInput,
    OperatorOutput,
    OperatorsOutput,
    facilities_json,
    operator_json,
)
from core import policy
from core.actor import Actor
from core.idempotency import KEY_REFUSALS, answer_once
from core.permissions import actor_of


class OperatorsView(APIView):
    """Who runs the city's nurseries."""

    policy_actions = {
        "GET": "staff.childcare.operator.list",
        "POST": "staff.childcare.operator.make",
    }
    names_a_row_in_its_body = True
    refuses = (*KEY_REFUSALS, FacilityHasOperator)

    @extend_schema(operation_id="list_nursery_operators", responses={200: OperatorsOutput})
    def get(self, request: Request) -> Response:
        """List the operators with their facilities, and the facilities without one."""
        actor, action = actor_of(request), "staff.childcare.operator.list"
        rows = list(operators_for(actor, action))
        run = facilities_run_by(rows)
        told = {
            "operators": [operator_json(row, run[row.pk]) for row in rows],
            "without_operator": facilities_json(list(without_operator(actor, action))),
        }
        return Response(OperatorsOutput(told).data)

    @extend_schema(
        operation_id="make_nursery_operator",
        request=OperatorInput,
        responses={201: OperatorOutput},
    )
    def post(self, request: Request) -> Response:
        """Make an operator with its first owner, who is told to sign in."""
        given = OperatorInput(data=request.data)
        given.is_valid(raise_exception=True)
        now = timezone.now()
        return answer_once(
            request,
            lambda: _made(request, given.validated_data, now=now),
            now=now,
            status=HTTPStatus.CREATED,
        )


class OperatorFacilitiesView(APIView):
    """What one operator runs."""

    policy_actions = {"POST": "staff.childcare.operator.make"}
    names_a_row_in_its_body = True
    refuses = (*KEY_REFUSALS, FacilityHasOperator)

    @extend_schema(
        operation_id="add_operator_facilities",
        request=OperatorFacilitiesInput,
        responses={200: OperatorOutput},
    )
    def post(self, request: Request, operator_id: UUID) -> Response:
        """Let the operator run more facilities."""
        rows = operators_for(actor_of(request), "staff.childcare.operator.make")
        operator = get_object_or_404(rows, pk=operator_id)
        given = OperatorFacilitiesInput(data=request.data)
        given.is_valid(raise_exception=True)
        now = timezone.now()
        return answer_once(
            request, lambda: _added(request, operator, given.validated_data, now=now), now=now
        )


def _added(
    request: Request, operator: Organisation, given: Mapping[str, Any], *, now: datetime
) -> Mapping[str, Any]:
    actor = actor_of(request)
    facilities = _asked(actor, given, city=operator.municipality)
    return _told(add_facilities(operator, facilities, actor=actor, now=now))


def _made(request: Request, given: Mapping[str, Any], *, now: datetime) -> Mapping[str, Any]:
    actor = actor_of(request)
    city = min(actor.cities_of(Role.CHILDCARE_APPROVER))
    operator = make_operator(
        city,
        name=given["name"],
        email=given["email"],
        facilities=_asked(actor, given, city=city),
        actor=actor,
        now=now,
    )
    return _told(operator)


def _asked(actor: Actor, given: Mapping[str, Any], *, city: str) -> list[Facility]:
    """Return the facilities that the body names, or none of them: one may not be there."""
    asked = set(given["facilities"])
    rows = Facility.objects.filter(pk__in=asked, municipality=city)
    found = list(policy.allowed(actor, "staff.childcare.operator.make", rows))
    if len(found) != len(asked):
        raise Http404
    return found


def _told(operator: Organisation) -> Mapping[str, Any]:
    run = facilities_run_by([operator])[operator.pk]
    return OperatorOutput(operator_json(operator, run)).data
