"""Shops for the city's staff: the queue of applications, states, accounts by two people."""

from typing import Any, cast
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

from accounts.models import User
from core import policy
from core.permissions import actor_of
from tourism.banks import BankNameDiffers, UnknownBank
from tourism.models import Shop, ShopApplication, ShopBankAccount, ShopState
from tourism.serializers.campaigns import NoteInput
from tourism.serializers.shops import (
    AccountOutput,
    ApplicationOutput,
    BankInput,
    ShopOutput,
    ShopStateInput,
)
from tourism.shop_accounts import (
    AccountDecided,
    AccountNeedsSecondPerson,
    AccountWaiting,
    approve_account,
    propose_account,
    refuse_account,
)
from tourism.shop_applications import (
    ApplicationDecided,
    accept_application,
    decline_application,
    take_application,
)
from tourism.shop_life import ReasonNeeded, ShopStateWrong, change_shop
from tourism.zengin import BadAccount, NameNotInKana, NameTooLong

BANK_REFUSALS = (UnknownBank, BankNameDiffers, BadAccount, NameNotInKana, NameTooLong)


def applications_for(request: Any, action: str) -> QuerySet[ShopApplication]:
    """Return the applications on which the caller may do ``action``."""
    return policy.allowed(actor_of(request), action, ShopApplication.objects.all())


def shops_for(request: Any, action: str) -> QuerySet[Shop]:
    """Return the shops on which the caller may do ``action``."""
    rows = Shop.objects.select_related("place", "organisation")
    return policy.allowed(actor_of(request), action, rows)


def accounts_for(request: Any, action: str) -> QuerySet[ShopBankAccount]:
    """Return the accounts on which the caller may do ``action``."""
    rows = ShopBankAccount.objects.select_related("shop__place", "shop__organisation")
    return policy.allowed(actor_of(request), action, rows)


class ApplicationsView(ListAPIView[ShopApplication]):
    """Shops that ask to take part, the oldest first."""

    policy_actions = {"GET": "shop.application.list"}
    serializer_class = ApplicationOutput
    queryset = ShopApplication.objects.all()

    def get_queryset(self) -> QuerySet[ShopApplication]:
        """Return those of the caller's city."""
        return applications_for(self.request, "shop.application.list").order_by("pk")


class TakeApplicationView(APIView):
    """Begin to look at an application."""

    policy_actions = {"POST": "shop.application.decide"}
    refuses = (ApplicationDecided,)

    @extend_schema(
        operation_id="take_shop_application", request=None, responses={200: ApplicationOutput}
    )
    def post(self, request: Request, application_id: UUID) -> Response:
        rows = applications_for(request, "shop.application.decide")
        taken = take_application(
            get_object_or_404(rows, pk=application_id),
            taken_by=cast("User", request.user),
            actor=actor_of(request),
            now=timezone.now(),
        )
        return Response(ApplicationOutput(taken).data)


class AcceptApplicationView(APIView):
    """Make the shop."""

    policy_actions = {"POST": "shop.application.decide"}
    refuses = (ApplicationDecided,)

    @extend_schema(
        operation_id="accept_shop_application", request=None, responses={201: ShopOutput}
    )
    def post(self, request: Request, application_id: UUID) -> Response:
        rows = applications_for(request, "shop.application.decide")
        shop = accept_application(
            get_object_or_404(rows, pk=application_id),
            decided_by=cast("User", request.user),
            actor=actor_of(request),
            now=timezone.now(),
        )
        return Response(ShopOutput(shop).data, status=status.HTTP_201_CREATED)


class DeclineApplicationView(APIView):
    """Say no, with the reason."""

    policy_actions = {"POST": "shop.application.decide"}
    refuses = (ApplicationDecided,)

    @extend_schema(
        operation_id="decline_shop_application",
        request=NoteInput,
        responses={200: ApplicationOutput},
    )
    def post(self, request: Request, application_id: UUID) -> Response:
        rows = applications_for(request, "shop.application.decide")
        found = get_object_or_404(rows, pk=application_id)
        given = NoteInput(data=request.data)
        given.is_valid(raise_exception=True)
        declined = decline_application(
            found,
            note=given.validated_data["note"],
            decided_by=cast("User", request.user),
            actor=actor_of(request),
            now=timezone.now(),
        )
        return Response(ApplicationOutput(declined).data)


