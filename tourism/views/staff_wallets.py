"""Find a wallet for the city's office, with what was spent out of it."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import policy
from core.permissions import actor_of
from jp.clock import civil_date
from tourism.models import Redemption, ReversalRequest, Wallet
from tourism.reversals import undecided_reversals
from tourism.serializers.office import StaffWalletOutput, WalletNumberInput
from tourism.views.redemptions import NO_STORE
from tourism.wallet_reading import redemptions_with_reversals, spent_json, wallet_json

SPENT_MAX = 100


def wallets_for(request: Any) -> QuerySet[Wallet]:
    """Return the wallets of the officer's city."""
    return policy.allowed(
        actor_of(request), "coupon.block-wallet", Wallet.objects.select_related("campaign")
    )


def late_redemptions_for(request: Any) -> QuerySet[Redemption]:
    """Return what the officer may ask to take back."""
    rows = Redemption.objects.select_related("campaign")
    return policy.allowed(actor_of(request), "coupon.ask-reversal", rows)


def waiting_reversals(request: Any) -> QuerySet[ReversalRequest]:
    """Return the wishes on which nobody has decided, the oldest first."""
    return policy.allowed(actor_of(request), "coupon.see-reversal", undecided_reversals())


class FindWalletView(APIView):
    """Find a wallet by the number that its owner reads aloud; numbers stay out of addresses."""

    policy_actions = {"POST": "coupon.block-wallet"}
    names_a_row_in_its_body = True

    @extend_schema(
        operation_id="staff_find_wallet", request=WalletNumberInput,
        responses={200: StaffWalletOutput},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        given = WalletNumberInput(data=request.data)
        given.is_valid(raise_exception=True)
        number = given.validated_data["number"].strip().upper()
        return _told(get_object_or_404(wallets_for(request), number=number))


def _told(wallet: Wallet) -> Response:
    spent = redemptions_with_reversals().filter(wallet=wallet)[:SPENT_MAX]
    body = {
        **wallet_json(wallet, today=civil_date(timezone.now())),
        "blocked_reason": wallet.blocked_reason,
        "spent": [spent_json(one) for one in spent],
    }
    return Response(StaffWalletOutput(body).data, headers=NO_STORE)
