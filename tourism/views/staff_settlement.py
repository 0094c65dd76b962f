"""Settlement for the city's staff: freeze, approve by two, bank file, sending, returns, report."""

from typing import Any, cast
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.generics import ListAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from core import policy
from core.idempotency import KEY_REFUSALS, answer_once
from core.permissions import actor_of
from tourism.bank_days import HolidaysNotKnown
from tourism.funding_reports import evidence_rows, funding_report
from tourism.models import PayoutBatch, TransferReturn
from tourism.payouts import (
    BankFileChanged,
    BatchStateWrong,
    NotPayday,
    ReturnAmountDiffers,
    ReturnDateBad,
    ReturnNotReadable,
    ReturnTwice,
    ReturnUnknown,
    SecondApproverNeeded,
    approve_batch,
    bank_file,
    confirm_paid,
    confirm_returns,
    enter_returns,
    reject_returns,
    send_batch,
)
from tourism.serializers.settlement import (
    BatchOutput,
    FreezeInput,
    FundingReportOutput,
    ReturnOutput,
    ReturnsInput,
)
from tourism.settlement import (
    CampaignNotOpened,
    CutNotLater,
    CutTooEarly,
    EarlierBatchOpen,
    NotASettlementDay,
    PayerNotSet,
    freeze_batch,
)
from tourism.statements import batch_csv
from tourism.views.staff_campaigns import campaigns_for
from tourism.zengin import TotalDoesNotAgree

FREEZE_REFUSALS = (
    CutTooEarly, CutNotLater, EarlierBatchOpen, NotASettlementDay, CampaignNotOpened, PayerNotSet,
    HolidaysNotKnown,
)  # fmt: skip
RETURN_REFUSALS = (
    ReturnNotReadable, ReturnUnknown, ReturnAmountDiffers, ReturnTwice, ReturnDateBad,
    BatchStateWrong,
    NotPayday,
)  # fmt: skip
_FILE = OpenApiResponse(OpenApiTypes.BINARY)


def batches_for(request: Any, action: str) -> QuerySet[PayoutBatch]:
    """Return the batches on which the caller may do ``action``."""
    rows = PayoutBatch.objects.select_related("campaign")
    return policy.allowed(actor_of(request), action, rows)


def download(content: bytes, *, name: str, kind: str) -> HttpResponse:
    """Return a file to keep, never cached: it holds accounts."""
    return HttpResponse(
        content,
        content_type=kind,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        },
    )


def file_name(batch: PayoutBatch, ending: str) -> str:
    """Return the name of a batch's file: campaign and number."""
    return f"{batch.campaign.slug}-{batch.number:03}.{ending}"


class BatchesView(ListAPIView[PayoutBatch]):
    """The city's settlements, newest first; freeze the next one."""

    policy_actions = {"GET": "settlement.list", "POST": "settlement.make"}
    refuses = (*FREEZE_REFUSALS, *KEY_REFUSALS)
    names_a_row_in_its_body = True
    serializer_class = BatchOutput
    queryset = PayoutBatch.objects.all()

    def get_queryset(self) -> QuerySet[PayoutBatch]:
        """Return those of the caller's city."""
        return batches_for(self.request, "settlement.list").order_by("-pk")

    @extend_schema(
        operation_id="freeze_settlement", request=FreezeInput, responses={201: BatchOutput}
    )
    def post(self, request: Request) -> Response:
        """Settle a campaign up to 0:00 of one of its settlement days."""
        given = FreezeInput(data=request.data)
        given.is_valid(raise_exception=True)
        rows = campaigns_for(request, "campaign.edit")
        campaign = get_object_or_404(rows, pk=given.validated_data["campaign"])
        now = timezone.now()

        def make() -> dict[str, Any]:
            batch = freeze_batch(
                campaign,
                cut_on=given.validated_data["cut_on"],
                is_last=given.validated_data["is_last"],
                made_by=cast("User", request.user),
                actor=actor_of(request),
                now=now,
            )
            return dict(BatchOutput(batch).data)

        return answer_once(request, make, now=now, status=status.HTTP_201_CREATED)


class BatchView(APIView):
    """One settlement."""

    policy_actions = {"GET": "settlement.list"}

    @extend_schema(operation_id="settlement", responses={200: BatchOutput})
    def get(self, request: Request, batch_id: UUID) -> Response:
        found = get_object_or_404(batches_for(request, "settlement.list"), pk=batch_id)
        return Response(BatchOutput(found).data)


class ApproveBatchView(APIView):
    """Approve as the first or the second person."""

    policy_actions = {"POST": "settlement.approve"}
    refuses = (BatchStateWrong, SecondApproverNeeded, TotalDoesNotAgree)

    @extend_schema(operation_id="approve_settlement", request=None, responses={200: BatchOutput})
    def post(self, request: Request, batch_id: UUID) -> Response:
        found = get_object_or_404(batches_for(request, "settlement.approve"), pk=batch_id)
        done = approve_batch(
            found,
            approved_by=cast("User", request.user),
            actor=actor_of(request),
            now=timezone.now(),
        )
        return Response(BatchOutput(done).data)


