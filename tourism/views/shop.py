"""What a shop does besides: take back, confirm what a tourist asked."""

from uuid import UUID

from django.db import connection
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.clerk_pins import ClerkNeeded
from accounts.models import Device
from core.database_clock import database_now
from core.permissions import actor_of
from tourism.models import PendingSale
from tourism.pending_sales import (
    PendingSaleCancelled,
    PendingSaleOver,
    confirm_sale,
    refuse_sale,
    waiting_at,
)
from tourism.reversals import REVERSAL_REFUSALS, reverse_by_shop
from tourism.serializers.money import (
    CouponReceiptOutput,
    CouponReversalInput,
    CouponReversalOutput,
    DayQuery,
    PendingOutput,
)
from tourism.views.redemptions import (
    CLERK,
    COUPON_REFUSALS,
    NO_STORE,
    mover_of,
    receipt_of_call,
    shop_of,
)
from tourism.views.tourist import pending_json

SHOP = OpenApiParameter("shop", OpenApiTypes.UUID, description="who calls without a device says it")


def _shop_in_query(request: Request) -> UUID | None:
    query = DayQuery(data=request.query_params)
    query.is_valid(raise_exception=True)
    shop: UUID | None = query.validated_data.get("shop")
    return shop


class ReversalView(APIView):
    """Take a redemption back, on its day. Sent again by the same caller, it is the same answer."""

    policy_actions = {"POST": "coupon.redeem"}
    refuses = (*REVERSAL_REFUSALS, ClerkNeeded)

    @extend_schema(
        operation_id="reverse_redemption", request=CouponReversalInput,
        responses={200: CouponReversalOutput}, parameters=[CLERK],
    )  # fmt: skip
    def post(self, request: Request, redemption_id: UUID) -> Response:
        given = CouponReversalInput(data=request.data)
        given.is_valid(raise_exception=True)
        now = timezone.now()
        shop = shop_of(request, "coupon.redeem", given.validated_data.get("shop"))
        made = reverse_by_shop(
            redemption_id,
            shop_id=shop.pk,
            by=mover_of(request, shop, now=now),
            reason=given.validated_data["reason"],
            actor=actor_of(request),
            now=now,
        )
        body = {
            "redemption": made.redemption_id,
            "coupon_yen": made.redemption.coupon_yen,
            "at": made.at,
        }
        return Response(CouponReversalOutput(body).data)


class WaitingSalesView(APIView):
    """Sales that tourists asked this shop to confirm."""

    policy_actions = {"GET": "coupon.redeem"}

    @extend_schema(
        operation_id="waiting_sales", responses=PendingOutput(many=True), parameters=[SHOP]
    )
    def get(self, request: Request) -> Response:
        shop = shop_of(request, "coupon.redeem", _shop_in_query(request))
        rows = waiting_at(shop, at=database_now(connection))
        return Response(
            PendingOutput([pending_json(one) for one in rows], many=True).data, headers=NO_STORE
        )


class ConfirmSaleView(APIView):
    """Confirm what a tourist asked. The sale is its own key: confirmed twice, it is spent once."""

    policy_actions = {"POST": "coupon.redeem"}
    refuses = (*COUPON_REFUSALS, PendingSaleOver, PendingSaleCancelled)

    @extend_schema(
        operation_id="confirm_sale", request=None, responses={200: CouponReceiptOutput},
        parameters=[CLERK, SHOP],
    )  # fmt: skip
    def post(self, request: Request, pending_id: UUID) -> Response:
        shop = shop_of(request, "coupon.redeem", _shop_in_query(request))
        mover_of(request, shop, now=timezone.now())
        pending = get_object_or_404(
            PendingSale.objects.select_related("wallet", "redemption"), pk=pending_id, shop=shop
        )
        device = request.auth.pk if isinstance(request.auth, Device) else None
        return receipt_of_call(confirm_sale(pending, device_row=device))


class RefuseSaleView(APIView):
    """Say no to what a tourist asked."""

    policy_actions = {"POST": "coupon.redeem"}

    @extend_schema(
        operation_id="refuse_sale", request=None, responses={204: None}, parameters=[SHOP]
    )
    def post(self, request: Request, pending_id: UUID) -> Response:
        shop = shop_of(request, "coupon.redeem", _shop_in_query(request))
        refuse_sale(get_object_or_404(PendingSale, pk=pending_id, shop=shop))
        return Response(status=status.HTTP_204_NO_CONTENT)
