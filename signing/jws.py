"""Compact JWS (RFC 7515), ES256 only, read strictly.

Closes what general libraries leave open: ``typ`` is checked, duplicate keys, NaN, UTF-16, a BOM,
padding and other spellings are refused, any ``alg`` but ES256 and any ``crit`` too, and dates are
JSON integers. Which key may sign is the caller's decision, made from the header.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from signing import base64url, es256, strict_json
from signing.faults import BadToken, Fault, unreadable
from signing.keys import Jwk, PublicKey, Signer, key_from_jwk, thumbprint

# 9999-12-31: beyond it no date can be shown to anybody.
_DATE_MAX: Final = 253_402_300_799
_PARTS: Final = 3


@dataclass(frozen=True, slots=True)
class Jws:
    """A token taken apart. Nothing is verified yet."""

    header: dict[str, Any]
    payload: dict[str, Any]
    signing_input: bytes
    signature: bytes


def sign(
    payload: Mapping[str, object], *, typ: str, signer: Signer, header: Mapping[str, object] = {}
) -> str:
    """Return a compact JWS with ``alg``, ``typ``, ``kid`` and what ``header`` adds."""
    full_header = {"alg": "ES256", "typ": typ, "kid": signer.kid, **header}
    return sign_parts(strict_json.dumps(full_header), strict_json.dumps(payload), signer).decode()


def sign_parts(header: bytes, payload: bytes, signer: Signer) -> bytes:
    """Return the compact JWS over ready JSON."""
    signing_input = base64url.encode(header) + b"." + base64url.encode(payload)
    return signing_input + b"." + base64url.encode(signer.sign(signing_input))


def parse(token: bytes) -> Jws:
    """Take ``token`` apart, or raise ``BadToken``. It verifies nothing."""
    parts = token.split(b".")
    if len(parts) != _PARTS:
        raise unreadable("not three parts")
    header, payload, signature = parts
    return Jws(
        strict_json.loads_object(base64url.decode(header)),
        strict_json.loads_object(base64url.decode(payload)),
        token[: len(header) + 1 + len(payload)],
        base64url.decode(signature),
    )


def parse_text(token: object) -> Jws:
    """Take apart what JSON or a person gave as a token, or raise ``BadToken``."""
    if not isinstance(token, str):
        raise unreadable("not a token")
    try:
        return parse(token.encode("ascii"))
    except UnicodeEncodeError:
        raise unreadable("not a token") from None


def check_header(header: Mapping[str, Any], *, typ: str) -> None:
    """Refuse any header but ``alg: ES256`` and exactly ``typ``."""
    alg = header.get("alg")
    if alg != "ES256":
        is_none = isinstance(alg, str) and alg.lower() == "none"
        raise BadToken(Fault.ALG_NONE if is_none else Fault.WRONG_ALG)
    if header.get("typ") != typ:
        raise BadToken(Fault.WRONG_TYP)
    if "crit" in header:
        raise unreadable("an extension that must be understood and is not (RFC 7515, 4.1.11)")


def check_signature(token: Jws, key: PublicKey) -> None:
    """Refuse a token that was not signed with the twin of ``key``."""
    if not es256.verify(key, token.signature, token.signing_input):
        raise BadToken(Fault.FORGED)


def open_token(token: object, *, typ: str, key_of: Callable[[Jws], PublicKey]) -> Jws:
    """Return ``token`` verified, or raise ``BadToken``.

    ``key_of`` chooses the key from header and payload; it raises ``BadToken`` where it has none.
    """
    parsed = parse_text(token)
    check_header(parsed.header, typ=typ)
    check_signature(parsed, key_of(parsed))
    return parsed


@dataclass(frozen=True, slots=True)
class SelfSigned:
    """A verified token that brings its own key, as DPoP and OpenID4VCI proofs do."""

    header: dict[str, Any]
    payload: dict[str, Any]
    jwk: Jwk
    thumbprint: str


def open_self_signed(token: object, *, typ: str) -> SelfSigned:
    """Return a token verified with the ``jwk`` in its header, or raise ``BadToken``.

    It proves possession of that key and nothing else. A header with another way to name the key
    beside ``jwk`` is ambiguous and refused (OpenID4VCI 1.0 appendix F.1).
    """
    opened = open_token(token, typ=typ, key_of=_own_key)
    if opened.header.keys() & {"kid", "x5c", "trust_chain"}:
        raise unreadable("two names for one key")
    members = ("kty", "crv", "x", "y")
    jwk: Jwk = {name: opened.header["jwk"][name] for name in members}
    return SelfSigned(opened.header, opened.payload, jwk, thumbprint(jwk))


def _own_key(token: Jws) -> PublicKey:
    return key_from_jwk(token.header.get("jwk"))


def numeric_date(claims: Mapping[str, Any], name: str) -> int:
    """Return the date ``name``: a JSON integer, never a string, a float or a boolean."""
    value = claims.get(name)
    if type(value) is not int or not 0 <= value <= _DATE_MAX:
        raise unreadable(f"{name} is not a NumericDate")
    return value


def optional_numeric_date(claims: Mapping[str, Any], name: str) -> int | None:
    """Return the date ``name`` if there is one."""
    return numeric_date(claims, name) if name in claims else None


def text_claim(claims: Mapping[str, Any], name: str) -> str:
    """Return the claim ``name``: a string that is not empty."""
    value = claims.get(name)
    if not isinstance(value, str) or not value:
        raise unreadable(f"{name} is not a text")
    return value
