"""Operators of nurseries for the city's own systems: who runs what, and a new one."""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Role
from childcare.models import Facility
from childcare.operators import (
    FacilityHasOperator,
    facilities_run_by,
    make_operator,
    operators_for,
    without_operator,
)
from childcare.serializers.operators import (
    OperatorInput,
    OperatorOutput,
    OperatorsOutput,
    facilities_json,
    operator_json,
)
from core import policy
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


def _made(request: Request, given: Mapping[str, Any], *, now: datetime) -> Mapping[str, Any]:
    actor = actor_of(request)
    city = min(actor.cities_of(Role.CHILDCARE_APPROVER))
    asked = set(given["facilities"])
    rows = Facility.objects.filter(pk__in=asked, municipality=city)
    facilities = list(policy.allowed(actor, "staff.childcare.operator.make", rows))
    if len(facilities) != len(asked):
        raise Http404
    operator = make_operator(
        city,
        name=given["name"],
        email=given["email"],
        facilities=facilities,
        actor=actor,
        now=now,
    )
    told = operator_json(operator, facilities_run_by([operator])[operator.pk])
    return OperatorOutput(told).data
