"""Files of seats for the city's own systems: submit, look, approve as the second person, reject."""

from typing import Any, cast
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import ListAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from childcare.capacity_file import FILE_BYTES_MAX
from childcare.capacity_import import (
    CapacityImportNotOpen,
    CapacityNeedsSecondPerson,
    FindingsNotExplained,
    approve_capacities,
    check_capacity_file,
    reject_capacities,
)
from childcare.models import CapacityImport
from childcare.policy import CLERKS
from childcare.serializers.facilities import (
    CapacityFileInput,
    CapacityImportOutput,
    CapacityReasonInput,
)
from core import policy
from core.permissions import actor_of


def capacity_imports_for(request: Any, action: str) -> QuerySet[CapacityImport]:
    """Return the files on which the caller may do ``action``."""
    return policy.allowed(actor_of(request), action, CapacityImport.objects.all())


def check_capacity_upload(request: Any, upload: Any, *, fiscal_year: int) -> CapacityImport:
    """Check an uploaded file of seats for the caller's city; the file itself is not kept."""
    actor = actor_of(request)
    return check_capacity_file(
        upload.read(FILE_BYTES_MAX + 1),
        file_name=upload.name,
        municipality=min(actor.cities_of(*CLERKS)),
        fiscal_year=fiscal_year,
        submitted_by=cast("User", request.user),
        actor=actor,
        now=timezone.now(),
    )


class CapacityImportsView(ListAPIView[CapacityImport]):
    """The city's files of seats, newest first; submit one as ``multipart/form-data``."""

    policy_actions = {"GET": "capacity.list", "POST": "capacity.submit"}
    parser_classes = [MultiPartParser]
    serializer_class = CapacityImportOutput
    queryset = CapacityImport.objects.all()

    def get_queryset(self) -> QuerySet[CapacityImport]:
        """Return those of the caller's city."""
        return capacity_imports_for(self.request, "capacity.list")

    @extend_schema(
        operation_id="submit_capacities",
        request={"multipart/form-data": CapacityFileInput},
        responses={201: CapacityImportOutput},
    )
    def post(self, request: Request) -> Response:
        """Check a file. Its errors and findings are in the answer; nothing changes yet."""
        given = CapacityFileInput(data=request.data)
        given.is_valid(raise_exception=True)
        found = check_capacity_upload(
            request,
            given.validated_data["file"],
            fiscal_year=given.validated_data["fiscal_year"],
        )
        return Response(CapacityImportOutput(found).data, status=status.HTTP_201_CREATED)


class ApproveCapacitiesView(APIView):
    """Write the seats as the second person."""

    policy_actions = {"POST": "capacity.approve"}
    refuses = (CapacityImportNotOpen, CapacityNeedsSecondPerson, FindingsNotExplained)

    @extend_schema(
        operation_id="approve_capacities",
        request=CapacityReasonInput,
        responses={200: CapacityImportOutput},
    )
    def post(self, request: Request, capacity_import_id: UUID) -> Response:
        rows = capacity_imports_for(request, "capacity.approve")
        found = get_object_or_404(rows, pk=capacity_import_id)
        given = CapacityReasonInput(data=request.data)
        given.is_valid(raise_exception=True)
        done = approve_capacities(
            found,
            approved_by=cast("User", request.user),
            reason=given.validated_data["reason"],
            actor=actor_of(request),
            now=timezone.now(),
        )
        return Response(CapacityImportOutput(done).data)


class RejectCapacitiesView(APIView):
    """Take a file back; nothing changes."""

    policy_actions = {"POST": "capacity.reject"}
    refuses = (CapacityImportNotOpen,)

    @extend_schema(
        operation_id="reject_capacities", request=None, responses={200: CapacityImportOutput}
    )
    def post(self, request: Request, capacity_import_id: UUID) -> Response:
        rows = capacity_imports_for(request, "capacity.reject")
        done = reject_capacities(
            get_object_or_404(rows, pk=capacity_import_id),
            rejected_by=cast("User", request.user),
            actor=actor_of(request),
            now=timezone.now(),
        )
        return Response(CapacityImportOutput(done).data)
