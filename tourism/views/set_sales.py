"""Sell a set at the counter to the person whom the officer serves."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import policy
from core.actor import Actor
from core.idempotency import HEADER
from core.permissions import actor_of
from jp.clock import civil_date
from tourism.claim_rules import CLAIM_REFUSALS
from tourism.claims import sell_set
from tourism.models import Campaign, SetMedium
from tourism.refusals import BudgetExhausted, KeyMissing
from tourism.serializers.money import WalletOutput
from tourism.set_limits import SET_REFUSALS, BuyerNotNamed
from tourism.views.redemptions import KEY
from tourism.views.tourist import asking_of
from tourism.wallet_reading import wallet_json


def sale_key(actor: Actor, key: str) -> str:
    """Return the sale's own key: another officer's same text is another sale."""
    if not key or actor.user_id is None:
        raise KeyMissing
    return str(uuid5(actor.user_id, key))


class SetSalesView(APIView):
    """Sell one set on a phone; the officer took the money. Sent again it is the same sale."""

    policy_actions = {"POST": "coupon.sell-set"}
    refuses = (*CLAIM_REFUSALS, *SET_REFUSALS, BudgetExhausted, KeyMissing)

    @extend_schema(
        operation_id="sell_set", request=None, responses={201: WalletOutput}, parameters=[KEY]
    )
    def post(self, request: Request, campaign_id: UUID) -> Response:
        actor, now = actor_of(request), timezone.now()
        rows = policy.allowed(actor, "coupon.sell-set", Campaign.objects.all())
        campaign = get_object_or_404(rows, pk=campaign_id)
        coupon_set = get_object_or_404(campaign.sets.all(), medium=SetMedium.DIGITAL)
        if actor.counter_session is None:
            raise BuyerNotNamed
        key = sale_key(actor, request.headers.get(HEADER, ""))
        wallet = sell_set(coupon_set, asking_of(request, now=now), key=key)
        body: Mapping[str, Any] = wallet_json(wallet, today=civil_date(now))
        return Response(WalletOutput(body).data, status=status.HTTP_201_CREATED)
