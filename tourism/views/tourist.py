"""The tourist's doors: campaigns, claims, wallets and their codes, a sale that waits for a shop."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Person
from core import policy
from core.permissions import actor_of
from core.policy import NotAllowed
from core.throttles import TooManyTries
from jp.clock import civil_date
from tourism.claim_rules import CLAIM_REFUSALS
from tourism.claims import Asking, claim_by_code, claim_by_sign_in
from tourism.models import PendingSale, Shop, ShopState, Wallet
from tourism.pending_sales import PendingSaleTaken, ShopIsBusy, ask_shop, cancel_sale
from tourism.refusals import BadAmount, BudgetExhausted, WalletNotAccepted
from tourism.serializers.money import (
    AskShopInput,
    ClaimCodeInput,
    CouponCampaignOutput,
    PendingOutput,
    SpentOutput,
    WalletCodeOutput,
    WalletOutput,
)
from tourism.wallet_codes import RENEW_SECONDS, wallet_code
from tourism.wallet_reading import (
    campaign_json,
    public_campaigns,
    redemptions_with_reversals,
    spent_json,
    wallet_json,
)
from tourism.why_refused import HERE_REFUSALS

_NO_STORE = {"Cache-Control": "no-store"}
_SPENT_MAX = 100


def _own_wallets(request: Request, action: str) -> QuerySet[Wallet]:
    rows = Wallet.objects.select_related("campaign").prefetch_related("campaign__tiers")
    return policy.allowed(actor_of(request), action, rows)


def asking_of(request: Request, *, now: datetime) -> Asking:
    """Return who claims, and whether an officer does it for them."""
    actor = actor_of(request)
    subject = actor.subject_id
    person = None if subject is None else Person.objects.filter(pk=subject).first()
    if person is None:
        raise NotAllowed
    return Asking(
        person=person, actor=actor, now=now, is_assisted=actor.counter_session is not None
    )


def pending_json(pending: PendingSale) -> dict[str, Any]:
    """Return a sale that waits, as both sides are told."""
    names = ("id", "number", "bill_yen", "coupon_yen", "state", "expires_at")
    return {name: getattr(pending, name) for name in names} | {
        "shop": pending.shop_id,
        "redemption": pending.redemption_id,
    }


class CouponCampaignsView(APIView):
    """Campaigns that run or will."""

    policy_actions = {"GET": "coupon.campaign.read"}

    @extend_schema(operation_id="coupon_campaigns", responses=CouponCampaignOutput(many=True))
    def get(self, request: Request) -> Response:  # noqa: ARG002
        found = public_campaigns(settings.DEFAULT_MUNICIPALITY)
        return Response(CouponCampaignOutput([campaign_json(one) for one in found], many=True).data)


class CouponCampaignView(APIView):
    """One campaign."""

    policy_actions = {"GET": "coupon.campaign.read"}

    @extend_schema(operation_id="coupon_campaign", responses=CouponCampaignOutput)
    def get(self, request: Request, campaign_id: UUID) -> Response:  # noqa: ARG002
        found = get_object_or_404(public_campaigns(settings.DEFAULT_MUNICIPALITY), pk=campaign_id)
        return Response(CouponCampaignOutput(campaign_json(found)).data)


class ClaimByAccountView(APIView):
    """Claim a campaign's coupons by one's account. Asked again, it is the same wallet."""

    policy_actions = {"POST": "coupon.claim"}
    refuses = (*CLAIM_REFUSALS, BudgetExhausted, TooManyTries)

    @extend_schema(operation_id="claim_coupons", request=None, responses={200: WalletOutput})
    def post(self, request: Request, campaign_id: UUID) -> Response:
        campaign = get_object_or_404(
            public_campaigns(settings.DEFAULT_MUNICIPALITY), pk=campaign_id
        )
        now = timezone.now()
        wallet = claim_by_sign_in(campaign, asking_of(request, now=now))
        return Response(WalletOutput(wallet_json(wallet, today=civil_date(now))).data)


class ClaimByCodeView(APIView):
    """Claim what a letter or a lodging promised. Sent again, it is the same wallet."""

    policy_actions = {"POST": "coupon.claim"}
    refuses = (*CLAIM_REFUSALS, BudgetExhausted, TooManyTries)

    @extend_schema(
        operation_id="claim_by_code", request=ClaimCodeInput, responses={200: WalletOutput}
    )
    def post(self, request: Request) -> Response:
        given = ClaimCodeInput(data=request.data)
        given.is_valid(raise_exception=True)
        now = timezone.now()
        wallet = claim_by_code(
            given.validated_data["code"],
            asking_of(request, now=now),
            municipality=settings.DEFAULT_MUNICIPALITY,
        )
        return Response(WalletOutput(wallet_json(wallet, today=civil_date(now))).data)


class WalletsView(APIView):
    """One's wallets."""

    policy_actions = {"GET": "coupon.wallet"}

    @extend_schema(operation_id="coupon_wallets", responses=WalletOutput(many=True))
    def get(self, request: Request) -> Response:
        today = civil_date(timezone.now())
        found = _own_wallets(request, "coupon.wallet").order_by("-made_at")
        return Response(
            WalletOutput([wallet_json(one, today=today) for one in found], many=True).data,
            headers=_NO_STORE,
        )


