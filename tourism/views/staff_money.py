"""What the office does with single redemptions and wallets: late reversals by two, blocks."""

from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import policy
from core.permissions import actor_of
from tourism.claims import block_wallet, unblock_wallet
from tourism.models import Redemption, ReversalRequest, Wallet
from tourism.reversals import (
    AlreadyReversed,
    CampaignIsClosed,
    CannotComeBack,
    ReversalDeclined,
    SecondPersonNeeded,
    ask_for_reversal,
    decide_reversal,
    decline_reversal,
    undecided_reversals,
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


def wishes_for(request: Any) -> QuerySet[ReversalRequest]:
    """Return the wishes on which the officer may decide, or could have."""
    rows = ReversalRequest.objects.select_related("redemption")
    return policy.allowed(actor_of(request), "coupon.decide-reversal", rows)


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
        actor = actor_of(self.request)
        return policy.allowed(actor, "coupon.decide-reversal", undecided_reversals())


class DecideReversalView(APIView):
    """Take the redemption back: by another person than who asked."""

    policy_actions = {"POST": "coupon.decide-reversal"}
    refuses = (
        AlreadyReversed, CannotComeBack, CampaignIsClosed, ReversalDeclined, SecondPersonNeeded,
    )  # fmt: skip

    @extend_schema(
        operation_id="decide_reversal", request=None, responses={201: LateReversalOutput}
    )
    def post(self, request: Request, reversal_request_id: UUID) -> Response:
        asked = get_object_or_404(wishes_for(request), pk=reversal_request_id)
        made = decide_reversal(asked, actor=actor_of(request), now=timezone.now())
        return Response(LateReversalOutput(made).data, status=status.HTTP_201_CREATED)


class DeclineReversalView(APIView):
    """Leave the redemption as it is; the shop's owners are told why."""

    policy_actions = {"POST": "coupon.decide-reversal"}
    refuses = (AlreadyReversed, CannotComeBack, ReversalDeclined)

    @extend_schema(
        operation_id="decline_reversal", request=WhyInput, responses={200: ReversalRequestOutput}
    )
    def post(self, request: Request, reversal_request_id: UUID) -> Response:
        asked = get_object_or_404(wishes_for(request), pk=reversal_request_id)
        declined = decline_reversal(
            asked, reason=_reason(request), actor=actor_of(request), now=timezone.now()
        )
        return Response(ReversalRequestOutput(declined).data)


class _WalletChangeView(APIView):
    """Stop a wallet or let it go, with a reason. Twice is as good as once."""

    policy_actions = {"POST": "coupon.block-wallet"}
    change: ClassVar[Callable[..., None]]

    def post(self, request: Request, wallet_id: UUID) -> Response:
        actor = actor_of(request)
        rows = policy.allowed(actor, "coupon.block-wallet", Wallet.objects.all())
        wallet = get_object_or_404(rows, pk=wallet_id)
        self.change(wallet, reason=_reason(request), actor=actor, now=timezone.now())
        wallet.refresh_from_db()
        return Response(WalletStateOutput(wallet).data)


@extend_schema_view(
    post=extend_schema(
        operation_id="block_wallet", request=WhyInput, responses={200: WalletStateOutput}
    )
)
class BlockWalletView(_WalletChangeView):
    """Stop a wallet: at a till it is refused like an unknown one. Twice is as good as once."""

    change = staticmethod(block_wallet)


@extend_schema_view(
    post=extend_schema(
        operation_id="unblock_wallet", request=WhyInput, responses={200: WalletStateOutput}
    )
)
class UnblockWalletView(_WalletChangeView):
    """Let a stopped wallet be used again."""

    change = staticmethod(unblock_wallet)
