"""The protocol: OpenID Connect Core 1.0 with PKCE (RFC 7636) and private_key_jwt (RFC 7523).

It knows no database and no page. Algorithms are fixed here, never taken from a token or from the
provider's own list; every check that fails raises :class:`IdentityRefused` with a code.
"""

import base64
import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

import jwt
import requests
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from core.refusals import Refusal, gettext_noop as _

ASSERTION_LIVES: Final = timedelta(seconds=60)
AUTH_TIME_MAX: Final = timedelta(minutes=10)
LEEWAY: Final = timedelta(seconds=30)
ID_TOKEN_ALGORITHMS: Final = ("RS256", "ES256")
_TIMEOUT: Final = 10  # seconds
_ANSWER_BYTES_MAX: Final = 100_000


class IdentityRefused(Refusal):
    """The provider's answer cannot be trusted; ``detail`` names the check for the log only."""

    code = "identity-refused"
    title = _("本人確認ができませんでした")
    next_step = _("もう一度はじめからためしてください。だめなときは窓口へ来てください。")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderSettings:
    """What the installation knows of its provider; nothing of it comes from a request."""

    issuer: str
    client_id: str
    key: RSAPrivateKey | EllipticCurvePrivateKey = field(repr=False)
    key_id: str
    redirect_uri: str
    acr_values: Sequence[str]
    scope: str = "openid profile address"
    assertion_audience: str = ""  # empty: the token endpoint's address
    demands_auth_time: bool = True

    @property
    def key_algorithm(self) -> str:
        """The algorithm of the client's own key."""
        return "RS256" if isinstance(self.key, RSAPrivateKey) else "ES256"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoints:
    """The provider's own addresses, from its discovery document."""

    authorization: str
    token: str
    userinfo: str
    jwks: str
    names_issuer: bool = False  # each answer says whose it is (RFC 9207 section 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What this side keeps of one way to the provider: it alone can use the answer."""

    state: str
    nonce: str
    verifier: str
    started_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvenPerson:
    """Who it is, as the provider says; ``subject`` is stable for this client."""

    subject: str
    acr: str
    auth_time: datetime
    name: str
    birth_date: str
    address: str
    gender: str


def begin(*, now: datetime) -> Attempt:
    """Return a new attempt with fresh secrets."""
    return Attempt(
        state=secrets.token_urlsafe(24),
        nonce=secrets.token_urlsafe(24),
        verifier=secrets.token_urlsafe(48),
        started_at=now.timestamp(),
    )


def authorization_address(
    settings: ProviderSettings, endpoints: Endpoints, attempt: Attempt
) -> str:
    """Return where the person goes to prove who they are."""
    challenge = hashlib.sha256(attempt.verifier.encode()).digest()
    asked = {
        "response_type": "code",
        "client_id": settings.client_id,
        "redirect_uri": settings.redirect_uri,
        "scope": settings.scope,
        "state": attempt.state,
        "nonce": attempt.nonce,
        "code_challenge": base64.urlsafe_b64encode(challenge).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
        "acr_values": " ".join(settings.acr_values),
        "max_age": str(int(AUTH_TIME_MAX.total_seconds())),
        "prompt": "login",
    }
    return f"{endpoints.authorization}?{urlencode(asked)}"


def discover(settings: ProviderSettings) -> Endpoints:
    """Read the provider's discovery document; its issuer must be the one we were told."""
    found = _get(f"{settings.issuer.rstrip('/')}/.well-known/openid-configuration")
    if found.get("issuer") != settings.issuer:
        raise IdentityRefused(detail="issuer of the discovery document")
    try:
        return Endpoints(
            authorization=found["authorization_endpoint"],
            token=found["token_endpoint"],
            userinfo=found["userinfo_endpoint"],
            jwks=found["jwks_uri"],
            names_issuer=found.get("authorization_response_iss_parameter_supported") is True,
        )
    except KeyError as missing:
        raise IdentityRefused(detail="discovery document") from missing


def finish(
    settings: ProviderSettings,
    endpoints: Endpoints,
    attempt: Attempt,
    answer: Mapping[str, str],
    *,
    now: datetime,
) -> ProvenPerson:
    """Return who came back, or raise :class:`IdentityRefused`.

    ``answer`` are the parameters of the return address. Where it names an issuer it must be ours,
    and a provider that always names itself must have done so (RFC 9207: a mix-up of two providers).
    """
    if not secrets.compare_digest(answer.get("state", ""), attempt.state):
        raise IdentityRefused(detail="state")
    if answer.get("iss", "" if endpoints.names_issuer else settings.issuer) != settings.issuer:
        raise IdentityRefused(detail="iss of the answer")
    if "error" in answer or not answer.get("code"):
        raise IdentityRefused(detail=f"error {answer.get('error', '')[:40]}")
    tokens = _exchange(settings, endpoints, attempt, answer["code"], now=now)
    claims = check_id_token(
        str(tokens.get("id_token", "")),
        keys=_get(endpoints.jwks).get("keys", []),
        settings=settings,
        nonce=attempt.nonce,
        now=now,
    )
    told = _get(endpoints.userinfo, token=str(tokens.get("access_token", "")))
    if told.get("sub") != claims["sub"]:
        raise IdentityRefused(detail="sub of userinfo")
    address = told.get("address")
    return ProvenPerson(
        subject=claims["sub"],
        acr=claims["acr"],
        auth_time=datetime.fromtimestamp(claims.get("auth_time", claims["iat"]), tz=now.tzinfo),
        name=str(told.get("name", "")),
        birth_date=str(told.get("birthdate", "")),
        address=str(address.get("formatted", "") if isinstance(address, dict) else address or ""),
        gender=str(told.get("gender", "")),
    )


