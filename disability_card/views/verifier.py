"""The front desk's doors: verify, challenge, bundle, offline log; and the phone's short code."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language, gettext
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import device_of
from core.client_address import client_address
from core.permissions import Public
from core.policy import NotAllowed
from core.throttles import TooManyTries
from disability_card.benefit_forms import answer_json
from disability_card.bundle import bundle_of
from disability_card.challenges import make_challenge, take_challenge
from disability_card.models import Venue
from disability_card.offline_log import BadOfflineLog, OfflineEntry, upload_log
from disability_card.scanning import Scan, count, scan
from disability_card.serializers.verifier import (
    BundleOutput,
    ChallengeOutput,
    OfflineLogInput,
    OfflineLogOutput,
    ShortCodeInput,
    ShortCodeOutput,
    VerificationInput,
    VerificationOutput,
)
from disability_card.short_codes import (
    NotAQrText,
    ShortCodeUnknown,
    make_short_code,
    take_short_code,
)
from disability_card.venues import NoVenue, venue_of_place
from disability_card.verdicts import refusal_json

_NO_STORE = {"Cache-Control": "no-store"}


class VerificationsView(APIView):
    """Verify one card. A refused card is a normal answer (200); it says what to do next."""

    policy_actions = {"POST": "verify"}
    refuses = (NoVenue, TooManyTries)

    @extend_schema(
        operation_id="verify_card",
        request=VerificationInput,
        responses={200: VerificationOutput},
    )
    def post(self, request: Request) -> Response:
        given = VerificationInput(data=request.data)
        given.is_valid(raise_exception=True)
        device, now = device_of(request), timezone.now()
        venue = venue_of_place(device.place_id)
        if given.validated_data.get("venue", venue.code) != venue.code:
            raise NotAllowed
        try:
            found = _scan(given.validated_data, venue, device_id=device.pk, now=now)
        except ShortCodeUnknown as refusal:
            count(venue, outcome=refusal.code, medium="", now=now)
            return Response(_unknown_short_code(refusal), headers=_NO_STORE)
        return Response(verification_json(found), headers=_NO_STORE)


def _scan(given: dict[str, Any], venue: Venue, *, device_id: Any, now: datetime) -> Scan:
    text = given.get("qr") or take_short_code(given["short_code"], device=str(device_id), now=now)
    challenge = given.get("challenge")
    # One that is not ours, or used, can match no card: the verifier says wrong-nonce.
    if challenge and not take_challenge(challenge, device_id=device_id, now=now):
        challenge = ""
    return scan(text, venue=venue, device_id=device_id, challenge=challenge, now=now)


def verification_json(found: Scan) -> dict[str, Any]:
    """Return the published form with this venue's words."""
    language = get_language() or "ja"
    if found.refusal is not None:
        return refusal_json(found.refusal) | {
            "title": gettext(found.refusal.title),
            "next_step": gettext(found.refusal.next_step),
            "answer": None,
        }
    assert found.verdict is not None and found.answer is not None  # noqa: PT018
    return found.verdict.as_json() | {"answer": answer_json(found.answer, language=language)}


def _unknown_short_code(refusal: ShortCodeUnknown) -> dict[str, Any]:
    empty = dict.fromkeys(
        ("level", "medium", "presenter", "discount_class", "caregivers", "name_to_check", "as_of")
    )
    return empty | {
        "outcome": "refused",
        "code": refusal.code,
        "title": gettext(refusal.title),
        "next_step": gettext(refusal.next_step),
        "answer": None,
    }


class ChallengesView(APIView):
    """Give the counter a challenge: 120 seconds, single use."""

    policy_actions = {"POST": "verify"}
    refuses = (NoVenue,)

    @extend_schema(operation_id="make_challenge", request=None, responses={201: ChallengeOutput})
    def post(self, request: Request) -> Response:
        venue = venue_of_place(device_of(request).place_id)
        challenge, expires_at = make_challenge(device_of(request).pk, now=timezone.now())
        body = {
            "text": f"SKV1:{venue.code}:{challenge}",
            "challenge": challenge,
            "expires_at": expires_at,
        }
        return Response(
            ChallengeOutput(body).data, status=status.HTTP_201_CREATED, headers=_NO_STORE
        )


class BundleView(APIView):
    """Give the front desk what it needs for a day without a network."""

    policy_actions = {"GET": "verify"}
    refuses = (NoVenue,)

    @extend_schema(operation_id="verifier_bundle", responses={200: BundleOutput, 304: None})
    def get(self, request: Request) -> Response:
        found = bundle_of(venue_of_place(device_of(request).place_id), now=timezone.now())
        headers = {"ETag": found.etag, "Cache-Control": "private, no-cache"}
        if found.etag in request.headers.get("If-None-Match", ""):
            return Response(status=status.HTTP_304_NOT_MODIFIED, headers=headers)
        return Response(found.document, headers=headers)


class OfflineLogView(APIView):
    """Take the counts that were made without a network."""

    policy_actions = {"POST": "verify"}
    refuses = (NoVenue, BadOfflineLog)

    @extend_schema(
        operation_id="upload_offline_log",
        request=OfflineLogInput,
        responses={200: OfflineLogOutput},
    )
    def post(self, request: Request) -> Response:
        given = OfflineLogInput(data=request.data)
        given.is_valid(raise_exception=True)
        is_new = upload_log(
            given.validated_data["id"],
            [OfflineEntry(**entry) for entry in given.validated_data["entries"]],
            venue=venue_of_place(device_of(request).place_id),
            device_id=device_of(request).pk,
            now=timezone.now(),
        )
        return Response(OfflineLogOutput({"is_new": is_new}).data)


class ShortCodeView(APIView):
    """Give the phone eight characters for a counter whose camera fails."""

    refuses = (NotAQrText, TooManyTries)
    authentication_classes = []
    permission_classes = [Public]

    @extend_schema(
        operation_id="make_short_code",
        request=ShortCodeInput,
        responses={201: ShortCodeOutput},
        auth=[],
    )
    def post(self, request: Request) -> Response:
        given = ShortCodeInput(data=request.data)
        given.is_valid(raise_exception=True)
        code, expires_at = make_short_code(
            given.validated_data["qr"],
            address=client_address(request),
            now=timezone.now(),
        )
        return Response(
            {"code": code, "expires_at": expires_at},
            status=status.HTTP_201_CREATED,
            headers=_NO_STORE,
        )
