"""A family's applications: rounds, drafts, submission, papers, the answer to a seat."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from childcare.applying.applicants import applicant_of, own_applications, told_by
from childcare.applying.deadlines import open_rounds
from childcare.applying.drafting import (
    add_child,
    discard_draft,
    household_of,
    read_content,
    start_application,
)
from childcare.applying.file_kinds import FileBroken, FileOfWrongKind, FileTooLarge, FileUnsafe
from childcare.applying.papers import TooManyDocuments, receive_file
from childcare.applying.refusals import (
    APPLYING_REFUSALS,
    AppliedAlready,
    BornInTheFuture,
    ContentNotReadable,
    DeadlinePassed,
    EditedMeanwhile,
    NotYetOpen,
    RevisionMissing,
    TooManyChildrenHere,
    TooOldForNursery,
)
from childcare.applying.round_rules import papers_of
from childcare.applying.scanning import ScannerSilent
from childcare.applying.states import NotInThisState
from childcare.applying.steps import save_step
from childcare.applying.submission import submit_application, withdraw_application
from childcare.applying.upload_limit import limit_uploads, uploaded_content
from childcare.models import Application, Child, Offer, Round
from childcare.placing.offers import accept_seat, decline_seat
from childcare.placing.refusals import PLACING_REFUSALS
from childcare.serializers.applications import (
    ContentInput,
    FamilyApplication,
    FamilyApplicationLine,
    OpenRoundOutput,
    PaperOutput,
    SeatAnswerInput,
    SeatOutput,
    StartInput,
)
from core.idempotency import KEY_REFUSALS, answer_once
from core.permissions import actor_of

IF_MATCH = OpenApiParameter("If-Match", str, location="header", required=True)


def etag_of(row: Application) -> str:
    """Return the ETag of an application: its revision."""
    return f'"{row.revision}"'


def read_revision(request: Request) -> int:
    """Return the revision that the caller saw; raise :class:`RevisionMissing` without one."""
    try:
        return int(request.headers.get("If-Match", "").strip().strip('"'))
    except ValueError:
        raise RevisionMissing from None


def answer_row(row: Application, status: int = HTTPStatus.OK) -> Response:
    """Answer an application with its ETag."""
    return Response(FamilyApplication(row).data, status=status, headers={"ETag": etag_of(row)})


class OpenRoundsView(ListAPIView[Round]):
    """Rounds that take applications now, the earliest first."""

    policy_actions = {"GET": "childcare.round.list"}
    serializer_class = OpenRoundOutput
    pagination_class = None
    queryset = Round.objects.none()

    def get_queryset(self) -> QuerySet[Round]:
        """Return those of the city."""
        return open_rounds(municipality=settings.DEFAULT_MUNICIPALITY, now=timezone.now())


class ApplicationsView(ListAPIView[Application]):
    """My family's applications; a new one begins as a draft."""

    policy_actions = {"GET": "childcare.application.read", "POST": "childcare.apply"}
    names_a_row_in_its_body = True
    serializer_class = FamilyApplicationLine
    queryset = Application.objects.none()
    refuses = (*KEY_REFUSALS, DeadlinePassed, NotYetOpen, AppliedAlready, BornInTheFuture,
               TooOldForNursery, TooManyChildrenHere)  # fmt: skip

    def get_queryset(self) -> QuerySet[Application]:
        """Return the caller's own."""
        return own_applications(actor_of(self.request), "childcare.application.read")

    @extend_schema(
        operation_id="start_application",
        request=StartInput,
        responses={201: FamilyApplication},
    )
    def post(self, request: Request) -> Response:
        """Begin a draft; the same child and round again gives the draft that is there."""
        given = StartInput(data=request.data)
        given.is_valid(raise_exception=True)
        now = timezone.now()
        return answer_once(
            request,
            lambda: _started(request, given.validated_data, now=now),
            now=now,
            status=HTTPStatus.CREATED,
        )


def _started(request: Request, given: Mapping[str, Any], *, now: Any) -> Mapping[str, Any]:
    actor = actor_of(request)
    household = household_of(
        applicant_of(actor, municipality=settings.DEFAULT_MUNICIPALITY), now=now
    )
    round_ = get_object_or_404(Round, pk=given["round"], municipality=settings.DEFAULT_MUNICIPALITY)
    if "child" in given:
        child = get_object_or_404(Child, household=household, pk=given["child"])
    else:
        child = add_child(household, **given["new_child"], now=now)
    return FamilyApplication(start_application(child, round_, actor=actor, now=now)).data


def _row(request: Request, application_id: UUID, action: str) -> Application:
    return get_object_or_404(own_applications(actor_of(request), action), pk=application_id)


