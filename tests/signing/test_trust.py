"""Whose keys count: roots and their rolls, trust lists, bundles, blocked keys."""

import itertools
from typing import Any

import pytest

from signing import jws, keys, trust
from signing.faults import BadToken, Fault
from signing.keys import thumbprint_of
from signing.trust import KeyUse, device_fault, make_root_roll, open_bundle, open_trust_list
from tests.vectors.city import (
    AT,
    BUNDLE_IAT,
    BUNDLE_KEY,
    BUNDLE_KEY_NBF,
    DAY,
    FOREIGN_ROOT,
    FORGER,
    ISSUER,
    ISSUER_KEY,
    LIST_IAT,
    NEIGHBOUR,
    ROOT,
    ROOT_BEFORE,
    ROOT_ROLL_NBF,
    STATUS_KEY,
    TRUST_EXP,
    TestSigner,
    list_uri,
    make_bundle_document,
    make_list,
    make_roll,
    make_trust,
    make_trust_document,
    make_venue_bundle,
    resigned,
    trusted,
)

PINNED = frozenset({thumbprint_of(ROOT.public_key)})
PINNED_BEFORE = frozenset({thumbprint_of(ROOT_BEFORE.public_key)})


def trust_fault(token: object, **how: Any) -> Fault:
    with pytest.raises(BadToken) as bad:
        open_trust_list(token, **({"pinned": PINNED} | how))
    return bad.value.fault


def bundle_fault(token: object) -> Fault:
    with pytest.raises(BadToken) as bad:
        open_bundle(token, trust_list=open_trust_list(make_trust(), pinned=PINNED))
    return bad.value.fault


def bundle_with(**changed: Any) -> trust.Bundle:
    token = resigned(make_venue_bundle(), BUNDLE_KEY, payload=changed)
    return open_bundle(token, trust_list=open_trust_list(make_trust(), pinned=PINNED))


def test_a_pinned_root_names_every_key_with_its_use() -> None:
    opened = open_trust_list(make_trust(), pinned=PINNED)
    assert opened.issuers == {ISSUER, NEIGHBOUR}
    assert (opened.iss, opened.version, opened.exp, opened.root_from) == (ISSUER, 7, TRUST_EXP, 0)
    key = opened.key(KeyUse.ISSUER, iss=ISSUER, kid="2026-1")
    assert key.public_key == ISSUER_KEY.public_key


def test_a_key_counts_for_its_own_use_and_issuer_only() -> None:
    opened = open_trust_list(make_trust(), pinned=PINNED)
    for use, iss, kid in [
        (KeyUse.ISSUER, ISSUER, STATUS_KEY.kid),
        (KeyUse.STATUS, ISSUER, ISSUER_KEY.kid),
        (KeyUse.STATUS, NEIGHBOUR, STATUS_KEY.kid),
        (KeyUse.ISSUER, ISSUER, None),
        (KeyUse.ISSUER, ISSUER, ["2026-1"]),
    ]:
        with pytest.raises(BadToken) as bad:
            opened.key(use, iss=iss, kid=kid)
        assert bad.value.fault is Fault.UNKNOWN_KEY


def test_a_key_speaks_from_its_nbf_until_before_its_exp() -> None:
    key = trusted(ISSUER_KEY, KeyUse.ISSUER, nbf=10, exp=20)
    assert [key.is_good_at(now) for now in (9, 10, 19, 20)] == [False, True, True, False]
    assert trusted(ISSUER_KEY, KeyUse.ISSUER).is_good_at(0)


def test_another_root_makes_the_list_foreign() -> None:
    assert trust_fault(make_trust(root=FOREIGN_ROOT)) is Fault.TRUST_LIST_FOREIGN


def test_a_thumbprint_is_not_enough_without_the_roots_signature() -> None:
    token = resigned(make_trust(), FORGER)
    assert trust_fault(token) is Fault.TRUST_LIST_FOREIGN


def test_an_issuer_key_cannot_stand_in_for_the_root() -> None:
    token = resigned(
        make_trust(),
        ISSUER_KEY,
        header={"kid": thumbprint_of(ISSUER_KEY.public_key)},
        payload={"root": ISSUER_KEY.jwk},
    )
    assert trust_fault(token) is Fault.TRUST_LIST_FOREIGN


