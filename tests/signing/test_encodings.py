"""Base64url, JSON and base45: one spelling per value, and everything else refused."""

import base64
import json

import base45 as base45_oracle
import pytest
from hypothesis import assume, given, strategies as st

from signing import base45, base64url, strict_json
from signing.faults import BadToken, Fault


def fault_of(bad: pytest.ExceptionInfo[BadToken]) -> Fault:
    return bad.value.fault


@given(raw=st.binary(max_size=80))
def test_base64url_is_what_the_standard_library_writes_without_padding(raw: bytes) -> None:
    text = base64url.encode(raw)
    assert text == base64.urlsafe_b64encode(raw).rstrip(b"=")
    assert base64url.decode(text) == raw


@given(text=st.binary(max_size=40))
def test_base64url_reads_no_second_spelling(text: bytes) -> None:
    try:
        raw = base64url.decode(text)
    except BadToken:
        return
    assert base64url.encode(raw) == text


@pytest.mark.parametrize(
    "text", [b"QQ==", b"QR", b"Q", b"Q+Q", b"Q/Q", b"Q Q", b"QUJD\n", b"QU.D", b"QUJDR"]
)
def test_base64url_refuses_padding_spare_bits_and_foreign_characters(text: bytes) -> None:
    with pytest.raises(BadToken) as bad:
        base64url.decode(text)
    assert fault_of(bad) is Fault.UNREADABLE


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(value=JSON)
def test_json_comes_back_whether_it_is_spelled_compactly_or_not(value: object) -> None:
    assert strict_json.loads(strict_json.dumps(value)) == value
    assert strict_json.loads(json.dumps(value, indent=1).encode()) == value


@pytest.mark.parametrize(
    "raw",
    [
        b'{"a":1,"a":1}',
        b'{"a":1, "a":2}',
        b'{"a":1,"\\u0061":2}',
        b'[{"b":{"a":1,"a":2}}]',
        '{"あ":1,"あ":1}'.encode(),
    ],
)
def test_a_key_written_twice_is_refused_however_it_is_spelled(raw: bytes) -> None:
    with pytest.raises(BadToken) as bad:
        strict_json.loads(raw)
    assert fault_of(bad) is Fault.DUPLICATE_JSON_KEY


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b'\xef\xbb\xbf{"a":1}', id="BOM"),
        pytest.param('{"a":1}'.encode("utf-16"), id="UTF-16"),
        pytest.param('{"a":1}'.encode("utf-32-le"), id="UTF-32"),
        pytest.param(b'{"a":"\xff"}', id="not UTF-8"),
        pytest.param(b'{"a":NaN}', id="NaN"),
        pytest.param(b'{"a":-Infinity}', id="Infinity"),
        pytest.param(b'{"a":"\\ud800"}', id="lone surrogate"),
        pytest.param(b'{"a":1}x', id="something behind it"),
        pytest.param(b'{"a":01}', id="leading zero"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"[" * 2_000 + b"]" * 2_000, id="nested 2,000 deep"),
        pytest.param(b"[ " * 1_000 + b"]" * 1_000, id="nested 1,000 deep with spaces"),
        pytest.param(b'{"a":' + b"9" * 5_000 + b"}", id="a number of 5,000 digits"),
    ],
)
def test_what_is_not_strict_json_is_refused(raw: bytes) -> None:
    with pytest.raises(BadToken) as bad:
        strict_json.loads_object(raw)
    assert fault_of(bad) is Fault.UNREADABLE


def test_a_json_array_is_no_object() -> None:
    with pytest.raises(BadToken):
        strict_json.loads_object(b"[]")


@given(raw=st.binary(max_size=300))
def test_base45_is_what_the_oracle_writes(raw: bytes) -> None:
    text = base45.encode(raw)
    assert text == base45_oracle.b45encode(raw).decode()
    assert base45.decode(text.encode()) == raw
    assert base45.decoded_length(len(text)) == len(raw)


@given(text=st.text(alphabet="0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:", max_size=40))
def test_base45_reads_and_refuses_what_the_oracle_does(text: str) -> None:
    try:
        expected = base45_oracle.b45decode(text)
    except ValueError:
        with pytest.raises(BadToken) as bad:
            base45.decode(text.encode())
        assert fault_of(bad) is Fault.CUT_OFF
    else:
        assert base45.decode(text.encode()) == expected


@given(text=st.text(alphabet="0123456789AB", min_size=3, max_size=12), char=st.binary(min_size=1))
def test_a_character_outside_the_alphabet_is_unreadable(text: str, char: bytes) -> None:
    alphabet = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
    whole = text.encode() + char[:1]
    assume(char[0] not in alphabet and len(whole) % 3 != 1)
    with pytest.raises(BadToken) as bad:
        base45.decode(whole)
    assert fault_of(bad) is Fault.UNREADABLE


def test_the_example_of_the_rfc() -> None:
    assert base45.encode(b"Hello!!") == "%69 VD92EX0"
    assert base45.decode(b"QED8WEX0") == b"ietf!"
    with pytest.raises(BadToken):
        base45.decode(b"GGW")  # 65,536: one more than two bytes can say
    assert base45.decode(b"FGW") == b"\xff\xff"