def check_id_token(
    token: str,
    *,
    keys: Sequence[Mapping[str, Any]],
    settings: ProviderSettings,
    nonce: str,
    now: datetime,
) -> dict[str, Any]:
    """Return the claims of a good ID token (OpenID Connect Core section 3.1.3.7)."""
    claims = _signed_claims(token, keys)
    at = now.timestamp()
    checks = {
        "iss": claims.get("iss") == settings.issuer,
        "aud": claims.get("aud") in (settings.client_id, [settings.client_id]),
        "azp": claims.get("azp", settings.client_id) == settings.client_id,
        "exp": _number(claims, "exp") > at - LEEWAY.total_seconds(),
        "iat": abs(_number(claims, "iat") - at) <= AUTH_TIME_MAX.total_seconds(),
        "nonce": secrets.compare_digest(str(claims.get("nonce", "")), nonce),
        "sub": isinstance(claims.get("sub"), str) and 0 < len(claims["sub"]) <= 255,  # noqa: PLR2004  the standard's limit
        "acr": claims.get("acr") in settings.acr_values,
        "auth_time": _auth_time_is_new(claims, settings, at),
    }
    if failed := [name for name, is_good in checks.items() if not is_good]:
        raise IdentityRefused(detail=f"id_token: {', '.join(failed)}")
    return claims


def _auth_time_is_new(claims: Mapping[str, Any], settings: ProviderSettings, at: float) -> bool:
    if "auth_time" not in claims:
        return not settings.demands_auth_time
    age = at - _number(claims, "auth_time")
    return -LEEWAY.total_seconds() <= age <= AUTH_TIME_MAX.total_seconds()


def _number(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else -1


def _signed_claims(token: str, keys: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    try:
        kid = jwt.get_unverified_header(token).get("kid")
        jwk = next(one for one in keys if one.get("kid") == kid and one.get("use", "sig") == "sig")
        key = jwt.PyJWK(dict(jwk))
        options: Any = {"verify_aud": False, "verify_exp": False, "verify_iat": False}
        claims: dict[str, Any] = jwt.decode(
            token, key, algorithms=list(ID_TOKEN_ALGORITHMS), options=options
        )
    except (jwt.PyJWTError, StopIteration, ValueError, TypeError) as cause:
        raise IdentityRefused(detail="signature of id_token") from cause
    return claims


def client_assertion(settings: ProviderSettings, audience: str, *, now: datetime) -> str:
    """Return the signed statement by which this client proves itself (RFC 7523 section 3)."""
    at = int(now.timestamp())
    claims = {
        "iss": settings.client_id,
        "sub": settings.client_id,
        "aud": audience,
        "jti": secrets.token_urlsafe(24),
        "iat": at,
        "exp": at + int(ASSERTION_LIVES.total_seconds()),
    }
    return jwt.encode(
        claims, settings.key, algorithm=settings.key_algorithm, headers={"kid": settings.key_id}
    )


def _exchange(
    settings: ProviderSettings, endpoints: Endpoints, attempt: Attempt, code: str, *, now: datetime
) -> dict[str, Any]:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": settings.redirect_uri,
        "code_verifier": attempt.verifier,
        "client_id": settings.client_id,
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": client_assertion(
            settings, settings.assertion_audience or endpoints.token, now=now
        ),
    }
    try:
        answer = requests.post(endpoints.token, data=form, timeout=_TIMEOUT, allow_redirects=False)
        return _json_of(answer)
    except requests.RequestException as cause:
        raise IdentityRefused(detail="token endpoint") from cause


def _get(address: str, *, token: str = "") -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        answer = requests.get(address, headers=headers, timeout=_TIMEOUT, allow_redirects=False)
        return _json_of(answer)
    except requests.RequestException as cause:
        raise IdentityRefused(detail="provider cannot be reached") from cause


def _json_of(answer: requests.Response) -> dict[str, Any]:
    if not answer.ok or len(answer.content) > _ANSWER_BYTES_MAX:
        raise IdentityRefused(detail=f"provider answered {answer.status_code}")
    try:
        found = answer.json()
    except ValueError as cause:
        raise IdentityRefused(detail="provider's answer") from cause
    if not isinstance(found, dict):
        raise IdentityRefused(detail="provider's answer")
    return found
