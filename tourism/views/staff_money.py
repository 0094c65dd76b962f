"""What the office does with single redemptions and wallets: late reversals by two, blocks."""

from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import policy
from core.permissions import actor_of
from tourism.claims import block_wallet, unblock_wallet
from tourism.models import Redemption, Reversal, ReversalRequest, Wallet
from tourism.reversals import (
    AlreadyReversed,
    CampaignIsClosed,
    CannotComeBack,
    SecondPersonNeeded,
    ask_for_reversal,
    decide_reversal,
)
from tourism.serializers.money import (
    LateReversalOutput,
    ReversalRequestOutput,
    WalletStateOutput,
    WhyInput,
)


def _reason(request: Request) -> str:
    given = WhyInput(data=request.data)
    given.is_valid(raise_exception=True)
    reason: str = given.validated_data["reason"]
    return reason


class AskReversalView(APIView):
    """Ask for a redemption to be taken back whose day is over. Asked again it is the first wish."""

    policy_actions = {"POST": "coupon.ask-reversal"}
    refuses = (AlreadyReversed, CannotComeBack, CampaignIsClosed)

    @extend_schema(
        operation_id="ask_for_reversal", request=WhyInput, responses={201: ReversalRequestOutput}
    )
    def post(self, request: Request, redemption_id: UUID) -> Response:
        actor = actor_of(request)
        rows = policy.allowed(actor, "coupon.ask-reversal", Redemption.objects.all())
        redemption = get_object_or_404(rows, pk=redemption_id)
        asked = ask_for_reversal(
            redemption, reason=_reason(request), actor=actor, now=timezone.now()
        )
        return Response(ReversalRequestOutput(asked).data, status=status.HTTP_201_CREATED)


class ReversalRequestsView(ListAPIView[ReversalRequest]):
    """Wishes that nobody has decided yet, the oldest first."""

    policy_actions = {"GET": "coupon.decide-reversal"}
    serializer_class = ReversalRequestOutput
    queryset = ReversalRequest.objects.all()

    def get_queryset(self) -> QuerySet[ReversalRequest]:
        """Return those of the caller's city."""
        rows = ReversalRequest.objects.select_related("redemption").exclude(
            redemption__in=Reversal.objects.values("redemption")
        )
        actor = actor_of(self.request)
        return policy.allowed(actor, "coupon.decide-reversal", rows).order_by("pk")


class DecideReversalView(APIView):
    """Take the redemption back: by another person than who asked."""

    policy_actions = {"POST": "coupon.decide-reversal"}
    refuses = (AlreadyReversed, CannotComeBack, CampaignIsClosed, SecondPersonNeeded)

    @extend_schema(
        operation_id="decide_reversal", request=None, responses={201: LateReversalOutput}
    )
    def post(self, request: Request, reversal_request_id: UUID) -> Response:
        actor = actor_of(request)
        rows = policy.allowed(actor, "coupon.decide-reversal", ReversalRequest.objects.all())
        asked = get_object_or_404(rows, pk=reversal_request_id)
        made = decide_reversal(asked, actor=actor, now=timezone.now())
        return Response(LateReversalOutput(made).data, status=status.HTTP_201_CREATED)


class BlockWalletView(APIView):
    """Stop a wallet: at a till it is refused like an unknown one. Twice is as good as once."""

    policy_actions = {"POST": "coupon.block-wallet"}

    @extend_schema(
        operation_id="block_wallet", request=WhyInput, responses={200: WalletStateOutput}
    )
    def post(self, request: Request, wallet_id: UUID) -> Response:
        wallet = _wallet(request, wallet_id)
        block_wallet(wallet, reason=_reason(request), actor=actor_of(request), now=timezone.now())
        return _state(wallet)


class UnblockWalletView(APIView):
    """Let a stopped wallet be used again."""

    policy_actions = {"POST": "coupon.block-wallet"}

    @extend_schema(
        operation_id="unblock_wallet", request=WhyInput, responses={200: WalletStateOutput}
    )
    def post(self, request: Request, wallet_id: UUID) -> Response:
        wallet = _wallet(request, wallet_id)
        unblock_wallet(wallet, reason=_reason(request), actor=actor_of(request), now=timezone.now())
        return _state(wallet)


def _wallet(request: Request, wallet_id: UUID) -> Wallet:
    rows = policy.allowed(actor_of(request), "coupon.block-wallet", Wallet.objects.all())
    return get_object_or_404(rows, pk=wallet_id)


def _state(wallet: Wallet) -> Response:
    wallet.refresh_from_db()
    return Response(WalletStateOutput(wallet).data)
