"""Refunds of bought sets: the public notice, a holder's claim, staff's two persons."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, cast
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from core import policy
from core.idempotency import KEY_REFUSALS, answer_once
from core.permissions import actor_of
from tourism.bank_days import HolidaysNotKnown
from tourism.banks import BankNameDiffers, UnknownBank
from tourism.models import Refund, RefundClaim, Wallet
from tourism.refund_rounds import NobodyAsked, NoOpenRound, confirm_round, fix_round
from tourism.refund_rules import PeriodTooShort, WholeBalanceOwed
from tourism.refunds import (
    CLAIM_REFUSALS,
    REFUND_REFUSALS,
    NothingUnused,
    PeriodOver,
    announce_refund,
    claim_refund,
    confirm_refunds,
    fix_list,
    prepare_refund,
    public_refunds,
)
from tourism.serializers.refunds import (
    RefundBankInput,
    RefundClaimOutput,
    RefundInput,
    RefundNoticeOutput,
    RefundOutput,
    SheetClaimInput,
)
from tourism.settlement import PayerNotSet
from tourism.shop_applications import BankFields
from tourism.views.staff_campaigns import campaigns_for
from tourism.zengin import BadAccount, NameNotInKana, NameTooLong

BANK_REFUSALS = (UnknownBank, BankNameDiffers, BadAccount, NameNotInKana, NameTooLong)


def refunds_for(request: Any, action: str) -> QuerySet[Refund]:
    """Return the refunds on which the caller may do ``action``."""
    rows = Refund.objects.select_related("campaign", "made_by", "announced_by", "listed_by")
    return policy.allowed(actor_of(request), action, rows)


def sheet_of(refund: Refund, serial: str) -> Wallet:
    """Return the wallet of a sheet of the refund's campaign; one answer for all that is none."""
    sheet = refund.campaign.sheets.filter(serial=serial.strip().upper()).first()
    found = Wallet.objects.filter(pk=sheet.pk).first() if sheet is not None else None
    if found is None:
        raise NothingUnused
    return found


class NoticesView(APIView):
    """The notices of refunds that anybody may read, the newest first."""

    policy_actions = {"GET": "refund.notice"}

    @extend_schema(operation_id="refund_notices", responses=RefundNoticeOutput(many=True))
    def get(self, request: Request) -> Response:  # noqa: ARG002
        found = public_refunds(settings.DEFAULT_MUNICIPALITY)
        return Response(RefundNoticeOutput(found, many=True).data)


class ClaimRefundView(APIView):
    """Ask for what one's wallet did not use."""

    policy_actions = {"POST": "refund.claim"}
    refuses = (*CLAIM_REFUSALS, *BANK_REFUSALS, *KEY_REFUSALS)

    @extend_schema(
        operation_id="claim_refund", request=RefundBankInput, responses={201: RefundClaimOutput}
    )
    def post(self, request: Request, wallet_id: UUID) -> Response:
        rows = Wallet.objects.select_related("campaign")
        wallet = get_object_or_404(
            policy.allowed(actor_of(request), "refund.claim", rows), pk=wallet_id
        )
        given = RefundBankInput(data=request.data)
        given.is_valid(raise_exception=True)
        now = timezone.now()

        def ask() -> dict[str, Any]:
            claim = claim_refund(
                wallet,
                bank=BankFields(**given.validated_data),
                claimed_by=cast("User", request.user).pk,
                actor=actor_of(request),
                now=now,
            )
            return dict(RefundClaimOutput(claim).data)

        return answer_once(request, ask, now=now, status=status.HTTP_201_CREATED)


class PrepareRefundView(APIView):
    """Prepare a campaign's refund as the first person."""

    policy_actions = {"POST": "refund.make"}
    refuses = (*REFUND_REFUSALS, PeriodTooShort, WholeBalanceOwed, *KEY_REFUSALS)

    @extend_schema(
        operation_id="prepare_refund", request=RefundInput, responses={201: RefundOutput}
    )
    def post(self, request: Request, campaign_id: UUID) -> Response:
        campaign = get_object_or_404(campaigns_for(request, "refund.make"), pk=campaign_id)
        given = RefundInput(data=request.data)
        given.is_valid(raise_exception=True)
        now = timezone.now()

        def make() -> dict[str, Any]:
            user = cast("User", request.user)
            made = prepare_refund(
                campaign, **given.validated_data, made_by=user, actor=actor_of(request), now=now
            )
            return dict(RefundOutput(made).data)

        return answer_once(request, make, now=now, status=status.HTTP_201_CREATED)


