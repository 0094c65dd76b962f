"""Token Status List: byte for byte the IETF's vectors, and tokens that speak for their own city."""

import json
import time
import zlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from signing import base64url, jws, statuslist
from signing.faults import BadToken, Fault
from signing.keys import PemSigner, PublicKey, generate_key
from signing.statuslist import decode_list, encode_list, make_status_list, open_status_list

VECTORS = json.loads(
    (Path(__file__).parents[1] / "vectors" / "ietf_status_list.json").read_text(encoding="utf-8")
)
ISSUER = "https://card.example/202177"
URI = f"{ISSUER}/status/3"
SIGNER = PemSigner(generate_key(), kid="s-2026-1")


def key_of(_parsed: jws.Jws) -> PublicKey:
    return SIGNER.public_key


def make_token(**changed: Any) -> str:
    given: dict[str, Any] = {
        "iss": ISSUER, "uri": URI, "iat": 1_000, "signer": SIGNER, "entries": 64,
    } | changed  # fmt: skip
    return make_status_list({1: 1, 2: 2}, **given)


@pytest.mark.parametrize("vector", VECTORS["sparse"], ids=lambda vector: f"{vector['bits']} bits")
def test_the_ietf_vectors_come_out_byte_for_byte(vector: dict[str, Any]) -> None:
    statuses = {int(index): status for index, status in vector["set"].items()}
    lst = encode_list(statuses, bits=vector["bits"], entries=vector["entries"])
    assert lst == vector["lst"]
    bits = decode_list(lst, bits=vector["bits"])
    assert len(bits) == vector["entries"]
    assert all(bits[index] == status for index, status in statuses.items())
    assert bits[17] == 0


@pytest.mark.parametrize("vector", VECTORS["short"], ids=lambda vector: f"{vector['bits']} bits")
def test_the_short_lists_of_the_draft_are_read(vector: dict[str, Any]) -> None:
    bits = decode_list(vector["lst"], bits=vector["bits"])
    assert bits.packed.hex() == vector["bytes_hex"]
    assert (
        encode_list(
            {index: bits[index] for index in range(len(bits))},
            bits=vector["bits"],
            entries=len(bits),
        )
        == vector["lst"]
    )


@given(data=st.data(), bits=st.sampled_from([1, 2, 4, 8]), whole=st.integers(1, 20))
def test_every_entry_comes_back(data: st.DataObject, bits: int, whole: int) -> None:
    entries = whole * 8
    statuses = data.draw(
        st.dictionaries(st.integers(0, entries - 1), st.integers(0, 2**bits - 1), max_size=20)
    )
    read = decode_list(encode_list(statuses, bits=bits, entries=entries), bits=bits)
    assert {index: read[index] for index in range(entries) if read[index]} == {
        index: status for index, status in statuses.items() if status
    }


def test_entries_fill_a_byte_from_the_low_bits() -> None:
    assert decode_list(encode_list({0: 1, 1: 2}, bits=2, entries=4), bits=2).packed == b"\x09"


@pytest.mark.parametrize(
    ("statuses", "bits", "entries"),
    [({8: 1}, 1, 8), ({-1: 1}, 1, 8), ({0: 2}, 1, 8), ({}, 3, 8), ({}, 1, 7)],
)
def test_what_no_list_can_hold_is_a_bug_of_ours(
    statuses: dict[int, int], bits: int, entries: int
) -> None:
    with pytest.raises(ValueError, match=r"bits|no such entry"):
        encode_list(statuses, bits=bits, entries=entries)


@pytest.mark.parametrize("index", [-1, 64, 2**40])
def test_an_index_outside_the_list_is_no_status(index: int) -> None:
    opened = open_status_list(make_token(), key_of=key_of)
    with pytest.raises(IndexError):
        opened.bits[index]


def test_a_token_says_what_was_put_in() -> None:
    opened = open_status_list(make_token(), key_of=key_of)
    assert (opened.iss, opened.uri, opened.iat, opened.exp) == (ISSUER, URI, 1_000, 87_400)
    assert [opened.bits[index] for index in range(4)] == [0, 1, 2, 0]
    payload = jws.parse_text(make_token()).payload
    assert payload["ttl"] == 300
    assert "aud" not in payload


@pytest.mark.parametrize("uri", ["https://card.example/202011/status/3", ISSUER, "x"])
def test_a_list_cannot_speak_for_another_city(uri: str) -> None:
    with pytest.raises(BadToken) as bad:
        open_status_list(make_token(uri=uri), key_of=key_of)
    assert bad.value.fault is Fault.STATUS_LIST_BAD


@pytest.mark.parametrize(
    "lst",
    [
        pytest.param("", id="nothing"),
        pytest.param("A" * 8, id="no zlib"),
        pytest.param(base64url.encode(zlib.compress(b"x") + b"y").decode(), id="more behind it"),
        pytest.param(base64url.encode(zlib.compress(b"x" * 9)[:-1]).decode(), id="cut off"),
        pytest.param(base64url.encode(zlib.compress(bytes(2**20 + 1))).decode(), id="a bomb"),
        pytest.param("あ", id="not ASCII"),
        pytest.param(7, id="a number"),
    ],
)
def test_a_list_that_does_not_inflate_is_refused(lst: object) -> None:
    with pytest.raises(BadToken):
        decode_list(lst, bits=2)


@pytest.mark.parametrize("bits", [0, 3, 16, "2", True, None])
def test_a_list_of_other_bits_is_refused(bits: object) -> None:
    with pytest.raises(BadToken):
        decode_list(encode_list({}, bits=2, entries=64), bits=bits)


def test_2_to_the_17_entries_are_built_and_signed_in_50_ms() -> None:
    statuses = {index * 97 % statuslist.ENTRIES: 1 + index % 2 for index in range(1_300)}
    seconds = []
    for _round in range(5):
        start = time.process_time()  # other work on the machine is not ours
        token = make_status_list(statuses, iss=ISSUER, uri=URI, iat=1, signer=SIGNER)
        seconds.append(time.process_time() - start)
        assert len(token) < 10_000
    assert min(seconds) < 0.050
