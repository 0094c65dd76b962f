"""The form in which the phone's endpoints answer and refuse: RFC 6749, RFC 9449, OpenID4VCI.

The one exception to problem documents. Everything a request can do wrong, down to a body that is
no form or a method that is none, leaves as ``{"error", "error_description"}`` and is not stored
by any cache.
"""

from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import QueryDict
from django.utils import timezone
from rest_framework.exceptions import (
    APIException,
    MethodNotAllowed,
    NotAuthenticated,
    PermissionDenied,
)
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.client_address import client_address
from core.refusals import Refusal
from core.throttles import Limit, TooManyTries
from disability_card.enrolment.dpop import DPoPProof, check_dpop_proof
from disability_card.enrolment.nonces import see_proof_id
from disability_card.enrolment.oauth_errors import (
    InvalidDPoPProof,
    InvalidRequest,
    InvalidToken,
    OAuthRefusal,
    TooManyRequests,
)

# Each proof leaves a row for ten minutes. High, for a city's phones share few addresses.
PROOF_LIMIT: Final = Limit(name="wallet-proof", tries=600, seconds=60)


class OAuthView(APIView):
    """An endpoint for a phone that nobody is signed in on: its key is its name."""

    authentication_classes = []
    error_media_types = ("application/json",)  # read by the OpenAPI document
    # How the endpoint's own standard calls a body that cannot be read.
    unreadable: type[OAuthRefusal] = InvalidRequest

    def handle_exception(self, exc: Exception) -> Response:
        match exc:
            case OAuthRefusal():
                return _refused(exc)
            case TooManyTries():
                refused = _refused(TooManyRequests())
                refused["Retry-After"] = str(exc.extra["retry_after_seconds"])
                return refused
            case APIException():
                # No form, no JSON, another media type, another method: all the caller's doing.
                refused = _refused(self.unreadable())
                # Its action is open to everybody, so only a method it has not is ever denied.
                if isinstance(exc, (MethodNotAllowed, NotAuthenticated, PermissionDenied)):
                    refused.status_code = HTTPStatus.METHOD_NOT_ALLOWED
                return refused
            case SuspiciousOperation():
                return _refused(self.unreadable())  # too large, too many fields
            case Refusal():
                return _refused(InvalidRequest(exc.code))
            case _:
                raise exc

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        return response


def _refused(refusal: OAuthRefusal) -> Response:
    # RFC 6749 section 5.2 allows ASCII only in the description: our code, and what was wrong.
    described = f"{refusal.code}: {refusal.detail}" if refusal.detail else refusal.code
    body = {
        "error": refusal.error,
        "error_description": described,
        # A phone whose clock is hours off makes proofs that nobody takes; this mends it.
        "server_time": int(timezone.now().timestamp()),
    }
    response = Response(body, status=refusal.status)
    if refusal.status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = f'DPoP error="{refusal.error}", algs="ES256"'
    return response


def proof_of_request(request: Request, *, access_token: str | None = None) -> DPoPProof:
    """Return the phone's key behind this request, and remember its proof."""
    now = timezone.now()
    PROOF_LIMIT.count(client_address(request), now=now)
    sent = request.headers.get("DPoP", "")
    proof = check_dpop_proof(
        sent,
        method=request.method or "",
        # What the phone was told to call, whatever a proxy made of it on the way.
        url=f"{settings.PUBLIC_URL}{request.path}",
        access_token=access_token,
        now=now,
    )
    if not see_proof_id(proof.proof_id, until=proof.remembered_until):
        raise InvalidDPoPProof("jti")
    return proof


def shown_access_token(request: Request) -> str:
    """Return the token of ``Authorization: DPoP <token>`` (RFC 9449 section 7.1)."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "dpop" or not token:
        raise InvalidToken
    return token


def text_of(form: object, name: str) -> str:
    """Return one parameter of a form; ``invalid_request`` if it is missing, empty or repeated."""
    values = form.getlist(name) if isinstance(form, QueryDict) else []
    if len(values) != 1 or not values[0]:
        raise InvalidRequest(name)
    return str(values[0])
