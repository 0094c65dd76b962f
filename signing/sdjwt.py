"""SD-JWT with key binding (RFC 9901): issue, take apart, open strictly.

It knows the format and not the card: which claims there are, who may sign and what the dates mean
is decided by the callers. Steps of section 7.1 are named where they are taken.
"""

import hashlib
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from signing import base64url, jws, strict_json
from signing.faults import BadToken, Fault, unreadable
from signing.keys import Jwk, Signer

CREDENTIAL_TYP: Final = "dc+sd-jwt"
KEY_BINDING_TYP: Final = "kb+jwt"
# So many digests whatever is selective: their number must not tell which kind of card it is.
DIGESTS: Final = 10
DISCLOSURES_MAX: Final = 16
SALT_BYTES: Final = 16  # 128 bits (RFC 9901 section 9.3)
_DIGEST_BYTES: Final = 32
_NESTING_MAX: Final = 32
_RESERVED: Final = frozenset({"_sd", "..."})
_OBJECT_PARTS: Final = 3
_ELEMENT_PARTS: Final = 2

RandomBytes = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class SdJwt:
    """The text of an SD-JWT taken apart at its tildes. Nothing is decoded yet."""

    issuer_jwt: bytes
    disclosures: tuple[bytes, ...]
    key_binding: bytes | None
    presentation: bytes  # all up to and with the last tilde: what ``sd_hash`` is over


# -- writing --------------------------------------------------------------------------------


def issue(
    claims: Mapping[str, object],
    *,
    signer: Signer,
    selective: Mapping[str, object] | None = None,
    holder: Jwk | None = None,
    typ: str = CREDENTIAL_TYP,
    digests: int = DIGESTS,
    random_bytes: RandomBytes = secrets.token_bytes,
) -> str:
    """Return an SD-JWT with every disclosure, ending in a tilde.

    ``claims`` are always visible, ``selective`` ones each behind a salted digest; decoys fill up
    to ``digests``. ``holder`` is the phone's key. Salts come from ``random_bytes``.
    """
    payload = dict(claims)
    if holder is not None:
        payload["cnf"] = {"jwk": holder}
    made: list[bytes] = []
    if selective:
        made = _make_disclosures(selective, random_bytes)
        hashed = [digest_of(one) for one in made]
        spare = max(0, digests - len(hashed))
        decoys = random_bytes(spare * _DIGEST_BYTES)
        hashed += [
            base64url.encode(decoys[at : at + _DIGEST_BYTES]).decode()
            for at in range(0, len(decoys), _DIGEST_BYTES)
        ]
        # Sorted, so that the order says neither which is a decoy nor which claim is which.
        payload["_sd"] = sorted(hashed)
        payload["_sd_alg"] = "sha-256"
    header = strict_json.dumps({"alg": "ES256", "typ": typ, "kid": signer.kid})
    token = jws.sign_parts(header, strict_json.dumps(payload), signer)
    return b"~".join([token, *made, b""]).decode()


def _make_disclosures(selective: Mapping[str, object], random_bytes: RandomBytes) -> list[bytes]:
    if not _RESERVED.isdisjoint(selective):
        raise ValueError("_sd and ... are no claim names")
    salts = random_bytes(SALT_BYTES * len(selective))
    return [
        base64url.encode(
            strict_json.dumps(
                [
                    base64url.encode(salts[at * SALT_BYTES : (at + 1) * SALT_BYTES]).decode(),
                    name,
                    value,
                ]
            )
        )
        for at, (name, value) in enumerate(selective.items())
    ]


def select(sd_jwt: str, names: Iterable[str]) -> str:
    """Return ``sd_jwt`` with only the disclosures of the claims ``names``, without key binding."""
    wanted = frozenset(names)
    whole = parse(sd_jwt.encode())
    kept = [
        one for one in whole.disclosures if strict_json.loads(base64url.decode(one))[1] in wanted
    ]
    return b"~".join([whole.issuer_jwt, *kept, b""]).decode()


def bind(presentation: str, *, signer: Signer, aud: str, nonce: str, iat: int) -> str:
    """Return ``presentation`` (ending in a tilde) with a key binding made by the holder's key.

    Its header has no ``kid``: the key stands in the credential's ``cnf``.
    """
    header = strict_json.dumps({"alg": "ES256", "typ": KEY_BINDING_TYP})
    payload = {"iat": iat, "aud": aud, "nonce": nonce, "sd_hash": digest_of(presentation.encode())}
    return presentation + jws.sign_parts(header, strict_json.dumps(payload), signer).decode()


# -- reading --------------------------------------------------------------------------------


def digest_of(text: bytes) -> str:
    """Return the base64url SHA-256 of ASCII text, for ``_sd`` and ``sd_hash`` alike."""
    return base64url.encode(hashlib.sha256(text).digest()).decode()