@pytest.mark.parametrize(
    "payload",
    [
        {"keys": None},
        {"keys": [7]},
        {"keys": [{"use": ["issuer"]}]},
        {"keys": [{"use": "issuer", "kid": "", "jwk": ISSUER_KEY.jwk}]},
        {"keys": [{"use": "issuer", "kid": "1", "jwk": ISSUER_KEY.jwk, "nbf": "1"}]},
        {"keys": [{"use": "issuer", "kid": "1", "jwk": keys.private_jwk(FORGER.private_key)}]},
        {"keys": 2 * [{"use": "issuer", "kid": "1", "jwk": ISSUER_KEY.jwk}]},
        {"exp": None},
        {"version": "7"},
        {"iss": None},
        {"root": None},
    ],
)
def test_a_malformed_list_is_foreign_however_well_signed(payload: dict[str, Any]) -> None:
    assert trust_fault(resigned(make_trust(), ROOT, payload=payload)) is Fault.TRUST_LIST_FOREIGN


@pytest.mark.parametrize("token", [None, "", 7, "a.b.c", "~"])
def test_what_is_no_token_is_foreign(token: object) -> None:
    assert trust_fault(token) is Fault.TRUST_LIST_FOREIGN


def test_a_device_pinned_to_the_old_root_follows_the_roll() -> None:
    opened = open_trust_list(make_trust(), pinned=PINNED_BEFORE, root_rolls=[make_roll()])
    assert opened.root_from == ROOT_ROLL_NBF
    assert trust_fault(make_trust(), pinned=PINNED_BEFORE) is Fault.TRUST_LIST_FOREIGN


def chain(length: int) -> tuple[list[str], TestSigner]:
    roots = [TestSigner(f"root {number}") for number in range(length + 1)]
    rolls = [
        make_root_roll(new.public_key, iss=ISSUER, iat=1, nbf=number, old_root=old)
        for number, (old, new) in enumerate(itertools.pairwise(roots))
    ]
    return rolls, roots[-1]


def test_four_rolls_are_followed_in_any_order_and_five_are_not() -> None:
    pinned = frozenset({thumbprint_of(TestSigner("root 0").public_key)})
    rolls, root = chain(4)
    opened = open_trust_list(make_trust(root=root), pinned=pinned, root_rolls=rolls[::-1])
    assert opened.root_from == 3
    rolls, root = chain(5)
    fault = trust_fault(make_trust(root=root), pinned=pinned, root_rolls=rolls)
    assert fault is Fault.TRUST_LIST_FOREIGN


def test_a_roll_cannot_be_made_by_the_new_root_itself() -> None:
    forged = resigned(
        make_root_roll(FORGER.public_key, iss=ISSUER, iat=1, nbf=1, old_root=ROOT), FORGER
    )
    fault = trust_fault(make_trust(root=FORGER), root_rolls=[forged])
    assert fault is Fault.TRUST_LIST_FOREIGN


def test_a_roll_of_another_issuer_is_not_followed() -> None:
    roll = make_root_roll(FORGER.public_key, iss=NEIGHBOUR, iat=1, nbf=1, old_root=ROOT)
    assert trust_fault(make_trust(root=FORGER), root_rolls=[roll]) is Fault.TRUST_LIST_FOREIGN


def test_a_bundle_opens_with_its_lists_and_its_blocked_keys() -> None:
    pinned = trust.read_trust_document(make_trust_document())
    _trust_list, bundle = trust.open_bundle_document(make_bundle_document(), pinned=pinned)
    assert set(bundle.status_lists) == {list_uri(1), list_uri(2)}
    assert bundle.bad_status_lists == {list_uri(3), list_uri(4)}
    assert bundle.blocked == {(ISSUER, "2025-2")}


@pytest.mark.parametrize(
    "token",
    [
        None,
        "x",
        make_venue_bundle(signer=FORGER),
        resigned(make_venue_bundle(), BUNDLE_KEY, header={"typ": "trust-list+jwt"}),
        resigned(make_venue_bundle(), BUNDLE_KEY, payload={"iss": NEIGHBOUR}),
        resigned(make_venue_bundle(), BUNDLE_KEY, payload={"venue": None}),
        resigned(make_venue_bundle(), BUNDLE_KEY, payload={"venue": {"id": 7}}),
        resigned(make_venue_bundle(), BUNDLE_KEY, payload={"blocked": "2026-1"}),
        resigned(make_venue_bundle(), BUNDLE_KEY, payload={"blocked": [7]}),
        resigned(make_venue_bundle(), BUNDLE_KEY, payload={"status_lists": None}),
        resigned(make_venue_bundle(), BUNDLE_KEY, payload={"exp": "1"}),
    ],
)
def test_a_bundle_that_is_not_one_is_bad(token: object) -> None:
    assert bundle_fault(token) is Fault.BUNDLE_BAD


