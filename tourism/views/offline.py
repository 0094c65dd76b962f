"""Sell without a network: a device's lease, the upload of what it sold, the lease's end."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import device_of
from core.permissions import actor_of
from tourism.leases import (
    LateSalesFirst,
    NoOfflineSales,
    issue_lease,
    lease_of,
    next_number,
    offline_campaigns,
    open_leases,
    settle_lease,
    sold_yen,
)
from tourism.models import Campaign, CouponKey, Lease, OfflineSale
from tourism.offline_sales import UPLOAD_REFUSALS, OfflineEntry, upload_sales
from tourism.refusals import BudgetExhausted, NotOpen, ShopNotActive, ShopNotInCampaign
from tourism.serializers.money import (
    LeaseInput,
    LeaseOutput,
    LeasesOutput,
    OfflineUploadInput,
    OfflineUploadOutput,
)
from tourism.views.redemptions import NO_STORE, shop_of


def _lease_body(lease: Lease) -> dict[str, object]:
    campaign = lease.campaign
    terms = ("rate_basis_points", "unit_yen", "uses_per_shop_and_day", "starts_on", "ends_on")
    keys = CouponKey.objects.filter(municipality=campaign.municipality, blocked_at=None)
    return {
        "id": lease.pk,
        "campaign": lease.campaign_id,
        "amount_yen": lease.amount_yen,
        "state": lease.state,
        "expires_at": lease.expires_at,
        "token": lease.token,
        "keys": {key.kid: key.public_jwk for key in keys},
        "issued_at": lease.issued_at,
        "next_number": next_number(lease),
        "sold_yen": sold_yen(lease),
        "campaign_name": campaign.name,
        "tiers": list(campaign.tiers.values("min_spend_yen", "value_yen")),
    } | {name: getattr(campaign, name) for name in terms}


def entry_of(sale: Mapping[str, Any]) -> OfflineEntry:
    """Return one sale of an upload whose shape is checked."""
    return OfflineEntry(
        number=sale["number"],
        wallet_code=sale["code"],
        bill_yen=sale["bill_yen"],
        coupon_yen=sale["coupon_yen"],
        sold_at=sale["sold_at"],
    )


def sale_json(row: OfflineSale) -> dict[str, object]:
    """Return what became of one sale."""
    return {
        "number": row.number,
        "outcome": row.outcome,
        "code": row.code,
        "redemption": row.redemption_id,
    }


class LeasesView(APIView):
    """Set money aside for sales without a network. A device has one open lease a campaign."""

    policy_actions = {"GET": "coupon.lease", "POST": "coupon.lease"}
    names_a_row_in_its_body = True
    refuses = (
        NoOfflineSales, NotOpen, ShopNotActive, ShopNotInCampaign, BudgetExhausted, LateSalesFirst,
    )  # fmt: skip

    @extend_schema(operation_id="device_leases", responses={200: LeasesOutput})
    def get(self, request: Request) -> Response:
        shop = shop_of(request, "coupon.lease", None)
        body = {
            "offered": [
                {
                    "campaign": campaign.pk,
                    "campaign_name": campaign.name,
                    "offline_limit_yen": campaign.offline_limit_yen,
                }
                for campaign in offline_campaigns(shop)
            ],
            "leases": [_lease_body(lease) for lease in open_leases(device_of(request))],
        }
        return Response(LeasesOutput(body).data, headers=NO_STORE)

    @extend_schema(operation_id="issue_lease", request=LeaseInput, responses={200: LeaseOutput})
    def post(self, request: Request) -> Response:
        given = LeaseInput(data=request.data)
        given.is_valid(raise_exception=True)
        shop = shop_of(request, "coupon.lease", None)
        campaign = get_object_or_404(
            Campaign, pk=given.validated_data["campaign"], municipality=shop.municipality
        )
        lease = issue_lease(
            campaign, shop=shop, device=device_of(request), actor=actor_of(request),
            now=timezone.now(),
        )  # fmt: skip
        return Response(LeaseOutput(_lease_body(lease)).data, headers=NO_STORE)


class OfflineSalesView(APIView):
    """Upload what was sold without a network: in order, as often as it takes."""

    policy_actions = {"POST": "coupon.lease"}
    names_a_row_in_its_body = True
    refuses = UPLOAD_REFUSALS

    @extend_schema(
        operation_id="upload_offline_sales", request=OfflineUploadInput,
        responses={200: OfflineUploadOutput},
    )  # fmt: skip
    def post(self, request: Request, lease_id: UUID) -> Response:
        lease = get_object_or_404(Lease, pk=lease_id, device_id=device_of(request).pk)
        given = OfflineUploadInput(data=request.data)
        given.is_valid(raise_exception=True)
        entries = [entry_of(sale) for sale in given.validated_data["sales"]]
        rows = upload_sales(lease, entries, actor=actor_of(request), now=timezone.now())
        body = [sale_json(row) for row in rows]
        return Response(OfflineUploadOutput({"sales": body}).data, headers=NO_STORE)


class LeaseEndView(APIView):
    """End a lease when everything is uploaded: the rest goes back to the budget."""

    policy_actions = {"POST": "coupon.lease"}
    names_a_row_in_its_body = True

    @extend_schema(operation_id="settle_lease", request=None, responses={200: LeaseOutput})
    def post(self, request: Request, lease_id: UUID) -> Response:
        device = device_of(request)
        lease = lease_of(lease_id, device) or get_object_or_404(Lease.objects.none())
        settled = settle_lease(lease, actor=actor_of(request), now=timezone.now())
        return Response(LeaseOutput(_lease_body(settled)).data)
