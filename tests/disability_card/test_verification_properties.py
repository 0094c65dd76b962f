"""verify against whatever comes: it refuses with a reason, or accepts the very same card."""

import json

import pytest
from hypothesis import assume, given, settings, strategies as st

from disability_card.refusals import CardRefused
from disability_card.scan_memory import IssuerParts, MarksInMemory
from disability_card.verification import Venue, Verifier
from signing import base45, pack
from signing.trust import open_bundle_document, read_trust_document
from tests.vectors.city import (
    ISSUER_KEY,
    NOW,
    VENUE,
    deflated,
    full_card,
    holder,
    make_bundle_document,
    make_trust_document,
    raw_pack,
    shown,
    signed_raw,
    taken_apart,
    unb64,
    venue_card,
)
from tests.vectors.good_cards import with_twin

PINNED = read_trust_document(make_trust_document())
TRUST_LIST, BUNDLE = open_bundle_document(make_bundle_document(), pinned=PINNED)
HERE = Venue(venue_id=VENUE, scanner=VENUE)
CARD = shown(venue_card())
FULL = shown(full_card(("discount_class", "caregivers", "grade")))
WARM = IssuerParts()


def accepted(text: str, *, parts: IssuerParts | None = None) -> bool:
    """Whether a fresh device accepts; anything raised but a ``CardRefused`` fails the test."""
    by = Verifier.from_bundle(TRUST_LIST, BUNDLE, replay_marks=MarksInMemory(), issuer_parts=parts)
    try:
        by.verify(text, venue=HERE, now=NOW)
    except CardRefused:
        return False
    return True


def plain(sd_jwt: str) -> str:
    return pack.PLAIN + base45.encode(sd_jwt.encode())


def test_the_cards_of_these_properties_are_good() -> None:
    assert accepted(pack.pack(CARD), parts=WARM)
    assert accepted(pack.pack(FULL), parts=WARM)


@settings(max_examples=600)
@given(data=st.data(), sd_jwt=st.sampled_from([CARD, FULL]))
def test_a_changed_qr_text_is_refused_or_holds_the_very_same_card(
    data: st.DataObject, sd_jwt: str
) -> None:
    text = pack.pack(sd_jwt)
    at = data.draw(st.integers(0, len(text) - 1))
    char = data.draw(
        st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:") | st.characters()
    )
    changed = text[:at] + char + text[at + 1 :]
    assume(changed != text)
    if accepted(changed) or accepted(changed, parts=WARM):
        assert pack.unpack(changed).decode() in {sd_jwt, with_twin(sd_jwt)}


@settings(max_examples=600)
@given(data=st.data(), sd_jwt=st.sampled_from([CARD, FULL]))
def test_any_changed_character_of_the_sd_jwt_is_refused(data: st.DataObject, sd_jwt: str) -> None:
    at = data.draw(st.integers(0, len(sd_jwt) - 1))
    url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~="
    char = data.draw(st.sampled_from(url) | st.characters(codec="ascii"))
    assume(char != sd_jwt[at])
    changed = plain(sd_jwt[:at] + char + sd_jwt[at + 1 :])
    assert not accepted(changed)
    assert not accepted(changed, parts=WARM)


def test_only_the_twin_of_a_signature_is_another_spelling() -> None:
    assert accepted(plain(with_twin(CARD)))


@given(data=st.data(), sd_jwt=st.sampled_from([CARD, FULL]))
def test_a_part_taken_out_or_put_in_is_refused(data: st.DataObject, sd_jwt: str) -> None:
    start = data.draw(st.integers(0, len(sd_jwt)))
    end = data.draw(st.integers(start, len(sd_jwt)))
    inserted = data.draw(st.text("AZaz09-_.~", max_size=6))
    changed = sd_jwt[:start] + inserted + sd_jwt[end:]
    assume(changed != sd_jwt and len(changed) <= pack.PACK_BYTES_MAX)
    assert not accepted(plain(changed))


@settings(max_examples=300)
@given(text=st.text(max_size=200))
def test_arbitrary_text_is_refused_with_a_reason(text: str) -> None:
    assert not accepted(text)
    assert not accepted("SK1:" + text)
    assert not accepted("SK0:" + text)


@settings(max_examples=300)
@given(raw=st.binary(max_size=500))
def test_arbitrary_bytes_are_refused_with_a_reason(raw: bytes) -> None:
    assert not accepted(pack.PACKED + base45.encode(raw))
    assert not accepted(pack.PLAIN + base45.encode(raw))
    assert not accepted(raw.decode("utf-8", "surrogateescape"))


@settings(max_examples=300)
@given(data=st.data())
def test_changed_parts_inside_a_pack_are_refused_or_the_same_card(data: st.DataObject) -> None:
    """The damage is done behind base45 and deflate, where a forger would do it."""
    inner, raw = taken_apart(pack.pack(CARD))
    at = data.draw(st.integers(0, len(inner) - 1))
    byte = data.draw(st.binary(max_size=3))
    text = raw_pack(deflated(inner[:at] + byte + inner[at + 1 :]), raw)
    if accepted(text):
        assert pack.unpack(text).decode() == CARD


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)
CLAIMS = [
    "iss",
    "vct",
    "iat",
    "exp",
    "nbf",
    "cnf",
    "status",
    "discount_class",
    "caregivers",
    "presenter",
    "_sd",
    "_sd_alg",
    "name",
    "birth_year",
    "handbook",
    "grade",
    "valid_until",
    "...",
]


@settings(max_examples=600)
@given(name=st.sampled_from(CLAIMS), value=JSON)
def test_a_well_signed_claim_of_any_shape_never_makes_the_verifier_fall_over(
    name: str, value: object
) -> None:
    card = venue_card()
    header, payload, _signature = card.rstrip("~").split(".")
    claims = json.loads(unb64(payload)) | {name: value}
    token = signed_raw(unb64(header), json.dumps(claims).encode(), ISSUER_KEY)
    accepted(plain(shown(token + "~")))


@settings(max_examples=300)
@given(name=st.sampled_from(["iat", "aud", "nonce", "sd_hash", "exp"]), value=JSON)
def test_a_well_signed_key_binding_of_any_shape_never_makes_it_fall_over(
    name: str, value: object
) -> None:
    cut = CARD.rindex("~") + 1
    header, payload, _signature = CARD[cut:].split(".")
    claims = json.loads(unb64(payload)) | {name: value}
    binding = signed_raw(unb64(header), json.dumps(claims).encode(), holder())
    accepted(plain(CARD[:cut] + binding))


@pytest.mark.parametrize("text", ["SK1:" + "0" * 3_072, "SK0:" + ":" * 3_000, "SK1:" + " " * 300])
def test_long_texts_of_nothing_are_refused(text: str) -> None:
    assert not accepted(text)
