"""SD-JWT: what we issue, and each refusal of RFC 9901 section 7.1."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given, strategies as st

from signing import jws, sdjwt
from signing.faults import BadToken, Fault
from signing.keys import PemSigner, generate_key, public_jwk

ISSUER = PemSigner(generate_key(), kid="2026-1")
HOLDER = PemSigner(generate_key(), kid="")
NAMES = ("discount_class", "caregivers", "valid_until", "handbook", "grade", "name", "birth_year")
SELECTIVE = {name: name.upper() for name in NAMES}


def issue(selective: dict[str, Any] = SELECTIVE, **more: Any) -> str:
    return sdjwt.issue(
        {"iss": "https://card.example/202177"},
        signer=ISSUER,
        selective=selective,
        holder=public_jwk(HOLDER.public_key),
        **more,
    )


def read(text: str) -> dict[str, Any]:
    whole = sdjwt.parse(text.encode())
    payload = jws.parse(whole.issuer_jwt).payload
    return sdjwt.disclosed_claims(payload, sdjwt.read_disclosures(whole.disclosures))


def payload_of(text: str) -> dict[str, Any]:
    return jws.parse(sdjwt.parse(text.encode()).issuer_jwt).payload


def test_all_disclosures_give_all_claims() -> None:
    claims = read(issue())
    assert {name: claims[name] for name in NAMES} == SELECTIVE
    assert "_sd" not in claims
    assert "_sd_alg" not in claims
    assert claims["cnf"] == {"jwk": public_jwk(HOLDER.public_key)}


@given(shown=st.sets(st.sampled_from(NAMES)))
def test_the_holder_shows_exactly_what_was_chosen(shown: set[str]) -> None:
    claims = read(sdjwt.select(issue(), shown))
    assert {name for name in NAMES if name in claims} == shown


@given(count=st.integers(1, len(NAMES)))
def test_the_number_of_digests_does_not_tell_the_number_of_claims(count: int) -> None:
    card = issue(dict.fromkeys(NAMES[:count], 1))
    assert len(payload_of(card)["_sd"]) == sdjwt.DIGESTS


def test_digests_are_sorted_so_that_their_order_tells_nothing() -> None:
    digests = payload_of(issue())["_sd"]
    assert digests == sorted(digests)
    assert len(set(digests)) == 10


def test_salts_are_of_128_bits_and_never_the_same_twice() -> None:
    salts = [
        json.loads(base64.urlsafe_b64decode(one + b"=="))[0]
        for _card in range(20)
        for one in sdjwt.parse(issue().encode()).disclosures
    ]
    assert len(set(salts)) == len(salts)
    assert {len(salt) for salt in salts} == {22}


def test_a_card_without_selective_claims_has_no_digests() -> None:
    payload = payload_of(sdjwt.issue({"a": 1}, signer=ISSUER))
    assert payload == {"a": 1}


def test_the_hidden_claims_are_not_in_the_text() -> None:
    hidden = sdjwt.select(issue({"name": "佐久花子"}), [])
    decoded = "".join(str(payload_of(hidden)))
    assert "佐久" not in decoded


@pytest.mark.parametrize("name", ["_sd", "..."])
def test_a_reserved_name_cannot_be_issued(name: str) -> None:
    with pytest.raises(ValueError, match="claim names"):
        issue({name: 1})


def test_a_key_binding_is_over_exactly_what_is_shown() -> None:
    presentation = sdjwt.select(issue(), ["grade"])
    bound = sdjwt.bind(presentation, signer=HOLDER, aud="a", nonce="n", iat=5)
    whole = sdjwt.parse(bound.encode())
    assert whole.presentation == presentation.encode()
    assert whole.key_binding is not None
    binding = jws.parse(whole.key_binding)
    assert binding.header == {"alg": "ES256", "typ": "kb+jwt"}
    assert binding.payload == {
        "iat": 5,
        "aud": "a",
        "nonce": "n",
        "sd_hash": sdjwt.digest_of(presentation.encode()),
    }


def array(*members: object) -> bytes:
    return base64.urlsafe_b64encode(json.dumps(members).encode()).rstrip(b"=")


def disclosed(payload: dict[str, Any], *disclosures: bytes) -> dict[str, Any]:
    return sdjwt.disclosed_claims(payload, sdjwt.read_disclosures(disclosures))


def fault(payload: dict[str, Any], *disclosures: bytes) -> Fault:
    with pytest.raises(BadToken) as bad:
        disclosed(payload, *disclosures)
    return bad.value.fault


GRADE = array("salt", "grade", "1級")
DIGEST = sdjwt.digest_of(GRADE)


def test_a_disclosure_inside_an_object_lands_there() -> None:
    assert disclosed({"a": {"_sd": [DIGEST]}}, GRADE) == {"a": {"grade": "1級"}}


def test_a_disclosure_inside_a_disclosure_lands_there() -> None:
    outer = array("salt", "a", {"_sd": [DIGEST]})
    assert disclosed({"_sd": [sdjwt.digest_of(outer)]}, outer, GRADE) == {"a": {"grade": "1級"}}


def test_array_elements_are_put_in_place_or_left_out() -> None:
    element = array("salt", "JP")
    payload = {"n": [{"...": sdjwt.digest_of(element)}, {"...": DIGEST}, "x"]}
    assert disclosed(payload, element) == {"n": ["JP", "x"]}


def test_each_refusal_of_section_7_1() -> None:
    element = array("salt", "JP")
    named_sd, named_dots = array("s", "_sd", 1), array("s", "...", 1)
    assert fault({"_sd": [DIGEST, DIGEST]}, GRADE) is Fault.DUPLICATE_DIGEST
    assert fault({"_sd": [DIGEST], "a": {"_sd": [DIGEST]}}, GRADE) is Fault.DUPLICATE_DIGEST
    assert fault({"_sd": [DIGEST]}, GRADE, GRADE) is Fault.DUPLICATE_DIGEST
    assert fault({"_sd": []}, GRADE) is Fault.UNREFERENCED_DISCLOSURE
    assert fault({}, GRADE) is Fault.UNREFERENCED_DISCLOSURE
    assert fault({"grade": 1, "_sd": [DIGEST]}, GRADE) is Fault.DISCLOSURE_OVERRIDES_CLAIM
    assert fault({"_sd": [sdjwt.digest_of(named_sd)]}, named_sd) is Fault.RESERVED_CLAIM_NAME
    assert fault({"_sd": [sdjwt.digest_of(named_dots)]}, named_dots) is Fault.RESERVED_CLAIM_NAME
    assert fault({"...": 1, "_sd": []}) is Fault.RESERVED_CLAIM_NAME
    assert fault({"_sd": [sdjwt.digest_of(element)]}, element) is Fault.UNREADABLE
    assert fault({"a": [{"...": DIGEST}]}, GRADE) is Fault.UNREADABLE
    assert fault({"_sd_alg": "sha-512"}) is Fault.UNREADABLE
    assert fault({"_sd": "x"}) is Fault.UNREADABLE
    assert fault({"_sd": [1]}) is Fault.UNREADABLE


def test_a_payload_nested_too_deep_is_refused_and_does_not_fall_over() -> None:
    deep: Any = 1
    for _level in range(900):
        deep = [deep]
    assert fault({"_sd": [], "a": deep}) is Fault.UNREADABLE


@pytest.mark.parametrize(
    "disclosure",
    [
        array(),
        array("salt"),
        array("salt", "name", 1, 2),
        array(1, "name", 1),
        array("salt", 1, 1),
        base64.urlsafe_b64encode(b'{"a":1}').rstrip(b"="),
        b"!",
    ],
)
def test_a_malformed_disclosure_is_unreadable(disclosure: bytes) -> None:
    assert fault({"_sd": []}, disclosure) is Fault.UNREADABLE


@pytest.mark.parametrize("text", [b"", b"a.b.c", b"a.b.c~~", b"a.b.c~" + b"x~" * 17])
def test_what_is_no_sd_jwt_is_unreadable(text: bytes) -> None:
    with pytest.raises(BadToken) as bad:
        sdjwt.parse(text)
    assert bad.value.fault is Fault.UNREADABLE


def test_sixteen_disclosures_are_allowed() -> None:
    assert len(sdjwt.parse(b"a.b.c~" + b"x~" * 16).disclosures) == 16