class _RefundStepView(APIView):
    """One officer's step on a refund; ``by`` is the name under which the step takes them."""

    policy_actions: ClassVar[Mapping[str, str]]
    step: ClassVar[Callable[..., Refund]]
    by: ClassVar[str]

    def post(self, request: Request, refund_id: UUID) -> Response:
        found = get_object_or_404(refunds_for(request, self.policy_actions["POST"]), pk=refund_id)
        officer = {self.by: cast("User", request.user)}
        told = self.step(found, **officer, actor=actor_of(request), now=timezone.now())
        return Response(RefundOutput(told).data)


@extend_schema_view(
    post=extend_schema(operation_id="announce_refund", request=None, responses=RefundOutput)
)
class AnnounceRefundView(_RefundStepView):
    """Put the notice up as the second person."""

    policy_actions = {"POST": "refund.approve"}
    refuses = (*REFUND_REFUSALS, PeriodTooShort)
    step, by = staticmethod(announce_refund), "announced_by"


class SheetClaimView(APIView):
    """Take a claim for a paper sheet that its bearer brought to the counter."""

    policy_actions = {"POST": "refund.counter"}
    refuses = (*CLAIM_REFUSALS, *BANK_REFUSALS, *KEY_REFUSALS)

    @extend_schema(
        operation_id="claim_sheet_refund",
        request=SheetClaimInput,
        responses={201: RefundClaimOutput},
    )
    def post(self, request: Request, refund_id: UUID) -> Response:
        found = get_object_or_404(refunds_for(request, "refund.counter"), pk=refund_id)
        given = SheetClaimInput(data=request.data)
        given.is_valid(raise_exception=True)
        wanted, now = given.validated_data, timezone.now()

        def ask() -> dict[str, Any]:
            claim: RefundClaim = claim_refund(
                sheet_of(found, wanted["serial"]),
                bank=BankFields(**wanted["bank"]) if "bank" in wanted else None,
                claimed_by=cast("User", request.user).pk,
                actor=actor_of(request),
                now=now,
            )
            return dict(RefundClaimOutput(claim).data)

        return answer_once(request, ask, now=now, status=status.HTTP_201_CREATED)


@extend_schema_view(
    post=extend_schema(operation_id="fix_refund_list", request=None, responses=RefundOutput)
)
class ListRefundView(_RefundStepView):
    """Fix the list of whom to pay, after the period."""

    policy_actions = {"POST": "refund.make"}
    refuses = (*REFUND_REFUSALS, PayerNotSet, HolidaysNotKnown)
    step, by = staticmethod(fix_list), "listed_by"


@extend_schema_view(
    post=extend_schema(operation_id="confirm_refunds", request=None, responses=RefundOutput)
)
class PayRefundView(_RefundStepView):
    """Confirm as the second person that the list was paid."""

    policy_actions = {"POST": "refund.approve"}
    refuses = REFUND_REFUSALS
    step, by = staticmethod(confirm_refunds), "paid_by"


@extend_schema_view(
    post=extend_schema(operation_id="fix_refund_round", request=None, responses=RefundOutput)
)
class RefundRoundView(_RefundStepView):
    """List whom to pay of those who have asked, while others may still ask."""

    policy_actions = {"POST": "refund.make"}
    refuses = (*REFUND_REFUSALS, PeriodOver, NobodyAsked, PayerNotSet, HolidaysNotKnown)
    step, by = staticmethod(fix_round), "listed_by"


@extend_schema_view(
    post=extend_schema(operation_id="confirm_refund_round", request=None, responses=RefundOutput)
)
class PayRefundRoundView(_RefundStepView):
    """Confirm as the second person that the open round was paid."""

    policy_actions = {"POST": "refund.approve"}
    refuses = (*REFUND_REFUSALS, NoOpenRound)
    step, by = staticmethod(confirm_round), "paid_by"