class SendBatchView(APIView):
    """Book that the file went to the bank."""

    policy_actions = {"POST": "settlement.send"}
    refuses = (BatchStateWrong, TotalDoesNotAgree, *KEY_REFUSALS)

    @extend_schema(operation_id="send_settlement", request=None, responses={200: BatchOutput})
    def post(self, request: Request, batch_id: UUID) -> Response:
        found = get_object_or_404(batches_for(request, "settlement.send"), pk=batch_id)
        now = timezone.now()
        return answer_once(
            request,
            lambda: dict(BatchOutput(send_batch(found, actor=actor_of(request), now=now)).data),
            now=now,
        )


class PaidBatchView(APIView):
    """Mark that the bank paid, on its day at the earliest."""

    policy_actions = {"POST": "settlement.send"}
    refuses = (BatchStateWrong, NotPayday)

    @extend_schema(operation_id="settlement_paid", request=None, responses={200: BatchOutput})
    def post(self, request: Request, batch_id: UUID) -> Response:
        found = get_object_or_404(batches_for(request, "settlement.send"), pk=batch_id)
        done = confirm_paid(found, actor=actor_of(request), now=timezone.now())
        return Response(BatchOutput(done).data)


class BankFileView(APIView):
    """The 総合振込 file of an approved settlement: the same bytes each time."""

    policy_actions = {"GET": "settlement.send"}
    refuses = (BatchStateWrong, BankFileChanged, TotalDoesNotAgree)

    @extend_schema(
        operation_id="settlement_bank_file", responses={(200, "application/octet-stream"): _FILE}
    )
    def get(self, request: Request, batch_id: UUID) -> HttpResponse:
        found = get_object_or_404(batches_for(request, "settlement.send"), pk=batch_id)
        content = bank_file(found)
        return download(content, name=file_name(found, "txt"), kind="application/octet-stream")


class StatementView(APIView):
    """Every line of a settlement as CSV."""

    policy_actions = {"GET": "settlement.list"}

    @extend_schema(operation_id="settlement_statement", responses={(200, "text/csv"): _FILE})
    def get(self, request: Request, batch_id: UUID) -> HttpResponse:
        found = get_object_or_404(batches_for(request, "settlement.list"), pk=batch_id)
        return download(batch_csv(found), name=file_name(found, "csv"), kind="text/csv")


class ReturnsView(APIView):
    """Enter a file of returned transfers, as the first person."""

    policy_actions = {"POST": "settlement.make"}
    parser_classes = [MultiPartParser]
    refuses = RETURN_REFUSALS

    @extend_schema(
        operation_id="enter_returns",
        request={"multipart/form-data": ReturnsInput},
        responses={201: ReturnOutput},
    )
    def post(self, request: Request, batch_id: UUID) -> Response:
        found = get_object_or_404(batches_for(request, "settlement.make"), pk=batch_id)
        given = ReturnsInput(data=request.data)
        given.is_valid(raise_exception=True)
        made = enter_returns(
            found,
            given.validated_data["file"].read(),
            entered_by=cast("User", request.user),
            actor=actor_of(request),
            now=timezone.now(),
        )
        return Response(ReturnOutput(made).data, status=status.HTTP_201_CREATED)


class DecideReturnView(APIView):
    """Book the returns as the second person, or take the file back."""

    policy_actions = {"POST": "settlement.return"}
    refuses = (*RETURN_REFUSALS, SecondApproverNeeded)

    @extend_schema(operation_id="confirm_returns", request=None, responses={200: ReturnOutput})
    def post(self, request: Request, return_id: UUID) -> Response:
        done = confirm_returns(
            return_for(request, return_id),
            confirmed_by=cast("User", request.user),
            actor=actor_of(request),
            now=timezone.now(),
        )
        return Response(ReturnOutput(done).data)


class RejectReturnView(APIView):
    """Take an entered file back."""

    policy_actions = {"POST": "settlement.return"}
    refuses = (BatchStateWrong,)

    @extend_schema(operation_id="reject_returns", request=None, responses={200: ReturnOutput})
    def post(self, request: Request, return_id: UUID) -> Response:
        found = return_for(request, return_id)
        done = reject_returns(found, actor=actor_of(request), now=timezone.now())
        return Response(ReturnOutput(done).data)


def return_for(request: Any, return_id: UUID) -> TransferReturn:
    """Return one file of returns of the caller's city, or 404."""
    rows = TransferReturn.objects.select_related("batch__campaign")
    return get_object_or_404(
        policy.allowed(actor_of(request), "settlement.return", rows), pk=return_id
    )


class FundingReportView(APIView):
    """What became of each funding line's money."""

    policy_actions = {"GET": "campaign.list"}

    @extend_schema(operation_id="funding_report", responses={200: FundingReportOutput})
    def get(self, request: Request, campaign_id: UUID) -> Response:
        found = get_object_or_404(campaigns_for(request, "campaign.list"), pk=campaign_id)
        return Response(FundingReportOutput(funding_report(found)).data)


class EvidenceView(APIView):
    """One CSV line a redemption: the evidence of the funding report."""

    policy_actions = {"GET": "campaign.list"}

    @extend_schema(operation_id="funding_evidence", responses={(200, "text/csv"): _FILE})
    def get(self, request: Request, campaign_id: UUID) -> StreamingHttpResponse:
        found = get_object_or_404(campaigns_for(request, "campaign.list"), pk=campaign_id)
        return StreamingHttpResponse(
            evidence_rows(found),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{found.slug}-evidence.csv"'},
        )