def parse(text: bytes) -> SdJwt:
    """Take ``text`` apart at its tildes (RFC 9901 section 4), or raise ``BadToken``."""
    cut = text.rfind(b"~") + 1
    issuer_jwt, *disclosures = text[:cut].split(b"~")
    if not disclosures:
        raise unreadable("no tilde")
    disclosures.pop()
    if len(disclosures) > DISCLOSURES_MAX:
        raise unreadable("too many disclosures")
    if b"" in disclosures:
        raise unreadable("an empty disclosure")
    return SdJwt(issuer_jwt, tuple(disclosures), text[cut:] or None, text[:cut])


def read_disclosures(disclosures: Sequence[bytes]) -> dict[str, list[Any]]:
    """Return each disclosure's array by its digest; ``BadToken`` where one is malformed."""
    arrays: dict[str, list[Any]] = {}
    for disclosure in disclosures:
        array = strict_json.loads(base64url.decode(disclosure))
        if not isinstance(array, list) or len(array) not in {_OBJECT_PARTS, _ELEMENT_PARTS}:
            raise unreadable("not a disclosure")
        if not isinstance(array[0], str):
            raise unreadable("a salt that is no text")
        if len(array) == _OBJECT_PARTS and not isinstance(array[1], str):
            raise unreadable("a claim name that is no text")
        arrays[digest_of(disclosure)] = array
    if len(arrays) != len(disclosures):
        raise BadToken(Fault.DUPLICATE_DIGEST, "one disclosure twice")
    return arrays


def disclosed_claims(payload: Mapping[str, Any], arrays: Mapping[str, list[Any]]) -> dict[str, Any]:
    """Return the claims with what is disclosed put in its place (RFC 9901 section 7.1, step 3).

    Refused: a digest met twice, a disclosure that no digest names, one that overrides a claim, a
    claim called ``_sd`` or ``...``, another hash than SHA-256.
    """
    if payload.get("_sd_alg", "sha-256") != "sha-256":
        raise unreadable("_sd_alg")
    if not arrays and "_sd" not in payload:
        return dict(payload)
    reading = _Reading(arrays)
    claims = reading.claims_of(payload, 0)
    claims.pop("_sd_alg", None)
    if reading.used != len(arrays):
        raise BadToken(Fault.UNREFERENCED_DISCLOSURE)
    return claims


class _Reading:
    """One walk over a payload: which digests it met, how many disclosures it used."""

    def __init__(self, arrays: Mapping[str, list[Any]]) -> None:
        self._arrays = arrays
        self._met: set[str] = set()
        self.used = 0

    def claims_of(self, node: Mapping[str, Any], depth: int) -> dict[str, Any]:
        if "..." in node:
            raise BadToken(Fault.RESERVED_CLAIM_NAME)
        result = {
            name: self._value(value, depth + 1) for name, value in node.items() if name != "_sd"
        }
        digests = node.get("_sd", [])
        if not isinstance(digests, list):
            raise unreadable("_sd is not an array")
        for digest in digests:
            array = self._meet(digest)
            if array is None:
                continue
            name, value = self._named(array)
            if name in result:
                raise BadToken(Fault.DISCLOSURE_OVERRIDES_CLAIM)
            result[name] = self._value(value, depth + 1)
        return result

    def _value(self, node: Any, depth: int) -> Any:
        if depth > _NESTING_MAX:
            raise unreadable("nested too deep")
        if isinstance(node, dict):
            return self.claims_of(node, depth)
        if isinstance(node, list):
            return self._elements(node, depth)
        return node

    def _elements(self, node: list[Any], depth: int) -> list[Any]:
        result = []
        for element in node:
            if not (isinstance(element, dict) and element.keys() == {"..."}):
                result.append(self._value(element, depth + 1))
                continue
            array = self._meet(element["..."])
            if array is not None:
                if len(array) != _ELEMENT_PARTS:
                    raise unreadable("a named disclosure in an array")
                result.append(self._value(array[1], depth + 1))
        return result

    def _meet(self, digest: object) -> list[Any] | None:
        if not isinstance(digest, str):
            raise unreadable("a digest that is no text")
        if digest in self._met:
            raise BadToken(Fault.DUPLICATE_DIGEST)
        self._met.add(digest)
        array = self._arrays.get(digest)
        self.used += array is not None
        return array

    @staticmethod
    def _named(array: list[Any]) -> tuple[str, Any]:
        if len(array) != _OBJECT_PARTS:
            raise unreadable("a disclosure without a claim name")
        if array[1] in _RESERVED:
            raise BadToken(Fault.RESERVED_CLAIM_NAME)
        return array[1], array[2]
