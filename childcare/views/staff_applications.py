"""Applications as the city's staff and a nursery's own people handle them."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from childcare.applying.content import is_shared
from childcare.applying.drafting import read_content
from childcare.applying.papers import NoReasonGiven, PaperSaysNothing, accept_paper, send_back
from childcare.applying.refusals import (
    ContentNotReadable,
    EditedMeanwhile,
    NothingToSubmit,
    RevisionMissing,
)
from childcare.applying.round_rules import papers_of
from childcare.applying.states import NotInThisState
from childcare.applying.submission import change_submitted
from childcare.applying.told_facts import NothingToldReached, tell_facts
from childcare.applying.verification import OwnFamily, PapersOpen, SamePerson, check_version
from childcare.applying.versions import Told
from childcare.models import (
    Application,
    Channel,
    Document,
    Offer,
    StateOfApplication,
    WhyAVersion,
)
from childcare.placing.offers import admit_child, confirm_seat, refuse_seat
from childcare.placing.refusals import AnsweredAlready, NotCertified, RefusalWithoutReason
from childcare.serializers.applications import (
    CheckInput,
    CheckOutput,
    ContentInput,
    FacilityAnswerInput,
    FamilyApplication,
    FamilyApplicationLine,
    PaperAcceptInput,
    PaperOutput,
    PaperReasonInput,
    ReachedOutput,
    SeatOutput,
    ToldInput,
)
from childcare.views.applications import IF_MATCH, answer_row, read_revision
from core import audit, policy
from core.idempotency import KEY_REFUSALS, answer_once
from core.permissions import actor_of


def _told(request: Request, channel: str = Channel.PAPER) -> Told:
    return Told(channel=channel, actor=actor_of(request), now=timezone.now())


def _rows(request: Request, action: str) -> QuerySet[Application]:
    rows = Application.objects.select_related("round__rule_set", "child__household", "current")
    return policy.allowed(actor_of(request), action, rows)


def _row(request: Request, application_id: UUID, action: str) -> Application:
    return get_object_or_404(_rows(request, action), pk=application_id)


class StaffApplicationsView(ListAPIView[Application]):
    """The city's applications, the newest first; by round and state."""

    policy_actions = {"GET": "staff.childcare.application.read"}
    serializer_class = FamilyApplicationLine
    queryset = Application.objects.none()

    @extend_schema(
        parameters=[
            OpenApiParameter("round", {"type": "string", "format": "uuid"}),
            OpenApiParameter("state", str, enum=StateOfApplication.values),
        ]
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Application]:
        """Return those of the caller's cities; an unknown filter finds nothing."""
        rows = _rows(self.request, "staff.childcare.application.read")
        if state := self.request.query_params.get("state"):
            rows = rows.filter(state=state)
        if round_id := self.request.query_params.get("round"):
            try:
                rows = rows.filter(round_id=UUID(round_id))
            except ValueError:
                rows = rows.none()
        return rows


class StaffApplicationView(APIView):
    """One application; a change is a version and opens the checks again."""

    policy_actions = {
        "GET": "staff.childcare.application.read",
        "PUT": "staff.childcare.application.edit",
    }
    refuses = (ContentNotReadable, EditedMeanwhile, RevisionMissing, NotInThisState,
               NothingToSubmit)  # fmt: skip

    @extend_schema(operation_id="staff_application", responses={200: FamilyApplication})
    def get(self, request: Request, application_id: UUID) -> Response:
        """Reading it is audited."""
        row = _row(request, application_id, "staff.childcare.application.read")
        audit.record(
            "childcare.application.read", actor=actor_of(request), now=timezone.now(),
            municipality=row.municipality, object_type="application", object_id=row.pk,
            subject=row.child.household.applicant_id,
        )  # fmt: skip
        return answer_row(row)

    @extend_schema(
        operation_id="correct_application",
        request=ContentInput,
        responses={200: FamilyApplication},
        parameters=[IF_MATCH],
    )
    def put(self, request: Request, application_id: UUID) -> Response:
        """Correct what was submitted."""
        row = _row(request, application_id, "staff.childcare.application.edit")
        return answer_row(
            change_submitted(
                row,
                read_content(request.data),
                why=WhyAVersion.CORRECTED,
                if_match=read_revision(request),
                papers_of=papers_of,
                told=_told(request),
            )
        )


class CheckView(APIView):
    """Hold the newest version against its papers; two different people are needed."""

    policy_actions = {"POST": "staff.childcare.application.check"}
    refuses = (*KEY_REFUSALS, SamePerson, OwnFamily, PapersOpen, EditedMeanwhile, RevisionMissing,
               NotInThisState)  # fmt: skip

    @extend_schema(
        operation_id="check_application",
        request=CheckInput,
        responses={201: CheckOutput},
        parameters=[IF_MATCH],
    )
    def post(self, request: Request, application_id: UUID) -> Response:
        given = CheckInput(data=request.data)
        given.is_valid(raise_exception=True)
        row = _row(request, application_id, "staff.childcare.application.check")
        read = {
            (one["subject"], one["name"]): one["read"]
            for one in given.validated_data.get("read", [])
        }
        revision, told = read_revision(request), _told(request)

        def effect() -> dict[str, Any]:
            found = check_version(row, if_match=revision, read=read, told=told)
            state = Application.objects.values_list("state", flat=True).get(pk=row.pk)
            return {"agrees": found.agrees, "differences": found.differences, "state": state}

        return answer_once(request, effect, now=told.now, status=HTTPStatus.CREATED)


