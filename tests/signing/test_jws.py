"""Compact JWS: PyJWT agrees on what is good, and each trap it leaves open is closed here."""

import base64
import json

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from hypothesis import given, strategies as st

from signing import es256, jws, keys
from signing.faults import BadToken, Fault
from signing.keys import PemSigner, generate_key

KEY = generate_key()
SIGNER = PemSigner(KEY, kid="2026-1")
OTHER = PemSigner(generate_key(), kid="2026-1")
TYP = "test+jwt"


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def raw_token(payload: bytes, header: bytes = b'{"alg":"ES256","typ":"test+jwt"}') -> str:
    signing_input = f"{b64(header)}.{b64(payload)}"
    return f"{signing_input}.{b64(SIGNER.sign(signing_input.encode()))}"


def opened(token: object, *, typ: str = TYP, signer: PemSigner = SIGNER) -> jws.Jws:
    return jws.open_token(token, typ=typ, key_of=lambda _parsed: signer.public_key)


def fault(token: object, **how: str) -> Fault:
    with pytest.raises(BadToken) as bad:
        opened(token, **how)  # type: ignore[arg-type]
    return bad.value.fault


def pyjwt_accepts(token: str) -> bool:
    try:
        jwt.decode(token, KEY.public_key(), algorithms=["ES256"], options={"verify_aud": False})
    except jwt.PyJWTError:
        return False
    return True


def test_pyjwt_reads_what_we_sign() -> None:
    token = jws.sign({"iss": "市"}, typ=TYP, signer=SIGNER)
    assert jwt.decode(token, KEY.public_key(), algorithms=["ES256"]) == {"iss": "市"}
    assert jwt.get_unverified_header(token) == {"alg": "ES256", "typ": TYP, "kid": "2026-1"}


def test_we_read_what_pyjwt_signs() -> None:
    token = jwt.encode({"iss": "市"}, KEY, algorithm="ES256", headers={"typ": TYP})
    assert opened(token).payload == {"iss": "市"}


@given(payload=st.dictionaries(st.text(max_size=5), st.integers(0, 9), max_size=4))
def test_pyjwt_and_we_agree_on_every_honest_token(payload: dict[str, int]) -> None:
    payload.pop("", None)
    token = jws.sign({"x": payload}, typ=TYP, signer=SIGNER)
    assert opened(token).payload == jwt.decode(token, KEY.public_key(), algorithms=["ES256"])


@pytest.mark.parametrize(
    ("token", "code"),
    [
        pytest.param(raw_token(b'{"a":1,"a":2}'), Fault.DUPLICATE_JSON_KEY, id="duplicate key"),
        pytest.param(raw_token(b'{"a":NaN}'), Fault.UNREADABLE, id="NaN"),
        pytest.param(raw_token('{"a":1}'.encode("utf-16")), Fault.UNREADABLE, id="UTF-16"),
        pytest.param(raw_token(b'\xef\xbb\xbf{"a":1}'), Fault.UNREADABLE, id="BOM"),
        pytest.param(raw_token(b"{}") + "==", Fault.UNREADABLE, id="padded signature"),
        pytest.param(
            raw_token(b"{}", b'{"alg":"ES256","typ":"JWT"}'), Fault.WRONG_TYP, id="another typ"
        ),
        pytest.param(raw_token(b"{}", b'{"alg":"ES256"}'), Fault.WRONG_TYP, id="no typ"),
    ],
)
def test_what_pyjwt_lets_through_is_refused_here(token: str, code: Fault) -> None:
    assert pyjwt_accepts(token)
    assert fault(token) is code


@pytest.mark.parametrize("exp", ['"4000000000"', "4000000000.0", "4000000000.5", "true", "-1"])
def test_a_date_is_a_json_integer(exp: str) -> None:
    token = raw_token(f'{{"exp":{exp}}}'.encode())
    with pytest.raises(BadToken):
        jws.numeric_date(opened(token).payload, "exp")


def test_a_missing_date_is_refused_where_it_is_asked_for() -> None:
    payload = opened(raw_token(b"{}")).payload
    with pytest.raises(BadToken):
        jws.numeric_date(payload, "exp")
    assert jws.optional_numeric_date(payload, "exp") is None


