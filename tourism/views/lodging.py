"""The lodging's desk: attest guests who stand there, and hand each a code."""

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import policy
from core.idempotency import HEADER, KEY_REFUSALS, answer_once
from core.permissions import actor_of
from tourism.claim_rules import ClaimNotOpen, ClaimOtherWay
from tourism.models import Campaign, Shop
from tourism.refusals import KeyMissing
from tourism.serializers.money import CheckInInput, CheckInOutput
from tourism.stays import NotALodging, TooManyGuests, attest_check_in
from tourism.views.redemptions import KEY


class CheckInsView(APIView):
    """Attest a check-in. The codes are told this once; sent again, the same ones come back."""

    policy_actions = {"POST": "coupon.attest-stay"}
    names_a_row_in_its_body = True
    refuses = (NotALodging, TooManyGuests, ClaimNotOpen, ClaimOtherWay, KeyMissing, *KEY_REFUSALS)

    @extend_schema(
        operation_id="attest_check_in", request=CheckInInput, responses={201: CheckInOutput},
        parameters=[KEY],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        given = CheckInInput(data=request.data)
        given.is_valid(raise_exception=True)
        wanted, actor, now = given.validated_data, actor_of(request), timezone.now()
        if not request.headers.get(HEADER):
            raise KeyMissing
        houses = policy.allowed(actor, "coupon.attest-stay", Shop.objects.all())
        place = actor.place_id or wanted.get("place")
        house = get_object_or_404(houses, place_id=place)
        campaign = get_object_or_404(
            Campaign, pk=wanted["campaign"], municipality=house.municipality
        )

        def attest() -> dict[str, object]:
            codes = attest_check_in(
                campaign, place_id=house.place_id, guests=wanted["guests"],
                nights=wanted["nights"], actor=actor, now=now,
            )  # fmt: skip
            told = [
                {"grant": str(one.grant_id), "code": one.code, "value_yen": one.value_yen,
                 "expires_on": one.expires_on.isoformat()}
                for one in codes
            ]  # fmt: skip
            return {"codes": told}

        return answer_once(request, attest, now=now, status=status.HTTP_201_CREATED)
