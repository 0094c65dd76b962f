"""Paper coupons: staff print, hand over and void sheets; a shop uses one coupon at a time."""

from typing import Any, cast
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from core import policy
from core.actor import Actor
from core.idempotency import HEADER, KEY_REFUSALS, answer_once
from core.permissions import actor_of
from tourism.models import PaperSheet
from tourism.paper import (
    PaperNotAccepted,
    PaperSale,
    SheetStateWrong,
    hand_over,
    use_paper,
    void_sheet,
)
from tourism.paper_numbers import NUMBER_REFUSALS
from tourism.paper_sheets import FacesBad, NoPaper, TooMany, print_sheets
from tourism.refusals import BudgetExhausted, KeyMissing, NotOpen
from tourism.serializers.campaigns import NoteInput
from tourism.serializers.money import CouponReceiptOutput
from tourism.serializers.paper import PaperUseInput, PrintInput, SheetOutput
from tourism.set_limits import SET_REFUSALS
from tourism.views.redemptions import CLERK, COUPON_REFUSALS, KEY, mover_of, shop_of
from tourism.views.staff_campaigns import campaigns_for
from tourism.wallet_reading import receipt_json

_SHOWN_MAX = 1_000


def sheets_for(request: Any) -> QuerySet[PaperSheet]:
    """Return the sheets that the caller may hand over and void."""
    rows = PaperSheet.objects.select_related("campaign")
    return policy.allowed(actor_of(request), "paper.sheet", rows)


def person_at_counter(actor: Actor) -> UUID | None:
    """Return whom an officer serves just now; nobody where a sheet goes to its bearer."""
    return actor.on_behalf_of if actor.counter_session is not None else None


class SheetsView(APIView):
    """The sheets of a campaign, newest first; print more."""

    policy_actions = {"GET": "campaign.list", "POST": "paper.print"}
    refuses = (NoPaper, TooMany, FacesBad, *KEY_REFUSALS)

    @extend_schema(operation_id="paper_sheets", responses={200: SheetOutput(many=True)})
    def get(self, request: Request, campaign_id: UUID) -> Response:
        found = get_object_or_404(campaigns_for(request, "campaign.list"), pk=campaign_id)
        return Response(SheetOutput(found.sheets.order_by("-pk")[:_SHOWN_MAX], many=True).data)

    @extend_schema(
        operation_id="print_sheets", request=PrintInput, responses={201: SheetOutput(many=True)}
    )
    def post(self, request: Request, campaign_id: UUID) -> Response:
        """Make sheets; the page of the campaign draws them as PDF."""
        found = get_object_or_404(campaigns_for(request, "paper.print"), pk=campaign_id)
        given = PrintInput(data=request.data)
        given.is_valid(raise_exception=True)
        now = timezone.now()

        def make() -> dict[str, Any]:
            sheets = print_sheets(
                found,
                count=given.validated_data["count"],
                faces=given.validated_data["faces"],
                printed_by=cast("User", request.user),
                actor=actor_of(request),
                now=now,
            )
            return {"sheets": SheetOutput(sheets, many=True).data}

        made = answer_once(request, make, now=now, status=status.HTTP_201_CREATED)
        made.data = made.data["sheets"]
        return made


class HandOverView(APIView):
    """Give a sheet to somebody: its value leaves the budget.

    In a counter session it is the served person's, and counts for their limit.
    """

    policy_actions = {"POST": "paper.sheet"}
    refuses = (SheetStateWrong, NotOpen, BudgetExhausted, *SET_REFUSALS, *KEY_REFUSALS)

    @extend_schema(operation_id="hand_over_sheet", request=None, responses={200: SheetOutput})
    def post(self, request: Request, sheet_id: UUID) -> Response:
        found = get_object_or_404(sheets_for(request), pk=sheet_id)
        actor, now = actor_of(request), timezone.now()

        def give() -> dict[str, Any]:
            user, person = cast("User", request.user), person_at_counter(actor)
            handed = hand_over(found, handed_by=user, actor=actor, now=now, person_id=person)
            return dict(SheetOutput(handed).data)

        return answer_once(request, give, now=now)


class VoidSheetView(APIView):
    """End a lost or spoilt sheet: what was not used goes back to the budget."""

    policy_actions = {"POST": "paper.sheet"}
    refuses = (SheetStateWrong,)

    @extend_schema(operation_id="void_sheet", request=NoteInput, responses={200: SheetOutput})
    def post(self, request: Request, sheet_id: UUID) -> Response:
        found = get_object_or_404(sheets_for(request), pk=sheet_id)
        given = NoteInput(data=request.data)
        given.is_valid(raise_exception=True)
        ended = void_sheet(
            found,
            reason=given.validated_data["note"],
            void_by=cast("User", request.user),
            actor=actor_of(request),
            now=timezone.now(),
        )
        return Response(SheetOutput(ended).data)


class PaperRedemptionsView(APIView):
    """Use one paper coupon at a shop, once for (device, key)."""

    policy_actions = {"POST": "coupon.redeem"}
    refuses = (PaperNotAccepted, *NUMBER_REFUSALS, *COUPON_REFUSALS)

    @extend_schema(
        operation_id="redeem_paper",
        request=PaperUseInput,
        responses={201: CouponReceiptOutput},
        parameters=[KEY, CLERK],
    )
    def post(self, request: Request) -> Response:
        given = PaperUseInput(data=request.data)
        given.is_valid(raise_exception=True)
        wanted, now = given.validated_data, timezone.now()
        shop = shop_of(request, "coupon.redeem", wanted.get("shop"))
        key = request.headers.get(HEADER, "")
        if not key:
            raise KeyMissing
        sale = PaperSale(
            text=wanted["code"],
            shop_id=shop.pk,
            device_id=mover_of(request, shop, now=now),
            key=key,
            bill_yen=wanted["bill_yen"],
        )
        receipt = use_paper(sale, municipality=shop.municipality)
        return Response(receipt_json(receipt), status=status.HTTP_201_CREATED)
