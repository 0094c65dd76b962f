"""The QR text: lossless, strict, small enough, and the same for everybody."""

import contextlib
import hashlib
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from signing import base45, pack, qr
from signing.faults import BadToken, Fault
from tests.vectors.city import (
    SELECTIVE,
    b64,
    deflated,
    full_card,
    holder,
    paper_card,
    raw_pack,
    shown,
    signed_raw,
    taken_apart,
    venue_card,
)

DICTIONARY_SHA256 = "54f4645864f1036879048ecb30a10e9b321c917626b47df44444ea1b14f7fbe4"
PUBLISHED = Path(__file__).parents[2] / "docs" / "card-format" / "dictionary-1.bin"

MESSAGES = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=60
)


def unpacked(text: str) -> str:
    return pack.unpack(text).decode()


def refused(text: str) -> Fault:
    with pytest.raises(BadToken) as bad:
        pack.unpack(text)
    return bad.value.fault


def test_the_published_dictionary_is_the_one_we_pack_with() -> None:
    assert PUBLISHED.read_bytes() == pack.DICTIONARY


def test_the_dictionary_is_frozen() -> None:
    """Every printed paper card is packed with it: a change needs a dictionary 2 and a prefix."""
    assert hashlib.sha256(pack.DICTIONARY).hexdigest() == DICTIONARY_SHA256


@pytest.mark.parametrize(
    "sd_jwt",
    [
        pytest.param(shown(venue_card()), id="venue"),
        pytest.param(shown(full_card(tuple(SELECTIVE))), id="full"),
        pytest.param(paper_card(), id="paper"),
        pytest.param(venue_card(), id="without key binding"),
    ],
)
def test_every_card_of_ours_packs_and_comes_back(sd_jwt: str) -> None:
    text = pack.pack(sd_jwt)
    assert text.startswith(pack.PACKED)
    assert len(text) < 0.65 * len(sd_jwt)
    assert unpacked(text) == sd_jwt


@given(header=MESSAGES, payload=MESSAGES, disclosures=st.lists(MESSAGES, max_size=16))
def test_whatever_can_be_packed_comes_back(
    header: str, payload: str, disclosures: list[str]
) -> None:
    token = signed_raw(header.encode(), payload.encode(), holder())
    sd_jwt = "~".join([token, *[b64(one.encode()) for one in disclosures], ""])
    text = pack.pack(sd_jwt)
    assert unpacked(text) == sd_jwt
    bound = sd_jwt + signed_raw(payload.encode(), header.encode(), holder())
    assert unpacked(pack.pack(bound)) == bound


@given(raw=st.binary(min_size=1, max_size=300))
def test_runs_of_any_bytes_come_back(raw: bytes) -> None:
    payload = f'{{"a":"{b64(raw)}","b":"{b64(raw[::-1])}_{b64(raw)}"}}'.encode()
    sd_jwt = signed_raw(b"{}", payload, holder()) + "~"
    assert unpacked(pack.pack(sd_jwt)) == sd_jwt


@given(text=st.text(st.characters(codec="ascii"), max_size=200))
def test_any_ascii_text_at_all_comes_back(text: str) -> None:
    assert unpacked(pack.pack(text)) == text


@pytest.mark.parametrize(
    "sd_jwt",
    [
        pytest.param(signed_raw(b'{"a":\n1}', b"{}", holder()) + "~", id="a control byte"),
        pytest.param(signed_raw(b"{}", b"{}", holder())[:-2] + "~", id="a short signature"),
        pytest.param(venue_card() + "e30~" * 17, id="17 disclosures"),
        pytest.param("hello", id="no SD-JWT"),
        pytest.param("~000", id="a key binding of one part"),
    ],
)
def test_what_does_not_pack_goes_plain(sd_jwt: str) -> None:
    text = pack.pack(sd_jwt)
    assert text.startswith(pack.PLAIN)
    assert unpacked(text) == sd_jwt


def test_what_fits_neither_form_is_refused_by_the_writer() -> None:
    with pytest.raises(ValueError, match="too long"):
        pack.pack("~" * 2_049)


def test_the_writer_keeps_the_readers_limits() -> None:
    """8,193 bytes would pack well and never be read again."""
    long = signed_raw(b"{}", b" " * 8_193, holder()) + "~"
    with pytest.raises(ValueError, match="too long"):
        pack.pack(long)


def test_threat_inflate_bomb_8192_bytes_are_read_and_one_more_is_not() -> None:
    sd_jwt = signed_raw(b"{}", b" " * (8_192 - 4), holder()) + "~"  # {} and two zero bytes
    inner, _raw = taken_apart(pack.pack(sd_jwt))
    assert len(inner) == 8_192
    with pytest.raises(ValueError, match="too long"):
        pack.pack(signed_raw(b"{}", b" " * (8_192 - 3), holder()) + "~")


def test_2048_bytes_are_read_and_one_more_is_not() -> None:
    assert unpacked(pack.PLAIN + base45.encode(b"~" * 2_048)) == "~" * 2_048
    assert refused(pack.PLAIN + base45.encode(b"~" * 2_049)) is Fault.TOO_LONG


