"""認定 for the city's own systems: list with a proposal, issue or change, end before its time."""

from http import HTTPStatus
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from childcare.applying.versions import Told
from childcare.models import (
    Application,
    CareAmount,
    Certification,
    CertificationClass,
    Channel,
    EndReason,
)
from childcare.placing.certification import (
    cancel_certification,
    issue_certification,
    last_day_of,
    proposal_for,
)
from childcare.placing.refusals import (
    CertificationDatesWrong,
    CertificationEnded,
    ClassAgainstAge,
    EndWithoutReason,
)
from childcare.serializers.certifications import (
    CertificationInput,
    CertificationOutput,
    CertificationsOutput,
    EndCertificationInput,
)
from core import audit, policy
from core.idempotency import KEY_REFUSALS, answer_once
from core.permissions import actor_of


def _told(request: Request) -> Told:
    return Told(channel=Channel.PAPER, actor=actor_of(request), now=timezone.now())


def _application(request: Request, application_id: UUID) -> Application:
    rows = Application.objects.select_related("round", "child__household")
    allowed = policy.allowed(actor_of(request), "staff.childcare.certify", rows)
    return get_object_or_404(allowed, pk=application_id)


class CertificationsView(APIView):
    """The certifications of an application's child."""

    policy_actions = {"GET": "staff.childcare.certify", "POST": "staff.childcare.certify"}
    refuses = (*KEY_REFUSALS, CertificationDatesWrong, ClassAgainstAge)

    @extend_schema(operation_id="child_certifications", responses={200: CertificationsOutput})
    def get(self, request: Request, application_id: UUID) -> Response:
        """With what the law proposes from the first day of the round. Reading it is audited."""
        row, told = _application(request, application_id), _told(request)
        audit.record(
            "childcare.application.read", actor=told.actor, now=told.now,
            municipality=row.municipality, object_type="application", object_id=row.pk,
            subject=row.child.household.applicant_id,
        )  # fmt: skip
        found = {
            "certifications": row.child.certifications.order_by("-valid_from", "-issued_at"),
            "proposal": proposal_for(row.child, day=row.round.starts_on),
        }
        return Response(CertificationsOutput(found).data)

    @extend_schema(
        operation_id="issue_certification",
        request=CertificationInput,
        responses={201: CertificationOutput},
    )
    def post(self, request: Request, application_id: UUID) -> Response:
        """Issue or change: what held on the first day ends on the day before it."""
        row, told = _application(request, application_id), _told(request)
        given = CertificationInput(data=request.data)
        given.is_valid(raise_exception=True)
        data = given.validated_data
        class_code = CertificationClass(data["class_code"])
        last = data.get("valid_to") or last_day_of(row.child, class_code)
        return answer_once(
            request,
            lambda: (
                CertificationOutput(
                    issue_certification(
                        row.child,
                        class_code=class_code,
                        care_amount=CareAmount(data["care_amount"]),
                        need_reason=data["need_reason"],
                        valid_from=data["valid_from"],
                        valid_to=last,
                        told=told,
                    )
                ).data
            ),
            now=told.now,
            status=HTTPStatus.CREATED,
        )


class EndCertificationView(APIView):
    """End a certification before its time; the family is told."""

    policy_actions = {"POST": "staff.childcare.certification.end"}
    refuses = (*KEY_REFUSALS, CertificationDatesWrong, CertificationEnded, EndWithoutReason)

    @extend_schema(
        operation_id="end_certification",
        request=EndCertificationInput,
        responses={200: CertificationOutput},
    )
    def post(self, request: Request, certification_id: UUID) -> Response:
        rows = policy.allowed(
            actor_of(request), "staff.childcare.certification.end", Certification.objects.all()
        )
        row, told = get_object_or_404(rows, pk=certification_id), _told(request)
        given = EndCertificationInput(data=request.data)
        given.is_valid(raise_exception=True)
        data = given.validated_data
        return answer_once(
            request,
            lambda: (
                CertificationOutput(
                    cancel_certification(
                        row,
                        on=data["on"],
                        reason=EndReason(data["reason"]),
                        words=data["words"],
                        told=told,
                    )
                ).data
            ),
            now=told.now,
        )
