"""Benefits: read by anybody, written by staff; and how often cards are verified."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import conditional_page
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Role
from core import policy
from core.permissions import actor_of
from disability_card.benefit_editing import (
    BenefitChangedMeanwhile,
    BenefitIncomplete,
    version_of,
    write_benefit,
)
from disability_card.models import Benefit, Venue
from disability_card.serializers.staff import (
    BenefitInput,
    BenefitOutput,
    MonthInput,
    StatisticsOutput,
)
from disability_card.statistics import OUTCOMES, MonthNotClosed, Table, by_day_and_venue
from jp.clock import civil_date

_EDITORS = (Role.BENEFIT_EDITOR, Role.ADMIN)
_READERS = (Role.STATISTICS, Role.ADMIN, Role.CARD_APPROVER)


@extend_schema_view(
    get=extend_schema(
        operation_id="benefits",
        parameters=[OpenApiParameter("place", UUID, description="Only what this place gives.")],
    )
)
@method_decorator(conditional_page, name="dispatch")
class BenefitsView(ListAPIView[Benefit]):
    """What card holders are given in the city, today; by place with ``?place=``. With an ETag."""

    policy_actions = {"GET": "benefit.read"}
    serializer_class = BenefitOutput
    queryset = Benefit.objects.all()

    def get_queryset(self) -> QuerySet[Benefit]:
        """Return what is published and open today."""
        today = civil_date(timezone.now())
        rows = Benefit.objects.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=today),
            Q(valid_until__isnull=True) | Q(valid_until__gte=today),
            municipality=settings.DEFAULT_MUNICIPALITY,
            is_published=True,
        )
        place = self.request.query_params.get("place")
        if place is not None:
            try:
                rows = rows.filter(venues__place=UUID(place))
            except ValueError:
                rows = rows.none()
        return rows.prefetch_related("venues__place")


def _editable(request: Request, benefit_id: UUID) -> Benefit:
    rows = policy.allowed(actor_of(request), "staff.benefit.edit", Benefit.objects.all())
    return get_object_or_404(rows, pk=benefit_id)


def _write(request: Request, benefit: Benefit, *, read_version: str | None) -> Benefit:
    given = BenefitInput(data=request.data)
    given.is_valid(raise_exception=True)
    values: dict[str, Any] = dict(given.validated_data)
    codes = set(values.pop("venues"))
    venues = list(Venue.objects.filter(code__in=codes, place__municipality=benefit.municipality))
    if len(venues) != len(codes):
        raise BenefitIncomplete
    return write_benefit(
        benefit,
        values=values,
        venues=venues,
        read_version=read_version,
        actor=actor_of(request),
        now=timezone.now(),
    )


class StaffBenefitsView(ListAPIView[Benefit]):
    """The city's benefits, also unpublished ones; write a new one."""

    policy_actions = {"GET": "staff.benefit.list", "POST": "staff.benefit.make"}
    serializer_class = BenefitOutput
    queryset = Benefit.objects.all()
    refuses = (BenefitIncomplete,)

    def get_queryset(self) -> QuerySet[Benefit]:
        """Return those of the caller's city."""
        rows = Benefit.objects.prefetch_related("venues__place")
        return policy.allowed(actor_of(self.request), "staff.benefit.list", rows)

    @extend_schema(
        operation_id="make_benefit", request=BenefitInput, responses={201: BenefitOutput}
    )
    def post(self, request: Request) -> Response:
        """Write a new benefit for the caller's city."""
        city = min(actor_of(request).cities_of(*_EDITORS))
        made = _write(request, Benefit(municipality=city), read_version=None)
        return Response(
            BenefitOutput(made).data,
            status=status.HTTP_201_CREATED,
            headers={"ETag": version_of(made)},
        )


class StaffBenefitView(APIView):
    """One benefit; ``If-Match`` with its ETag guards somebody else's newer version."""

    policy_actions = {"GET": "staff.benefit.edit", "PUT": "staff.benefit.edit"}
    refuses = (BenefitIncomplete, BenefitChangedMeanwhile)

    @extend_schema(operation_id="staff_benefit", responses={200: BenefitOutput})
    def get(self, request: Request, benefit_id: UUID) -> Response:
        found = _editable(request, benefit_id)
        return Response(BenefitOutput(found).data, headers={"ETag": version_of(found)})

    @extend_schema(
        operation_id="write_benefit",
        request=BenefitInput,
        responses={200: BenefitOutput},
        parameters=[OpenApiParameter("If-Match", str, location="header")],
    )
    def put(self, request: Request, benefit_id: UUID) -> Response:
        written = _write(
            request, _editable(request, benefit_id), read_version=request.headers.get("If-Match")
        )
        return Response(BenefitOutput(written).data, headers={"ETag": version_of(written)})


class StatisticsView(APIView):
    """A month's verifications, with no person in them; small cells are ``null``."""

    policy_actions = {"GET": "staff.statistics"}
    refuses = (MonthNotClosed,)

    @extend_schema(
        operation_id="verification_statistics",
        parameters=[MonthInput],
        responses={200: StatisticsOutput},
    )
    def get(self, request: Request) -> Response:
        given = MonthInput(data=request.query_params)
        given.is_valid(raise_exception=True)
        city = min(actor_of(request).cities_of(*_READERS))
        days, venues = by_day_and_venue(city, **given.validated_data, now=timezone.now())
        return Response({"by_day": _counts(days), "by_venue": _counts(venues)})


def _counts(table: Table) -> list[dict[str, Any]]:
    return [
        {
            "row": row,
            **{outcome: table.cells[row, outcome] for outcome in OUTCOMES},
            "total": table.row_totals[row],
        }
        for row in table.rows
    ]
