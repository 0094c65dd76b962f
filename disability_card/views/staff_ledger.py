"""Ledger imports for the city's own systems: submit, look, approve as the second person, reject."""

import tempfile
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import GenericAPIView, ListAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Role, User
from core import policy
from core.pagination import CursorPages
from core.permissions import actor_of
from disability_card.imports.columns import OUR_OWN
from disability_card.ledger_changes import open_changes, staged_rows
from disability_card.ledger_import import (
    ImportNotOpen,
    ImportStale,
    RemovalsNotConfirmed,
    SecondPersonNeeded,
    approve_import,
    check_ledger_file,
    reject_import,
)
from disability_card.models import LedgerImport, LedgerImportRow
from disability_card.serializers.staff import (
    ApproveInput,
    LedgerFileInput,
    LedgerImportOutput,
    LedgerRowOutput,
    LedgerRowsInput,
)


def imports_for(request: Any, action: str) -> QuerySet[LedgerImport]:
    """Return the imports on which the caller may do ``action``."""
    return policy.allowed(actor_of(request), action, LedgerImport.objects.all())


def check_upload(request: Any, upload: Any, *, is_partial: bool) -> LedgerImport:
    """Check an uploaded file for the caller's city; the file itself is not kept."""
    actor = actor_of(request)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.csv"
        with path.open("wb") as copy:
            for chunk in upload.chunks():
                copy.write(chunk)
        return check_ledger_file(
            path,
            file_name=Path(upload.name).name,
            mapping=OUR_OWN,
            municipality=min(actor.cities_of(Role.CARD_CLERK, Role.CARD_APPROVER)),
            submitted_by=cast("User", request.user),
            actor=actor,
            now=timezone.now(),
            is_partial=is_partial,
        )


class LedgerImportsView(ListAPIView[LedgerImport]):
    """The city's imports, newest first; submit a file as ``multipart/form-data``."""

    policy_actions = {"GET": "ledger.list", "POST": "ledger.submit"}
    parser_classes = [MultiPartParser]
    serializer_class = LedgerImportOutput
    queryset = LedgerImport.objects.all()

    def get_queryset(self) -> QuerySet[LedgerImport]:
        """Return those of the caller's city."""
        return imports_for(self.request, "ledger.list")

    @extend_schema(
        operation_id="submit_ledger",
        request={"multipart/form-data": LedgerFileInput},
        responses={201: LedgerImportOutput},
    )
    def post(self, request: Request) -> Response:
        """Check a file. Its errors are in the answer; nothing changes before it is approved."""
        given = LedgerFileInput(data=request.data)
        given.is_valid(raise_exception=True)
        found = check_upload(
            request, given.validated_data["file"], is_partial=given.validated_data["is_partial"]
        )
        return Response(LedgerImportOutput(found).data, status=status.HTTP_201_CREATED)


class LedgerImportView(APIView):
    """One import: what approving it would do."""

    policy_actions = {"GET": "ledger.list"}

    @extend_schema(operation_id="ledger_import", responses={200: LedgerImportOutput})
    def get(self, request: Request, import_id: UUID) -> Response:
        found = get_object_or_404(imports_for(request, "ledger.list"), pk=import_id)
        return Response(LedgerImportOutput(found).data)


class ImportRowPages(CursorPages):
    """In the order of the file; ids were made in it."""

    ordering = "id"


class LedgerRowsView(GenericAPIView[LedgerImportRow]):
    """Whose handbooks an import changes and how, for its two officers; each look is audited."""

    policy_actions = {"GET": "ledger.rows"}
    pagination_class = ImportRowPages
    queryset = LedgerImportRow.objects.none()

    @extend_schema(
        operation_id="ledger_rows",
        parameters=[LedgerRowsInput],
        responses={200: LedgerRowOutput(many=True)},
    )
    def get(self, request: Request, import_id: UUID) -> Response:
        """Return the changed rows; people who are protected from the caller are left out."""
        found = get_object_or_404(imports_for(request, "ledger.rows"), pk=import_id)
        given = LedgerRowsInput(data=request.query_params)
        given.is_valid(raise_exception=True)
        effect = given.validated_data.get("effect")
        staged = staged_rows(found, [effect]) if effect else staged_rows(found)
        changes = open_changes(
            found,
            self.paginate_queryset(staged) or [],
            of={"effect": effect or "all"},
            actor=actor_of(request),
            now=timezone.now(),
        )
        answer = self.get_paginated_response(LedgerRowOutput(changes, many=True).data)
        answer["Cache-Control"] = "no-store"
        return answer


class ApproveImportView(APIView):
    """Apply an import as the second person."""

    policy_actions = {"POST": "ledger.approve"}
    refuses = (ImportNotOpen, ImportStale, RemovalsNotConfirmed, SecondPersonNeeded)

    @extend_schema(
        operation_id="approve_ledger", request=ApproveInput, responses={200: LedgerImportOutput}
    )
    def post(self, request: Request, import_id: UUID) -> Response:
        found = get_object_or_404(imports_for(request, "ledger.approve"), pk=import_id)
        given = ApproveInput(data=request.data)
        given.is_valid(raise_exception=True)
        done = approve_import(
            found,
            approved_by=cast("User", request.user),
            actor=actor_of(request),
            now=timezone.now(),
            confirms_removals=given.validated_data["confirms_removals"],
        )
        return Response(LedgerImportOutput(done).data)


class RejectImportView(APIView):
    """Take an import back; nothing changes."""

    policy_actions = {"POST": "ledger.reject"}
    refuses = (ImportNotOpen,)

    @extend_schema(operation_id="reject_ledger", request=None, responses={200: LedgerImportOutput})
    def post(self, request: Request, import_id: UUID) -> Response:
        found = get_object_or_404(imports_for(request, "ledger.reject"), pk=import_id)
        done = reject_import(
            found,
            rejected_by=cast("User", request.user),
            actor=actor_of(request),
            now=timezone.now(),
        )
        return Response(LedgerImportOutput(done).data)