class ShopsView(ListAPIView[Shop]):
    """The city's shops by their number."""

    policy_actions = {"GET": "shop.list"}
    serializer_class = ShopOutput
    queryset = Shop.objects.all()

    def get_queryset(self) -> QuerySet[Shop]:
        """Return those of the caller's city."""
        return shops_for(self.request, "shop.list").order_by("pk")


class ShopStateView(APIView):
    """Suspend a shop, let it take part again, or end it."""

    policy_actions = {"POST": "shop.change"}
    refuses = (ShopStateWrong, ReasonNeeded)

    @extend_schema(
        operation_id="change_shop_state", request=ShopStateInput, responses={200: ShopOutput}
    )
    def post(self, request: Request, shop_id: UUID) -> Response:
        found = get_object_or_404(shops_for(request, "shop.change"), pk=shop_id)
        given = ShopStateInput(data=request.data)
        given.is_valid(raise_exception=True)
        changed = change_shop(
            found,
            ShopState(given.validated_data["state"]),
            reason=given.validated_data["reason"],
            actor=actor_of(request),
            now=timezone.now(),
        )
        return Response(ShopOutput(changed).data)


class ShopAccountsView(APIView):
    """The accounts of a shop, masked, newest first; enter another as the first officer."""

    policy_actions = {"GET": "shop.change", "POST": "shop.change"}
    refuses = (AccountWaiting, *BANK_REFUSALS)

    @extend_schema(operation_id="shop_accounts", responses={200: AccountOutput(many=True)})
    def get(self, request: Request, shop_id: UUID) -> Response:
        found = get_object_or_404(shops_for(request, "shop.change"), pk=shop_id)
        return Response(AccountOutput(found.bank_accounts.order_by("-pk"), many=True).data)

    @extend_schema(
        operation_id="propose_shop_account", request=BankInput, responses={201: AccountOutput}
    )
    def post(self, request: Request, shop_id: UUID) -> Response:
        found = get_object_or_404(shops_for(request, "shop.change"), pk=shop_id)
        given = BankInput(data=request.data)
        given.is_valid(raise_exception=True)
        made = propose_account(
            found,
            given.fields_of(),
            proposed_by=cast("User", request.user),
            actor=actor_of(request),
            now=timezone.now(),
        )
        return Response(AccountOutput(made).data, status=status.HTTP_201_CREATED)


class ApproveAccountView(APIView):
    """Approve an account as the second officer; it counts 24 hours later."""

    policy_actions = {"POST": "shop.account.approve"}
    refuses = (AccountDecided, AccountNeedsSecondPerson)

    @extend_schema(
        operation_id="approve_shop_account", request=None, responses={200: AccountOutput}
    )
    def post(self, request: Request, account_id: UUID) -> Response:
        rows = accounts_for(request, "shop.account.approve")
        approved = approve_account(
            get_object_or_404(rows, pk=account_id),
            approved_by=cast("User", request.user),
            actor=actor_of(request),
            now=timezone.now(),
        )
        return Response(AccountOutput(approved).data)


class RefuseAccountView(APIView):
    """Take a proposed account back."""

    policy_actions = {"POST": "shop.account.approve"}
    refuses = (AccountDecided,)

    @extend_schema(operation_id="refuse_shop_account", request=None, responses={200: AccountOutput})
    def post(self, request: Request, account_id: UUID) -> Response:
        rows = accounts_for(request, "shop.account.approve")
        refused = refuse_account(
            get_object_or_404(rows, pk=account_id), actor=actor_of(request), now=timezone.now()
        )
        return Response(AccountOutput(refused).data)