@pytest.mark.parametrize("alg", ["none", "None", "NONE"])
def test_alg_none_has_a_code_of_its_own(alg: str) -> None:
    header = json.dumps({"alg": alg, "typ": TYP}).encode()
    assert fault(f"{b64(header)}.{b64(b'{}')}.") is Fault.ALG_NONE


@pytest.mark.parametrize("alg", ["HS256", "RS256", "EdDSA", "ES384", "es256", None, 256])
def test_any_alg_but_es256_is_refused(alg: object) -> None:
    assert fault(raw_token(b"{}", json.dumps({"alg": alg, "typ": TYP}).encode())) is Fault.WRONG_ALG


def test_the_public_key_as_an_hmac_secret_opens_nothing() -> None:
    pem = KEY.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    header = b64(b'{"alg":"HS256","typ":"test+jwt"}')
    signing_input = f"{header}.{b64(b'{}')}"
    import hmac  # noqa: PLC0415  of this one test only

    tag = hmac.digest(pem, signing_input.encode(), "sha256")
    assert fault(f"{signing_input}.{b64(tag)}") is Fault.WRONG_ALG


def test_an_extension_that_must_be_understood_is_refused() -> None:
    header = b'{"alg":"ES256","typ":"test+jwt","crit":["b64"],"b64":true}'
    assert fault(raw_token(b"{}", header)) is Fault.UNREADABLE


def test_another_key_is_a_forgery() -> None:
    assert fault(jws.sign({}, typ=TYP, signer=OTHER)) is Fault.FORGED


@pytest.mark.parametrize("token", [None, 7, "", "a.b", "a.b.c.d", "あ.い.う", "..", "e30.e30"])
def test_what_is_no_token_is_unreadable(token: object) -> None:
    assert fault(token) in {Fault.UNREADABLE, Fault.WRONG_ALG}


@given(data=st.data())
def test_no_character_of_a_token_can_be_changed(data: st.DataObject) -> None:
    token = jws.sign({"a": 1}, typ=TYP, signer=SIGNER)
    at = data.draw(st.integers(0, len(token) - 1))
    char = data.draw(st.characters(codec="ascii").filter(lambda char: char != token[at]))
    with pytest.raises(BadToken):
        opened(token[:at] + char + token[at + 1 :])


def test_the_twin_of_a_signature_is_valid_and_the_rest_is_not() -> None:
    signature = SIGNER.sign(b"x")
    public = SIGNER.public_key
    assert es256.verify(public, signature, b"x")
    assert es256.verify(public, es256.twin(signature), b"x")
    assert not es256.verify(public, signature, b"y")
    assert not es256.verify(public, signature[:-1], b"x")
    assert not es256.verify(public, signature + b"\0", b"x")
    assert not es256.verify(public, bytes(64), b"x")
    assert not es256.verify(public, b"\xff" * 64, b"x")


@given(r=st.integers(0, 2**256 - 1), s=st.integers(0, 2**256 - 1))
def test_no_signature_whatever_makes_the_check_fall_over(r: int, s: int) -> None:
    raw = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    assert not es256.verify(SIGNER.public_key, raw, b"x")


def self_signed(**header: object) -> str:
    return jws.sign({"nonce": "n"}, typ=TYP, signer=SIGNER, header=header)


def test_a_self_signed_token_proves_its_own_key() -> None:
    jwk = keys.public_jwk(SIGNER.public_key)
    token = jws.sign_parts(
        json.dumps({"alg": "ES256", "typ": TYP, "jwk": jwk | {"use": "sig"}}).encode(),
        b'{"nonce":"n"}',
        SIGNER,
    ).decode()
    opened = jws.open_self_signed(token, typ=TYP)
    assert (opened.jwk, opened.thumbprint) == (jwk, keys.thumbprint(jwk))


def test_a_self_signed_token_under_another_key_is_a_forgery() -> None:
    with pytest.raises(BadToken) as bad:
        jws.open_self_signed(self_signed(jwk=keys.public_jwk(OTHER.public_key)), typ=TYP)
    assert bad.value.fault is Fault.FORGED


def test_a_self_signed_token_names_its_key_once() -> None:
    with pytest.raises(BadToken):  # jws.sign puts a kid beside the jwk
        jws.open_self_signed(self_signed(jwk=keys.public_jwk(SIGNER.public_key)), typ=TYP)
