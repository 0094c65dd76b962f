"""Sheets of places for the city's own systems: submit, look, apply, take back."""

import tempfile
from pathlib import Path
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
from core import policy
from core.permissions import actor_of
from places.models import PlaceImport
from places.place_import import (
    PlaceImportNotOpen,
    apply_place_import,
    check_place_file,
    reject_place_import,
)
from places.policy import EDITORS
from places.serializers import PlaceImportOutput, SheetFileInput


def imports_for(request: Any, action: str) -> QuerySet[PlaceImport]:
    """Return the imports on which the caller may do ``action``."""
    return policy.allowed(actor_of(request), action, PlaceImport.objects.all())


def check_upload(request: Any, upload: Any, *, sheet: str = "") -> PlaceImport:
    """Check an uploaded file for the caller's city; the file itself is not kept."""
    actor = actor_of(request)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sheet.csv"
        with path.open("wb") as copy:
            for chunk in upload.chunks():
                copy.write(chunk)
        return check_place_file(
            path,
            file_name=Path(upload.name).name,
            municipality=min(actor.cities_of(*EDITORS)),
            submitted_by=cast("User", request.user),
            actor=actor,
            now=timezone.now(),
            sheet=sheet,
        )


class PlaceImportsView(ListAPIView[PlaceImport]):
    """The city's imports of sheets, newest first; submit a file as ``multipart/form-data``."""

    policy_actions = {"GET": "place.import.list", "POST": "place.import.submit"}
    parser_classes = [MultiPartParser]
    serializer_class = PlaceImportOutput
    queryset = PlaceImport.objects.all()

    def get_queryset(self) -> QuerySet[PlaceImport]:
        """Return those of the caller's city."""
        return imports_for(self.request, "place.import.list")

    @extend_schema(
        operation_id="submit_places",
        request={"multipart/form-data": SheetFileInput},
        responses={201: PlaceImportOutput},
    )
    def post(self, request: Request) -> Response:
        """Check a file. Repairs and errors are in the answer; nothing changes yet."""
        given = SheetFileInput(data=request.data)
        given.is_valid(raise_exception=True)
        found = check_upload(
            request, given.validated_data["file"], sheet=given.validated_data["sheet"]
        )
        return Response(PlaceImportOutput(found).data, status=status.HTTP_201_CREATED)


class PlaceImportView(APIView):
    """One import: what applying it would do."""

    policy_actions = {"GET": "place.import.list"}

    @extend_schema(operation_id="place_import", responses={200: PlaceImportOutput})
    def get(self, request: Request, place_import_id: UUID) -> Response:
        found = get_object_or_404(imports_for(request, "place.import.list"), pk=place_import_id)
        return Response(PlaceImportOutput(found).data)


class ApplyPlaceImportView(APIView):
    """Write all rows of a checked import."""

    policy_actions = {"POST": "place.import.apply"}
    refuses = (PlaceImportNotOpen,)

    @extend_schema(operation_id="apply_places", request=None, responses={200: PlaceImportOutput})
    def post(self, request: Request, place_import_id: UUID) -> Response:
        found = get_object_or_404(imports_for(request, "place.import.apply"), pk=place_import_id)
        done = apply_place_import(found, actor=actor_of(request), now=timezone.now())
        return Response(PlaceImportOutput(done).data)


class RejectPlaceImportView(APIView):
    """Take a checked import back; nothing changes."""

    policy_actions = {"POST": "place.import.apply"}
    refuses = (PlaceImportNotOpen,)

    @extend_schema(operation_id="reject_places", request=None, responses={200: PlaceImportOutput})
    def post(self, request: Request, place_import_id: UUID) -> Response:
        found = get_object_or_404(imports_for(request, "place.import.apply"), pk=place_import_id)
        done = reject_place_import(found, actor=actor_of(request), now=timezone.now())
        return Response(PlaceImportOutput(done).data)
