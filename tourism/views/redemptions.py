"""Spend a coupon at a shop: one lean road for tills, one ordinary road for everybody else.

Both end in `tourism.redemption.redeem`. The lean road reads the body with orjson and needs no
serializer, no session and no policy object: a till is known by its token and its clerk's. What it
accepts and answers is what the OpenAPI document says of the other.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.http.request import HttpHeaders
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import shows_device_token
from accounts.clerk_pins import CLERK_HEADER, ClerkNeeded, clerk_who_moves_money
from accounts.models import Device
from core import policy
from core.idempotency import HEADER, KEY_REFUSALS
from core.permissions import actor_of
from core.policy import NotAllowed
from core.problems import CONTENT_TYPE, plain_problem, problem_of
from core.refusals import Refusal
from jp.clock import civil_date
from tourism.models import RedemptionWay, Shop, Wallet
from tourism.redemption import CouponReceipt, Sale, redeem
from tourism.refusals import CouponRefused, KeyMissing, WalletNotAccepted
from tourism.serializers.money import (
    CouponOfferInput,
    CouponOfferOutput,
    CouponReceiptOutput,
    DayQuery,
    RedemptionInput,
    SpentOutput,
)
from tourism.till_standing import Standing, standing_at_till
from tourism.wallet_codes import TEXT_CHARS_MAX, read_wallet_code
from tourism.wallet_reading import (
    offers_at,
    receipt_json,
    spent_json,
    uses_of_day,
    wallet_of,
)

BODY_BYTES_MAX = 4_096
SALES_MAX = 500
NO_STORE = {"Cache-Control": "no-store"}
CLERK = OpenApiParameter(
    CLERK_HEADER, OpenApiTypes.STR, OpenApiParameter.HEADER,
    description="the clerk's shift, from the till; not for who calls with a passkey",
)  # fmt: skip
KEY = OpenApiParameter(
    HEADER, OpenApiTypes.STR, OpenApiParameter.HEADER, required=True,
    description="written to the device's disk before it is sent; counts for ever",
)  # fmt: skip
COUPON_REFUSALS: tuple[type[Refusal], ...] = (
    *CouponRefused.__subclasses__(), *KEY_REFUSALS, ClerkNeeded,
)  # fmt: skip


def shop_of(request: Request, action: str, shop_id: UUID | None) -> Shop:
    """Return the shop of the call: where the device stands, or which a member names."""
    actor = actor_of(request)
    rows = policy.allowed(actor, action, Shop.objects.select_related("place"))
    if actor.place_id is not None:
        found = rows.first()
        if found is None or (shop_id is not None and found.pk != shop_id):
            raise NotAllowed
        return found
    return get_object_or_404(rows, pk=shop_id)


def mover_of(request: Request, shop: Shop, *, now: datetime) -> UUID:
    """Return who moves money here: the till with its clerk, or a member with a passkey."""
    device = request.auth if isinstance(request.auth, Device) else None
    clerk = clerk_who_moves_money(
        actor=actor_of(request),
        device=device,
        token=request.headers.get(CLERK_HEADER, ""),
        organisation_id=shop.organisation_id,
        place_id=shop.place_id,
        now=now,
    )
    return device.pk if device is not None else clerk.user_id


class OffersView(APIView):
    """Say which coupons of the shown wallet fit a bill here and now. Nothing moves."""

    policy_actions = {"POST": "coupon.redeem"}
    refuses = COUPON_REFUSALS

    @extend_schema(
        operation_id="coupon_offers", request=CouponOfferInput, responses={200: CouponOfferOutput}
    )
    def post(self, request: Request) -> Response:
        given = CouponOfferInput(data=request.data)
        given.is_valid(raise_exception=True)
        wanted = given.validated_data
        shop = shop_of(request, "coupon.redeem", wanted.get("shop"))
        shown = read_wallet_code(wanted["code"], municipality=shop.municipality)
        wallet = wallet_of(shown.wallet_id, Wallet.objects.exclude(state="blocked"))
        if wallet is None:
            raise WalletNotAccepted
        body = {
            "offered_yen": offers_at(wallet, shop=shop, bill_yen=wanted["bill_yen"]),
            "campaign_name": wallet.campaign.name,
        }
        return Response(CouponOfferOutput(body).data, headers=NO_STORE)


class RedemptionsView(APIView):
    """Spend a coupon; list a shop's day."""

    policy_actions = {"POST": "coupon.redeem", "GET": "coupon.sales"}
    refuses = COUPON_REFUSALS

    @extend_schema(
        operation_id="redeem_coupon", request=RedemptionInput, responses={201: CouponReceiptOutput},
        parameters=[KEY, CLERK],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        given = RedemptionInput(data=request.data)
        given.is_valid(raise_exception=True)
        wanted, now = given.validated_data, timezone.now()
        shop = shop_of(request, "coupon.redeem", wanted.get("shop"))
        maker = mover_of(request, shop, now=now)
        shown = read_wallet_code(wanted["code"], municipality=shop.municipality)
        receipt = redeem(
            Sale(
                campaign_id=shown.campaign_id,
                wallet_id=shown.wallet_id,
                shop_id=shop.pk,
                device_id=maker,
                key=request.headers.get(HEADER, ""),
                bill_yen=wanted["bill_yen"],
                coupon_yen=wanted["coupon_yen"],
                way=RedemptionWay.SHOP_SCANS,
                device_row=maker if isinstance(request.auth, Device) else None,
                qr_at=shown.shown_at,
            )
        )
        return Response(
            CouponReceiptOutput(receipt_json(receipt)).data,
            status=status.HTTP_201_CREATED,
            headers=NO_STORE,
        )

    @extend_schema(
        operation_id="shop_redemptions", responses=SpentOutput(many=True),
        parameters=[
            OpenApiParameter("day", OpenApiTypes.DATE, description="in Japan; empty: today"),
            OpenApiParameter("shop", OpenApiTypes.UUID),
        ],
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        query = DayQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        shop = shop_of(request, "coupon.sales", query.validated_data.get("shop"))
        day = query.validated_data.get("day") or civil_date(timezone.now())
        rows = uses_of_day(shop, day)[:SALES_MAX]
        return Response(
            SpentOutput([spent_json(one) for one in rows], many=True).data, headers=NO_STORE
        )


# -- the lean road --------------------------------------------------------------------------------

# As WSGI names them: `request.headers` would copy all of them first.
_CLERK: Final = HttpHeaders.to_wsgi_name(CLERK_HEADER)
_KEY: Final = HttpHeaders.to_wsgi_name(HEADER)


def lean_redemption(request: HttpRequest) -> HttpResponse:
    """Spend a coupon for a till."""
    try:
        standing = standing_at_till(
            request.META["HTTP_AUTHORIZATION"].partition(" ")[2].strip(),
            request.META.get(_CLERK, ""),
            now=timezone.now(),
        )
        receipt = redeem(_sale(request, standing))
    except Refusal as refusal:
        return _problem(problem_of(refusal), refusal)
    except _BadBody:
        return _problem(plain_problem(400))
    return HttpResponse(
        orjson.dumps(receipt_json(receipt)),
        status=status.HTTP_201_CREATED,
        content_type="application/json",
        headers=NO_STORE,
    )


class _BadBody(Exception):
    """Not JSON, or not of this shape."""


def _sale(request: HttpRequest, standing: Standing) -> Sale:
    key = request.META.get(_KEY)
    if not key:
        raise KeyMissing
    raw = request.body
    try:
        body = orjson.loads(raw) if len(raw) <= BODY_BYTES_MAX else None
    except orjson.JSONDecodeError:
        raise _BadBody from None
    if not isinstance(body, dict) or not isinstance(code := body.get("code"), str):
        raise _BadBody
    shown = read_wallet_code(code[: TEXT_CHARS_MAX + 1], municipality=standing.municipality)
    return Sale(
        campaign_id=shown.campaign_id,
        wallet_id=shown.wallet_id,
        shop_id=standing.shop_id,
        device_id=standing.device_id,
        key=key,
        bill_yen=body.get("bill_yen"),  # type: ignore[arg-type]  # `redeem` refuses what is no yen
        coupon_yen=body.get("coupon_yen"),  # type: ignore[arg-type]
        way=RedemptionWay.SHOP_SCANS,
        device_row=standing.device_id,
        clerk_row=standing.clerk_row,
        qr_at=shown.shown_at,
    )


def _problem(body: dict[str, Any], refusal: Refusal | None = None) -> HttpResponse:
    answer = HttpResponse(
        orjson.dumps(body), status=int(str(body["status"])), content_type=CONTENT_TYPE
    )
    seconds = refusal.extra.get("retry_after_seconds") if refusal else None
    if seconds:
        answer["Retry-After"] = str(seconds)
    return answer


def by_the_shorter_road(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Send a till's POST down the lean road and everything else to ``view``."""

    @csrf_exempt
    def redemptions(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST" and shows_device_token(request):
            return lean_redemption(request)
        return view(request, *args, **kwargs)

    redemptions.cls = view.cls  # type: ignore[attr-defined]  # as `as_view` marks it
    redemptions.initkwargs = view.initkwargs  # type: ignore[attr-defined]
    redemptions.__module__ = __name__
    return redemptions


def receipt_of_call(receipt: CouponReceipt) -> Response:
    """Answer with a receipt."""
    return Response(CouponReceiptOutput(receipt_json(receipt)).data, headers=NO_STORE)