class WalletCodeView(APIView):
    """The QR that the wallet shows now; renew it every ``renew_seconds``."""

    policy_actions = {"GET": "coupon.wallet"}
    refuses = (WalletNotAccepted,)

    @extend_schema(operation_id="coupon_wallet_code", responses=WalletCodeOutput)
    def get(self, request: Request, wallet_id: UUID) -> Response:
        wallet = get_object_or_404(_own_wallets(request, "coupon.wallet"), pk=wallet_id)
        if wallet.state == "blocked":
            raise WalletNotAccepted
        body = {
            "text": wallet_code(wallet, now=timezone.now()),
            "renew_seconds": RENEW_SECONDS,
        }
        return Response(WalletCodeOutput(body).data, headers=_NO_STORE)


class WalletSpentView(APIView):
    """What was spent out of a wallet, the newest first."""

    policy_actions = {"GET": "coupon.wallet"}

    @extend_schema(operation_id="coupon_wallet_spent", responses=SpentOutput(many=True))
    def get(self, request: Request, wallet_id: UUID) -> Response:
        wallet = get_object_or_404(_own_wallets(request, "coupon.wallet"), pk=wallet_id)
        rows = redemptions_with_reversals().filter(wallet=wallet)[:_SPENT_MAX]
        return Response(
            SpentOutput([spent_json(one) for one in rows], many=True).data, headers=_NO_STORE
        )


class AskShopView(APIView):
    """Ask a shop to confirm a coupon; it reserves nothing and lives three minutes."""

    policy_actions = {"POST": "coupon.ask-shop"}
    refuses = (*HERE_REFUSALS, BadAmount, ShopIsBusy, TooManyTries)

    @extend_schema(operation_id="ask_shop", request=AskShopInput, responses={201: PendingOutput})
    def post(self, request: Request, wallet_id: UUID) -> Response:
        wallet = get_object_or_404(_own_wallets(request, "coupon.ask-shop"), pk=wallet_id)
        given = AskShopInput(data=request.data)
        given.is_valid(raise_exception=True)
        wanted = given.validated_data
        shop = get_object_or_404(Shop, pk=wanted["shop"], state=ShopState.ACTIVE)
        pending = ask_shop(
            wallet,
            shop=shop,
            bill_yen=wanted["bill_yen"],
            coupon_yen=wanted["coupon_yen"],
            now=timezone.now(),
        )
        return Response(PendingOutput(pending_json(pending)).data, status=status.HTTP_201_CREATED)


class AskedSaleView(APIView):
    """Whether the shop has confirmed."""

    policy_actions = {"GET": "coupon.ask-shop"}

    @extend_schema(operation_id="asked_sale", responses=PendingOutput)
    def get(self, request: Request, wallet_id: UUID, pending_id: UUID) -> Response:
        wallet = get_object_or_404(_own_wallets(request, "coupon.ask-shop"), pk=wallet_id)
        pending = get_object_or_404(PendingSale, pk=pending_id, wallet=wallet)
        return Response(PendingOutput(pending_json(pending)).data, headers=_NO_STORE)


class CancelSaleView(APIView):
    """Stop a sale that waits, as long as the shop has not confirmed it. Stopped twice, it is once.

    `pending-sale-taken`: the shop was first.
    """

    policy_actions = {"POST": "coupon.ask-shop"}
    refuses = (PendingSaleTaken,)

    @extend_schema(operation_id="cancel_sale", request=None, responses={200: PendingOutput})
    def post(self, request: Request, wallet_id: UUID, pending_id: UUID) -> Response:
        wallet = get_object_or_404(_own_wallets(request, "coupon.ask-shop"), pk=wallet_id)
        pending = get_object_or_404(PendingSale, pk=pending_id, wallet=wallet)
        cancel_sale(pending)
        pending.refresh_from_db()
        return Response(PendingOutput(pending_json(pending)).data, headers=_NO_STORE)