class ApplicationView(APIView):
    """One application: read, save its draft, throw a draft away."""

    policy_actions = {
        "GET": "childcare.application.read",
        "PUT": "childcare.application.edit",
        "DELETE": "childcare.application.edit",
    }
    refuses = (ContentNotReadable, EditedMeanwhile, RevisionMissing, NotInThisState)

    @extend_schema(operation_id="application", responses={200: FamilyApplication})
    def get(self, request: Request, application_id: UUID) -> Response:
        return answer_row(_row(request, application_id, "childcare.application.read"))

    @extend_schema(
        operation_id="save_application_draft",
        request=ContentInput,
        responses={200: FamilyApplication},
        parameters=[IF_MATCH],
    )
    def put(self, request: Request, application_id: UUID) -> Response:
        """Save the draft; what counts does not change until it is submitted."""
        row = _row(request, application_id, "childcare.application.edit")
        saved = save_step(
            row, read_content(request.data), step="api", if_match=read_revision(request),
            now=timezone.now(),
        )  # fmt: skip
        return answer_row(saved)

    @extend_schema(operation_id="discard_application_draft", responses={204: None})
    def delete(self, request: Request, application_id: UUID) -> Response:
        """Throw the draft away."""
        row = _row(request, application_id, "childcare.application.edit")
        discard_draft(row, actor=actor_of(request), now=timezone.now())
        return Response(status=HTTPStatus.NO_CONTENT)


class SubmitView(APIView):
    """Submit the draft: the application counts from now on, or its change does."""

    policy_actions = {"POST": "childcare.application.edit"}
    refuses = (*KEY_REFUSALS, *APPLYING_REFUSALS, NotInThisState)

    @extend_schema(
        operation_id="submit_application",
        request=None,
        responses={200: FamilyApplication},
        parameters=[IF_MATCH],
    )
    def post(self, request: Request, application_id: UUID) -> Response:
        """Give the receipt number; before the deadline, to the second in Japan."""
        row = _row(request, application_id, "childcare.application.edit")
        now, revision = timezone.now(), read_revision(request)
        return answer_once(
            request,
            lambda: (
                FamilyApplication(
                    submit_application(
                        row,
                        if_match=revision,
                        papers_of=papers_of,
                        told=told_by(actor_of(request), now=now),
                    )
                ).data
            ),
            now=now,
        )


class WithdrawView(APIView):
    """Take an application back."""

    policy_actions = {"POST": "childcare.application.withdraw"}
    refuses = (*KEY_REFUSALS, EditedMeanwhile, RevisionMissing, NotInThisState)

    @extend_schema(
        operation_id="withdraw_application",
        request=None,
        responses={200: FamilyApplication},
        parameters=[IF_MATCH],
    )
    def post(self, request: Request, application_id: UUID) -> Response:
        """Before the deadline it can be taken up again."""
        row = _row(request, application_id, "childcare.application.withdraw")
        now, revision = timezone.now(), read_revision(request)
        return answer_once(
            request,
            lambda: (
                FamilyApplication(
                    withdraw_application(
                        row, if_match=revision, told=told_by(actor_of(request), now=now)
                    )
                ).data
            ),
            now=now,
        )


class SeatAnswerView(APIView):
    """Accept or decline the seat; the same answer again changes nothing."""

    policy_actions = {"POST": "childcare.application.answer"}
    refuses = (*KEY_REFUSALS, *PLACING_REFUSALS)

    @extend_schema(operation_id="answer_seat", request=SeatAnswerInput, responses={200: SeatOutput})
    def post(self, request: Request, application_id: UUID) -> Response:
        """Answer in time, after the nursery."""
        given = SeatAnswerInput(data=request.data)
        given.is_valid(raise_exception=True)
        row = _row(request, application_id, "childcare.application.answer")
        offer = get_object_or_404(Offer.objects.filter(application=row)[:1])
        now = timezone.now()
        act = accept_seat if given.validated_data["answer"] == "accept" else decline_seat
        return answer_once(
            request,
            lambda: SeatOutput(act(offer, told=told_by(actor_of(request), now=now))).data,
            now=now,
        )


class DocumentsView(APIView):
    """Send the file of a paper: a photo or a PDF of up to 8 MB, read while it streams in."""

    policy_actions = {"POST": "childcare.paper.send"}
    parser_classes = (MultiPartParser,)
    refuses = (FileTooLarge, FileOfWrongKind, FileBroken, FileUnsafe, ScannerSilent,
               TooManyDocuments, NotInThisState, ContentNotReadable)  # fmt: skip

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        """Put the limit before anybody reads the body."""
        limit_uploads(request)
        return super().initialize_request(request, *args, **kwargs)

    @extend_schema(
        operation_id="send_document",
        request={
            "multipart/form-data": {
                "type": "object",
                "required": ["kind", "subject", "file"],
                "properties": {
                    "kind": {"type": "string"},
                    "subject": {"type": "string"},
                    "file": {"type": "string", "format": "binary"},
                },
            }
        },
        responses={201: PaperOutput},
    )
    def post(self, request: Request, application_id: UUID) -> Response:
        """Fill the paper that waits for it, or add one."""
        row = _row(request, application_id, "childcare.paper.send")
        handler = request._request.upload_handlers[0]
        data: Any = request.data  # reads the body, and stops at the limit
        name, content = uploaded_content(request._request, handler, "file")  # type: ignore[arg-type]
        kind, subject = str(data.get("kind", ""))[:60], str(data.get("subject", ""))[:60]
        if not kind or not subject:
            raise ContentNotReadable("kind, subject")
        document = receive_file(
            row, kind=kind, subject=subject, name=name, content=content,
            told=told_by(actor_of(request), now=timezone.now()),
        )  # fmt: skip
        return Response(PaperOutput(document).data, status=HTTPStatus.CREATED)
