"""What a phone sends and gets. The OAuth shapes are documented here and read by hand:

their errors have names of their own, which a serializer's field errors do not.
"""

from dataclasses import dataclass

from rest_framework import serializers

from disability_card.enrolment.oauth_errors import (
    InvalidCredentialRequest,
    InvalidProof,
    UnknownCredentialIdentifier,
)


class TokenRequest(serializers.Serializer[None]):
    """The form of the token endpoint; which fields it needs depends on the grant."""

    grant_type = serializers.CharField()
    tx_code = serializers.CharField(required=False)
    refresh_token = serializers.CharField(required=False)

    def get_fields(self) -> dict[str, serializers.Field[object, object, object, object]]:
        # OpenID4VCI names it with a hyphen, which no class attribute can have.
        return {
            **super().get_fields(),
            "pre-authorized_code": serializers.CharField(required=False),
        }


class TokenResponse(serializers.Serializer[None]):
    access_token = serializers.CharField()
    token_type = serializers.CharField()
    expires_in = serializers.IntegerField()
    refresh_token = serializers.CharField()
    server_time = serializers.IntegerField()


class NonceResponse(serializers.Serializer[None]):
    c_nonce = serializers.CharField()


class Proofs(serializers.Serializer[None]):
    jwt = serializers.ListField(child=serializers.CharField(), min_length=1, max_length=10)


class CredentialRequest(serializers.Serializer[None]):
    credential_configuration_id = serializers.CharField()
    proofs = Proofs()


class OneCredential(serializers.Serializer[None]):
    credential = serializers.CharField()


class CredentialResponse(serializers.Serializer[None]):
    credentials = OneCredential(many=True)


class OAuthError(serializers.Serializer[None]):
    error = serializers.CharField()
    error_description = serializers.CharField()
    server_time = serializers.IntegerField()


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedCredentials:
    """A credential request whose shape is right; nothing of it is checked yet."""

    configuration_id: str
    proofs: tuple[str, ...]


def credential_request_of(body: object) -> WantedCredentials:
    """Read OpenID4VCI 1.0 section 8.2; the errors are those of section 8.3.1.2."""
    if not isinstance(body, dict):
        raise InvalidCredentialRequest
    if "credential_identifier" in body:
        raise UnknownCredentialIdentifier  # we give none out
    configuration_id = body.get("credential_configuration_id")
    if not isinstance(configuration_id, str):
        raise InvalidCredentialRequest("credential_configuration_id")
    proofs = body.get("proofs")
    if not isinstance(proofs, dict) or list(proofs) != ["jwt"]:
        raise InvalidProof("proofs.jwt")
    jwts = proofs["jwt"]
    if not isinstance(jwts, list) or not jwts or not all(isinstance(one, str) for one in jwts):
        raise InvalidProof("proofs.jwt")
    return WantedCredentials(configuration_id=configuration_id, proofs=tuple(jwts))