def test_the_bundle_key_can_name_no_key() -> None:
    """Its payload has no member for keys, and one put in changes nothing."""
    bundle = bundle_with(keys=[{"use": "issuer", "kid": "evil", "jwk": FORGER.jwk}])
    assert not hasattr(bundle, "keys")


def test_a_blocked_kid_is_the_bundles_own_issuers_or_the_named_ones() -> None:
    bundle = bundle_with(blocked=["2026-1", f"{NEIGHBOUR}#2026-1"])
    assert bundle.blocked == {(ISSUER, "2026-1"), (NEIGHBOUR, "2026-1")}


def test_a_list_signed_by_a_blocked_status_key_is_bad() -> None:
    bundle = bundle_with(blocked=[STATUS_KEY.kid], status_lists=[make_list()])
    assert bundle.bad_status_lists == {list_uri(1)}


def test_the_newest_of_two_lists_for_one_address_counts() -> None:
    """An old list replayed beside the new one cannot bring a revoked card back."""
    newer, older = make_list(), make_list(iat=LIST_IAT - 500)
    for lists in ([newer, older], [older, newer]):
        assert bundle_with(status_lists=lists).status_lists[list_uri(1)].iat == LIST_IAT


def test_a_good_list_beside_a_forged_one_still_counts() -> None:
    bundle = bundle_with(status_lists=[make_list(signer=FORGER), make_list(), "x", 7])
    assert list_uri(1) in bundle.status_lists
    assert list_uri(1) not in bundle.bad_status_lists


@pytest.mark.parametrize(
    ("now", "fault"),
    [
        (ROOT_ROLL_NBF - 1, Fault.TRUST_LIST_FOREIGN),
        (ROOT_ROLL_NBF, Fault.BUNDLE_BAD),
        (BUNDLE_KEY_NBF - 1, Fault.BUNDLE_BAD),
        (BUNDLE_KEY_NBF, None),
        (AT, None),
        (BUNDLE_IAT + DAY - 1, None),
        (BUNDLE_IAT + DAY, Fault.BUNDLE_EXPIRED),
        (TRUST_EXP - 1, Fault.BUNDLE_EXPIRED),
        (TRUST_EXP, Fault.TRUST_LIST_EXPIRED),
    ],
)
def test_what_is_wrong_with_a_device_depends_on_the_moment(now: int, fault: Fault | None) -> None:
    pinned = trust.read_trust_document(make_trust_document())
    trust_list, bundle = trust.open_bundle_document(make_bundle_document(), pinned=pinned)
    assert device_fault(trust_list, bundle, now=now) == fault


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {},
        {"format": "kaiteki-trust/1"},
        {"format": "kaiteki-trust/1", "root_thumbprints": "x"},
        {"format": "kaiteki-trust/1", "root_thumbprints": [7]},
        {"format": "kaiteki-trust/2", "root_thumbprints": []},
    ],
)
def test_a_trust_file_that_is_not_one_pins_nothing(document: object) -> None:
    with pytest.raises(BadToken) as bad:
        trust.read_trust_document(document)
    assert bad.value.fault is Fault.TRUST_LIST_FOREIGN


@pytest.mark.parametrize("document", [None, [], {}, {"format": "kaiteki-bundle/2"}])
def test_a_bundle_file_that_is_not_one_is_bad(document: object) -> None:
    with pytest.raises(BadToken) as bad:
        trust.open_bundle_document(document, pinned=PINNED)
    assert bad.value.fault is Fault.BUNDLE_BAD


def test_a_trust_list_is_signed_with_its_own_typ() -> None:
    assert jws.parse_text(make_trust()).header == {
        "alg": "ES256",
        "typ": "trust-list+jwt",
        "kid": thumbprint_of(ROOT.public_key),
    }
