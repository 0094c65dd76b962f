"""The phone's doors: token, nonce, credential (OpenID4VCI 1.0)."""

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import FormParser
from rest_framework.request import Request
from rest_framework.response import Response

from core.parsers import StrictJSONParser
from core.user_agents import device_label
from disability_card.enrolment.credentials import take_credentials
from disability_card.enrolment.nonces import give_nonce
from disability_card.enrolment.oauth_errors import InvalidCredentialRequest, UnsupportedGrantType
from disability_card.enrolment.offers import PRE_AUTHORIZED_CODE_GRANT
from disability_card.enrolment.tokens import (
    ACCESS_TOKEN_LIVES,
    Tokens,
    access_of,
    redeem_code,
    refresh_tokens,
)
from disability_card.serializers.wallet import (
    CredentialRequest,
    CredentialResponse,
    NonceResponse,
    OAuthError,
    TokenRequest,
    TokenResponse,
    credential_request_of,
)
from disability_card.views.oauth import (
    OAuthView,
    proof_of_request,
    shown_access_token,
    text_of,
)

REFUSED = dict.fromkeys((400, 401, 429), OAuthError)
DPOP_PROOF = OpenApiParameter(
    "DPoP", str, OpenApiParameter.HEADER, required=True, description="RFC 9449 section 4"
)


class TokenView(OAuthView):
    """RFC 6749 section 3.2, with the grant of OpenID4VCI 1.0 section 6 and DPoP."""

    policy_actions = {"POST": "wallet.fetch"}
    parser_classes = [FormParser]

    @extend_schema(
        operation_id="fetch_token",
        request={"application/x-www-form-urlencoded": TokenRequest},
        responses={200: TokenResponse} | REFUSED,
        parameters=[DPOP_PROOF],
        auth=[],
    )
    def post(self, request: Request) -> Response:
        grant = text_of(request.data, "grant_type")
        if grant not in {PRE_AUTHORIZED_CODE_GRANT, "refresh_token"}:
            raise UnsupportedGrantType
        return Response(_token_response(_exchange(request, grant)))


def _exchange(request: Request, grant: str) -> Tokens:
    form, now = request.data, timezone.now()
    if grant == "refresh_token":
        token = text_of(form, "refresh_token")
        key = proof_of_request(request).thumbprint
        return refresh_tokens(token, device_key_thumbprint=key, now=now)
    code, tx_code = text_of(form, "pre-authorized_code"), text_of(form, "tx_code")
    return redeem_code(
        code,
        tx_code=tx_code,
        device_key_thumbprint=proof_of_request(request).thumbprint,
        device_label=device_label(request.headers.get("User-Agent", "")),
        now=now,
    )


def _token_response(tokens: Tokens) -> dict[str, object]:
    return {
        "access_token": tokens.access_token,
        "token_type": "DPoP",
        "expires_in": int(ACCESS_TOKEN_LIVES.total_seconds()),
        "refresh_token": tokens.refresh_token,
        # Not of RFC 6749: phones keep the offset of their clock from it.
        "server_time": int(timezone.now().timestamp()),
    }


class NonceView(OAuthView):
    """OpenID4VCI 1.0 section 7: a number that the next proofs answer."""

    policy_actions = {"POST": "wallet.fetch"}

    @extend_schema(
        operation_id="fetch_nonce", request=None, responses={200: NonceResponse} | REFUSED, auth=[]
    )
    def post(self, _request: Request) -> Response:
        return Response({"c_nonce": give_nonce(now=timezone.now())})


class CredentialView(OAuthView):
    """OpenID4VCI 1.0 section 8: a batch of one configuration."""

    policy_actions = {"POST": "wallet.fetch"}
    parser_classes = [StrictJSONParser]
    unreadable = InvalidCredentialRequest

    @extend_schema(
        operation_id="fetch_credentials",
        request=CredentialRequest,
        responses={200: CredentialResponse} | REFUSED,
        parameters=[DPOP_PROOF],
        auth=[{"dpop": []}],  # type: ignore[list-item]  # the stubs know names only
    )
    def post(self, request: Request) -> Response:
        token = shown_access_token(request)
        proof = proof_of_request(request, access_token=token)
        now = timezone.now()
        access = access_of(token, device_key_thumbprint=proof.thumbprint, now=now)
        wanted = credential_request_of(request.data)
        issued = take_credentials(
            access, configuration_id=wanted.configuration_id, proofs=wanted.proofs, now=now
        )
        return Response({"credentials": [{"credential": one} for one in issued]})