def test_size_is_decided_before_anything_is_decoded() -> None:
    assert refused("SK1:" + "!" * 3_097) is Fault.TOO_LONG
    assert refused("SK1:" + "!" * 3_074) is Fault.TOO_LONG
    assert refused("あ" * 3_101) is Fault.TOO_LONG


INNER, RAW = taken_apart(pack.pack(shown(venue_card())))
ISSUER_PARTS = INNER.split(b"\0")[:2]


def test_the_parts_and_the_runs_of_this_test_are_a_good_card() -> None:
    assert unpacked(raw_pack(deflated(INNER), RAW)) == shown(venue_card())


@pytest.mark.parametrize(
    ("inner", "raw"),
    [
        # The bytes are all there: only the reader's own rule is broken.
        pytest.param(
            INNER.replace(b"\x01\x20", b"\x01\x0b", 1), RAW[:11] + RAW[32:], id="run of 11"
        ),
        pytest.param(INNER.replace(b'"vct"', b'"v\x02t"', 1), RAW, id="sd_hash in the credential"),
        pytest.param(INNER.replace(b'"alg"', b'"a\x1fg"', 1), RAW, id="control byte in the header"),
        pytest.param(
            INNER.replace(b'"aud"', b'"a\x1fd"', 1), RAW, id="control byte in the binding"
        ),
        pytest.param(INNER.replace(b"kb+jwt", b"kb\x02jwt", 1), RAW, id="sd_hash in its header"),
        pytest.param(INNER + b"\x01", RAW, id="run without a length"),
        pytest.param(
            b"\0".join([*ISSUER_PARTS, *[b'["x"]'] * 17, b""]),
            RAW[:64] + RAW[76:140],
            id="17 disclosures",
        ),
        pytest.param(b"\0".join([ISSUER_PARTS[0], b""]), RAW, id="no payload"),
        pytest.param(INNER, RAW + b"\0", id="a byte more"),
    ],
)
def test_the_reader_itself_refuses_what_no_writer_writes(inner: bytes, raw: bytes) -> None:
    assert refused(raw_pack(deflated(inner), raw)) is Fault.UNREADABLE


@pytest.mark.parametrize("text", ["", "SK", "sk1:", "SK2:00", "https://card.example", "SKV1:X:Y"])
def test_what_is_not_ours_is_not_a_card(text: str) -> None:
    assert refused(text) is Fault.NOT_A_CARD


@settings(max_examples=400)
@given(data=st.data())
def test_a_changed_text_never_makes_the_reader_fall_over(data: st.DataObject) -> None:
    """What another text unpacks to is held against the signatures in the verifier's tests."""
    text = pack.pack(shown(venue_card()))
    at = data.draw(st.integers(0, len(text) - 1))
    char = data.draw(st.characters(codec="utf-8"))
    with contextlib.suppress(BadToken):
        pack.unpack(text[:at] + char + text[at + 1 :])


@given(raw=st.binary(max_size=400))
def test_arbitrary_bytes_never_make_the_reader_fall_over(raw: bytes) -> None:
    for head in (b"", b"\x01", b"\x01\x00\x05"):
        with contextlib.suppress(BadToken):
            pack.unpack(pack.PACKED + base45.encode(head + raw))


def test_every_way_to_cut_a_text_is_refused() -> None:
    text = pack.pack(shown(venue_card()))
    for length in range(4, len(text)):
        assert refused(text[:length]) in {Fault.CUT_OFF, Fault.UNREADABLE}


# -- sizes ----------------------------------------------------------------------------------


def realistic(digests: int = 10) -> str:
    """Return a full card with 3 of its claims shown."""
    return full_card(("discount_class", "caregivers", "grade"), digests=digests)


def screen_version(sd_jwt: str) -> int:
    return qr.version_of(qr.screen_matrix(pack.pack(sd_jwt)))


def test_the_default_screen_is_at_most_version_11() -> None:
    assert screen_version(shown(venue_card(), seed="size")) <= 11


def test_the_default_screen_of_a_long_host_name_is_at_most_version_11() -> None:
    long = "https://shogaisha-techo.city.saku.nagano.jp/202177"
    card = venue_card(
        iss=long, status={"status_list": {"idx": 131_071, "uri": f"{long}/status/99"}}
    )
    assert screen_version(shown(card, aud=f"{long}/venue")) <= 11


def test_a_full_card_with_three_claims_shown_is_at_most_version_17_with_8_digests() -> None:
    assert screen_version(shown(realistic(digests=8))) <= 17


def test_a_full_card_with_three_claims_shown_is_at_most_version_18_with_10_digests() -> None:
    """Two more decoys are 64 bytes that nothing compresses: one version more than with 8."""
    assert screen_version(shown(realistic())) <= 18


@pytest.mark.parametrize("name", ["見本 花子", "五十嵐 健太郎左衛門"])
def test_a_paper_card_is_at_most_version_9_at_level_m(name: str) -> None:
    assert qr.version_of(qr.paper_matrix(pack.pack(paper_card(name=name)))) <= 9


def test_sizes_hold_for_other_keys_and_indices_too() -> None:
    for number in range(50):
        key = holder(f"size {number}")
        index = number * 2_617 % 131_072
        status = {"status_list": {"idx": index, "uri": "https://card.example/202177/status/12"}}
        card = venue_card(status=status, key=key)
        assert screen_version(shown(card, seed=str(number), key=key)) <= 11