def _document(request: Request, document_id: UUID) -> Document:
    rows = Document.objects.select_related("application__round__rule_set", "application__current")
    allowed = policy.allowed(actor_of(request), "staff.childcare.paper.edit", rows)
    return get_object_or_404(allowed, pk=document_id)


class DocumentAcceptView(APIView):
    """Accept a paper with what it says; what differs becomes a version."""

    policy_actions = {"POST": "staff.childcare.paper.edit"}
    refuses = (*KEY_REFUSALS, PaperSaysNothing, ContentNotReadable, EditedMeanwhile,
               RevisionMissing, NotInThisState)  # fmt: skip

    @extend_schema(
        operation_id="accept_document",
        request=PaperAcceptInput,
        responses={200: PaperOutput},
        parameters=[IF_MATCH],
    )
    def post(self, request: Request, document_id: UUID) -> Response:
        document, told = _document(request, document_id), _told(request)
        sent = request.data.get("says") if isinstance(request.data, dict) else None
        says = read_content({"facts": sent}).facts
        revision = read_revision(request)
        return answer_once(
            request,
            lambda: (
                PaperOutput(
                    accept_paper(
                        document, says=says, if_match=revision, papers_of=papers_of, told=told
                    )
                ).data
            ),
            now=told.now,
        )


class DocumentBackView(APIView):
    """Send a paper back with a sentence for the family."""

    policy_actions = {"POST": "staff.childcare.paper.edit"}
    refuses = (*KEY_REFUSALS, NoReasonGiven)

    @extend_schema(
        operation_id="send_document_back", request=PaperReasonInput, responses={200: PaperOutput}
    )
    def post(self, request: Request, document_id: UUID) -> Response:
        given = PaperReasonInput(data=request.data)
        given.is_valid(raise_exception=True)
        document, told = _document(request, document_id), _told(request)
        return answer_once(
            request,
            lambda: (
                PaperOutput(
                    send_back(document, reason=given.validated_data["reason"], told=told)
                ).data
            ),
            now=told.now,
        )


class ToldFactsView(APIView):
    """Facts told at any desk: they go into every application of the family that is checked."""

    policy_actions = {"POST": "staff.childcare.application.edit"}
    refuses = (*KEY_REFUSALS, NothingToldReached, ContentNotReadable)

    @extend_schema(operation_id="tell_facts", request=ToldInput, responses={200: ReachedOutput})
    def post(self, request: Request, application_id: UUID) -> Response:
        given = ToldInput(data=request.data)
        given.is_valid(raise_exception=True)
        row = _row(request, application_id, "staff.childcare.application.edit")
        sent = request.data.get("facts") if isinstance(request.data, dict) else None
        facts = read_content({"facts": sent}).facts
        told = _told(request, given.validated_data["channel"])
        child = None if all(is_shared(fact) for fact in facts) else row.child

        def effect() -> dict[str, Any]:
            reached = tell_facts(
                row.child.household, facts, child=child, papers_of=papers_of, told=told
            )
            return {"applications": [str(one.pk) for one in reached]}

        return answer_once(request, effect, now=told.now)


class AdmitView(APIView):
    """Decide the admission of a child whose family accepted."""

    policy_actions = {"POST": "staff.childcare.offer.admit"}
    refuses = (*KEY_REFUSALS, NotCertified, NotInThisState)

    @extend_schema(operation_id="admit_child", request=None, responses={200: SeatOutput})
    def post(self, request: Request, seat_offer_id: UUID) -> Response:
        rows = policy.allowed(actor_of(request), "staff.childcare.offer.admit", Offer.objects.all())
        offer, told = get_object_or_404(rows, pk=seat_offer_id), _told(request)
        return answer_once(
            request, lambda: SeatOutput(admit_child(offer, told=told)).data, now=told.now
        )


class NurseryOffersView(ListAPIView[Offer]):
    """The children placed with the caller's nursery."""

    policy_actions = {"GET": "childcare.offer.answer"}
    serializer_class = SeatOutput
    queryset = Offer.objects.none()

    def get_queryset(self) -> QuerySet[Offer]:
        """Return those of the caller's places."""
        rows = Offer.objects.select_related("facility")
        return policy.allowed(actor_of(self.request), "childcare.offer.answer", rows)


class NurseryAnswerView(APIView):
    """Confirm a child, or refuse with a reason."""

    policy_actions = {"POST": "childcare.offer.answer"}
    refuses = (*KEY_REFUSALS, AnsweredAlready, RefusalWithoutReason, NotInThisState)

    @extend_schema(
        operation_id="answer_placement",
        request=FacilityAnswerInput,
        responses={200: SeatOutput},
    )
    def post(self, request: Request, seat_offer_id: UUID) -> Response:
        given = FacilityAnswerInput(data=request.data)
        given.is_valid(raise_exception=True)
        rows = policy.allowed(actor_of(request), "childcare.offer.answer", Offer.objects.all())
        offer, told = get_object_or_404(rows, pk=seat_offer_id), _told(request, Channel.ONLINE)

        def effect() -> Any:
            if given.validated_data["answer"] == "confirm":
                return SeatOutput(confirm_seat(offer, told=told)).data
            reason = given.validated_data.get("reason", "")
            return SeatOutput(refuse_seat(offer, reason=reason, told=told)).data

        return answer_once(request, effect, now=told.now)
