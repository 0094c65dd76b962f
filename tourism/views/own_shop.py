"""A shop's own view: it applies, its owner keeps tills and clerks."""

from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.devices import revoke_device
from accounts.members import OwnerNeeded
from accounts.models import Device, Membership, User
from core import policy
from core.client_address import client_address
from core.idempotency import KEY_REFUSALS, answer_once
from core.permissions import actor_of
from core.throttles import TooManyTries
from tourism.models import Shop
from tourism.serializers.shops import (
    AppliedOutput,
    ClerkInput,
    NewTillOutput,
    ShopInput,
    ShopMemberOutput,
    ShopOutput,
    TillInput,
    TillOutput,
)
from tourism.shop_applications import (
    APPLICATIONS,
    ContactIncomplete,
    CorporateNumberBad,
    apply_shop,
)
from tourism.shop_life import (
    ShopStateWrong,
    add_clerk,
    end_member,
    make_till,
    members_of,
    tills_of,
)
from tourism.views.staff_shops import BANK_REFUSALS, shops_for


class ApplyView(APIView):
    """A shop asks to take part; nobody has to sign in."""

    policy_actions = {"POST": "shop.apply"}
    refuses = (
        ContactIncomplete,
        CorporateNumberBad,
        TooManyTries,
        *BANK_REFUSALS,
        *KEY_REFUSALS,
    )

    @extend_schema(operation_id="apply_as_shop", request=ShopInput, responses={201: AppliedOutput})
    def post(self, request: Request) -> Response:
        given = ShopInput(data=request.data)
        given.is_valid(raise_exception=True)
        form, now = given.form(), timezone.now()
        APPLICATIONS.count(client_address(request), now=now)

        def keep() -> dict[str, Any]:
            made = apply_shop(
                form,
                municipality=settings.DEFAULT_MUNICIPALITY,
                actor=actor_of(request),
                now=now,
            )
            return dict(AppliedOutput(made).data)

        return answer_once(request, keep, now=now, status=status.HTTP_201_CREATED)


class OwnShopsView(ListAPIView[Shop]):
    """The shops for which the caller works."""

    policy_actions = {"GET": "shop.own"}
    serializer_class = ShopOutput
    queryset = Shop.objects.all()

    def get_queryset(self) -> QuerySet[Shop]:
        """Return the caller's own."""
        return shops_for(self.request, "shop.own").order_by("pk")


class BranchView(APIView):
    """An owner asks for a further branch."""

    policy_actions = {"POST": "shop.owner"}
    refuses = (ContactIncomplete, CorporateNumberBad, *BANK_REFUSALS, *KEY_REFUSALS)

    @extend_schema(operation_id="apply_branch", request=ShopInput, responses={201: AppliedOutput})
    def post(self, request: Request, shop_id: UUID) -> Response:
        shop = get_object_or_404(shops_for(request, "shop.owner"), pk=shop_id)
        given = ShopInput(data=request.data)
        given.is_valid(raise_exception=True)
        form, now = given.form(), timezone.now()

        def keep() -> dict[str, Any]:
            made = apply_shop(
                form,
                municipality=shop.municipality,
                organisation=shop.organisation,
                actor=actor_of(request),
                now=now,
            )
            return dict(AppliedOutput(made).data)

        return answer_once(request, keep, now=now, status=status.HTTP_201_CREATED)


class TillsView(APIView):
    """The tills of a shop; add one."""

    policy_actions = {"GET": "shop.owner", "POST": "shop.owner"}
    refuses = (ShopStateWrong,)

    @extend_schema(operation_id="shop_tills", responses={200: TillOutput(many=True)})
    def get(self, request: Request, shop_id: UUID) -> Response:
        shop = get_object_or_404(shops_for(request, "shop.owner"), pk=shop_id)
        return Response(TillOutput(tills_of(shop), many=True).data)

    @extend_schema(operation_id="add_till", request=TillInput, responses={201: NewTillOutput})
    def post(self, request: Request, shop_id: UUID) -> Response:
        """Return the set-up token once; it is never stored in clear."""
        shop = get_object_or_404(shops_for(request, "shop.owner"), pk=shop_id)
        given = TillInput(data=request.data)
        given.is_valid(raise_exception=True)
        new = make_till(
            shop,
            name=given.validated_data["name"],
            made_by=cast("User", request.user),
            actor=actor_of(request),
            now=timezone.now(),
        )
        made = TillOutput(new.device).data | {"setup_token": new.setup_token}
        return Response(made, status=status.HTTP_201_CREATED)


class EndTillView(APIView):
    """End a till at once."""

    policy_actions = {"POST": "shop.owner"}

    @extend_schema(operation_id="end_till", request=None, responses={200: TillOutput})
    def post(self, request: Request, shop_id: UUID, device_id: UUID) -> Response:
        shop = get_object_or_404(shops_for(request, "shop.owner"), pk=shop_id)
        till = get_object_or_404(Device.objects.filter(place_id=shop.place_id), pk=device_id)
        ended = revoke_device(till, actor=actor_of(request), now=timezone.now())
        return Response(TillOutput(ended).data)


class MembersView(APIView):
    """Who works for the shop; add a clerk."""

    policy_actions = {"GET": "shop.owner", "POST": "shop.owner"}

    @extend_schema(operation_id="shop_members", responses={200: ShopMemberOutput(many=True)})
    def get(self, request: Request, shop_id: UUID) -> Response:
        shop = get_object_or_404(shops_for(request, "shop.owner"), pk=shop_id)
        return Response(ShopMemberOutput(members_of(shop, now=timezone.now()), many=True).data)

    @extend_schema(operation_id="add_clerk", request=ClerkInput, responses={201: ShopMemberOutput})
    def post(self, request: Request, shop_id: UUID) -> Response:
        shop = get_object_or_404(shops_for(request, "shop.owner"), pk=shop_id)
        given = ClerkInput(data=request.data)
        given.is_valid(raise_exception=True)
        made = add_clerk(
            shop,
            email=given.validated_data["email"],
            actor=actor_of(request),
            now=timezone.now(),
        )
        return Response(ShopMemberOutput(made).data, status=status.HTTP_201_CREATED)


class EndMemberView(APIView):
    """End that somebody works for the shop."""

    policy_actions = {"POST": "shop.owner"}
    refuses = (OwnerNeeded,)

    @extend_schema(operation_id="end_member", request=None, responses={200: ShopMemberOutput})
    def post(self, request: Request, shop_id: UUID, member_id: UUID) -> Response:
        shop = get_object_or_404(shops_for(request, "shop.owner"), pk=shop_id)
        rows = Membership.objects.filter(organisation=shop.organisation)
        ended = end_member(
            shop,
            get_object_or_404(rows, pk=member_id),
            actor=actor_of(request),
            now=timezone.now(),
        )
        return Response(ShopMemberOutput(ended).data)


def own_shop(request: Any, shop_id: UUID, action: str = "shop.own") -> Shop:
    """Return one of the caller's shops, or 404."""
    rows = policy.allowed(actor_of(request), action, Shop.objects.select_related("place"))
    found: Shop = get_object_or_404(rows, pk=shop_id)
    return found
