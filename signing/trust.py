"""Whose keys count: the trust list under an offline root, root rolls, and the verifier's bundle.

A device pins the thumbprint of a root key. The root signs the trust list, which names every key
that may sign cards, status lists and bundles; the bundle is signed by an online key that can name
no key at all, only block some. Signatures are checked once, when the documents are opened; what
depends on the moment (expiry, a key's own window) is asked with ``now`` at every card.
"""

from collections.abc import Iterable, Mapping, Sequence, Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from signing import jws
from signing.faults import BadToken, Fault, unreadable
from signing.jws import Jws
from signing.keys import PublicKey, Signer, key_from_jwk, public_jwk, thumbprint_of
from signing.statuslist import StatusList, open_status_list

TRUST_LIST_TYP: Final = "trust-list+jwt"
ROOT_ROLL_TYP: Final = "root-roll+jwt"
BUNDLE_TYP: Final = "bundle+jwt"
BUNDLE_FORMAT: Final = "kaiteki-bundle/1"
TRUST_FORMAT: Final = "kaiteki-trust/1"
# A device that slept through four yearly rolls is set up again by hand.
ROOT_ROLLS_MAX: Final = 4
BUNDLE_LIVES_SECONDS: Final = 86_400


class KeyUse(StrEnum):
    """One key, one purpose: the online status key must not be able to mint cards."""

    ISSUER = "issuer"
    STATUS = "status"
    BUNDLE = "bundle"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedKey:
    """A key of the trust list: good from ``nbf`` (included) until ``exp`` (excluded)."""

    use: KeyUse
    iss: str
    kid: str
    public_key: PublicKey
    nbf: int | None = None
    exp: int | None = None

    def is_good_at(self, now: int) -> bool:
        """Return whether the trust list lets the key speak at ``now``."""
        return (self.nbf is None or now >= self.nbf) and (self.exp is None or now < self.exp)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustList:
    """An opened trust list. ``root_from``: since when its root is accepted by this device."""

    iss: str
    iat: int
    exp: int
    version: int
    root_from: int
    keys: Mapping[tuple[KeyUse, str, str], TrustedKey]

    @property
    def issuers(self) -> AbstractSet[str]:
        """Return every issuer of cards in the list."""
        return {key.iss for key in self.keys.values() if key.use is KeyUse.ISSUER}

    def key(self, use: KeyUse, *, iss: str, kid: object) -> TrustedKey:
        """Return the key called ``kid``; ``BadToken`` where the list has none."""
        found = self.keys.get((use, iss, kid)) if isinstance(kid, str) else None
        if found is None:
            raise BadToken(Fault.UNKNOWN_KEY)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """An opened bundle: what a front desk needs for a day without a network.

    ``status_lists`` are the verified ones by URI, ``bad_status_lists`` the URIs that others claim
    to be for. ``blocked`` holds (issuer, kid).
    """

    iss: str
    iat: int
    exp: int
    key: TrustedKey
    venue: Mapping[str, Any]
    blocked: AbstractSet[tuple[str, str]]
    status_lists: Mapping[str, StatusList]
    bad_status_lists: AbstractSet[str]
    benefits: Sequence[Mapping[str, Any]]
    server_time: int

    @property
    def venue_id(self) -> str:
        """Return the eight characters of the venue that the bundle was made for."""
        return str(self.venue["id"])


def make_trust_list(
    keys: Iterable[TrustedKey], *, iss: str, iat: int, exp: int, version: int, root: Signer
) -> str:
    """Return the trust list signed by ``root``, whose thumbprint devices pin."""
    payload = {
        "iss": iss,
        "iat": iat,
        "exp": exp,
        "version": version,
        "root": public_jwk(root.public_key),
        "keys": [_entry(key, iss=iss) for key in keys],
    }
    header = {"kid": thumbprint_of(root.public_key)}
    return jws.sign(payload, typ=TRUST_LIST_TYP, signer=root, header=header)


def _entry(key: TrustedKey, *, iss: str) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "use": key.use.value,
        "kid": key.kid,
        "jwk": public_jwk(key.public_key),
        "iss": None if key.iss == iss else key.iss,
        "nbf": key.nbf,
        "exp": key.exp,
    }
    return {name: value for name, value in entry.items() if value is not None}


def make_root_roll(new_root: PublicKey, *, iss: str, iat: int, nbf: int, old_root: Signer) -> str:
    """Return the old root's word that ``new_root`` follows it, from ``nbf`` on.

    The old public key travels inside: a device knows only its thumbprint.
    """
    payload = {
        "iss": iss,
        "iat": iat,
        "nbf": nbf,
        "root": public_jwk(old_root.public_key),
        "new_root": public_jwk(new_root),
    }
    header = {"kid": thumbprint_of(old_root.public_key)}
    return jws.sign(payload, typ=ROOT_ROLL_TYP, signer=old_root, header=header)


def make_bundle(
    *,
    iss: str,
    iat: int,
    venue: Mapping[str, object],
    blocked: Iterable[str],
    status_lists: Iterable[str],
    benefits: Iterable[Mapping[str, object]],
    signer: Signer,
    lives_seconds: int = BUNDLE_LIVES_SECONDS,
) -> str:
    """Return the bundle of one venue."""
    payload = {
        "iss": iss,
        "iat": iat,
        "exp": iat + lives_seconds,
        "venue": venue,
        "blocked": sorted(blocked),
        "status_lists": list(status_lists),
        "benefits": list(benefits),
        "server_time": iat,
    }
    return jws.sign(payload, typ=BUNDLE_TYP, signer=signer)


def bundle_document(
    *, trust_list: str, root_rolls: Iterable[str], bundle: str
) -> dict[str, str | list[str]]:
    """Return what ``GET verifier/bundle`` answers and ``verify_card --bundle`` reads."""
    return {
        "format": BUNDLE_FORMAT,
        "trust_list": trust_list,
        "root_rolls": list(root_rolls),
        "bundle": bundle,
    }


def trust_document(thumbprints: Iterable[str]) -> dict[str, str | list[str]]:
    """Return what ``verify_card --trust`` reads: the roots that this device pins."""
    return {"format": TRUST_FORMAT, "root_thumbprints": list(thumbprints)}


def read_trust_document(document: object) -> AbstractSet[str]:
    """Return the pinned thumbprints; ``BadToken`` where the document is not one."""
    if not isinstance(document, Mapping) or document.get("format") != TRUST_FORMAT:
        raise BadToken(Fault.TRUST_LIST_FOREIGN, "not a trust file")
    pinned = document.get("root_thumbprints")
    if not isinstance(pinned, list) or not all(isinstance(one, str) for one in pinned):
        raise BadToken(Fault.TRUST_LIST_FOREIGN, "not a trust file")
    return frozenset(pinned)


def open_bundle_document(document: object, *, pinned: AbstractSet[str]) -> tuple[TrustList, Bundle]:
    """Return trust list and bundle, every signature in them checked; else raise ``BadToken``."""
    if not isinstance(document, Mapping) or document.get("format") != BUNDLE_FORMAT:
        raise BadToken(Fault.BUNDLE_BAD, "not a bundle file")
    rolls = document.get("root_rolls", [])
    if not isinstance(rolls, list):
        raise BadToken(Fault.BUNDLE_BAD, "not a bundle file")
    trust_list = open_trust_list(document.get("trust_list"), pinned=pinned, root_rolls=rolls)
    return trust_list, open_bundle(document.get("bundle"), trust_list=trust_list)


def open_trust_list(
    token: object, *, pinned: AbstractSet[str], root_rolls: Sequence[object] = ()
) -> TrustList:
    """Return the trust list if a pinned root, or one rolled from it, signed it.

    Any other one is ``trust-list-foreign``: it may be another city's, and it is not ours.
    """
    try:
        return _open_trust_list(token, pinned=pinned, root_rolls=root_rolls)
    except BadToken as bad:
        raise BadToken(Fault.TRUST_LIST_FOREIGN, str(bad)) from None


def _open_trust_list(
    token: object, *, pinned: AbstractSet[str], root_rolls: Sequence[object]
) -> TrustList:
    parsed = jws.parse_text(token)
    jws.check_header(parsed.header, typ=TRUST_LIST_TYP)
    root, name = _root_of(parsed, "root")
    jws.check_signature(parsed, root)
    iss = jws.text_claim(parsed.payload, "iss")
    accepted_from = _accepted_roots(pinned, root_rolls, iss=iss)
    if name not in accepted_from:
        raise BadToken(Fault.TRUST_LIST_FOREIGN, "another root")
    return _trust_list(parsed.payload, iss=iss, root_from=accepted_from[name])


def _root_of(parsed: Jws, member: str) -> tuple[PublicKey, str]:
    """Return the root key inside a token and its thumbprint, which the header must name."""
    root = key_from_jwk(parsed.payload.get(member))
    name = thumbprint_of(root)
    if parsed.header.get("kid") != name:
        raise BadToken(Fault.UNKNOWN_KEY, "the header names another root")
    return root, name


def _accepted_roots(
    pinned: AbstractSet[str], root_rolls: Sequence[object], *, iss: str
) -> dict[str, int]:
    """Return each acceptable root's thumbprint and since when it is one.

    The rolls may come in any order; at most ``ROOT_ROLLS_MAX`` links are followed.
    """
    rolls = [_open_root_roll(token, iss=iss) for token in root_rolls[: 2 * ROOT_ROLLS_MAX]]
    accepted = dict.fromkeys(pinned, 0)
    for _link in range(ROOT_ROLLS_MAX):
        reached = {
            new: max(accepted[old], nbf)
            for old, new, nbf in rolls
            if old in accepted and new not in accepted
        }
        accepted |= reached
    return accepted


def _open_root_roll(token: object, *, iss: str) -> tuple[str, str, int]:
    """Return (old thumbprint, new thumbprint, nbf) of a roll signed by its own old root."""
    parsed = jws.parse_text(token)
    jws.check_header(parsed.header, typ=ROOT_ROLL_TYP)
    old_root, old_name = _root_of(parsed, "root")
    jws.check_signature(parsed, old_root)
    if parsed.payload.get("iss") != iss:
        raise unreadable("another issuer's roll")
    new_root = key_from_jwk(parsed.payload.get("new_root"))
    return old_name, thumbprint_of(new_root), jws.numeric_date(parsed.payload, "nbf")


def _trust_list(payload: Mapping[str, Any], *, iss: str, root_from: int) -> TrustList:
    entries = payload.get("keys")
    version = payload.get("version")
    if not isinstance(entries, list) or type(version) is not int:
        raise unreadable("not a trust list")
    keys = [_trusted_key(entry, iss=iss) for entry in entries]
    by_name = {(key.use, key.iss, key.kid): key for key in keys}
    if len(by_name) != len(keys):
        raise unreadable("two keys of one name")
    return TrustList(
        iss=iss,
        iat=jws.numeric_date(payload, "iat"),
        exp=jws.numeric_date(payload, "exp"),
        version=version,
        root_from=root_from,
        keys=by_name,
    )


def _trusted_key(entry: object, *, iss: str) -> TrustedKey:
    if not isinstance(entry, dict) or entry.get("use") not in list(KeyUse):
        raise unreadable("not a key of a trust list")
    return TrustedKey(
        use=KeyUse(entry["use"]),
        iss=jws.text_claim({"iss": iss} | entry, "iss"),
        kid=jws.text_claim(entry, "kid"),
        public_key=key_from_jwk(entry.get("jwk")),
        nbf=jws.optional_numeric_date(entry, "nbf"),
        exp=jws.optional_numeric_date(entry, "exp"),
    )


def open_bundle(token: object, *, trust_list: TrustList) -> Bundle:
    """Return the bundle if a ``bundle`` key of the trust list signed it; else ``bundle-bad``."""
    try:
        parsed = jws.parse_text(token)
        jws.check_header(parsed.header, typ=BUNDLE_TYP)
        iss = jws.text_claim(parsed.payload, "iss")
        key = trust_list.key(KeyUse.BUNDLE, iss=iss, kid=parsed.header.get("kid"))
        jws.check_signature(parsed, key.public_key)
        return _bundle(parsed.payload, iss=iss, key=key, trust_list=trust_list)
    except BadToken as bad:
        raise BadToken(Fault.BUNDLE_BAD, str(bad)) from None


def _bundle(
    payload: Mapping[str, Any], *, iss: str, key: TrustedKey, trust_list: TrustList
) -> Bundle:
    venue, benefits = payload.get("venue"), payload.get("benefits", [])
    lists, blocked = payload.get("status_lists"), payload.get("blocked", [])
    if not isinstance(venue, dict) or not isinstance(venue.get("id"), str):
        raise unreadable("no venue")
    if not all(isinstance(value, list) for value in (lists, blocked, benefits)):
        raise unreadable("not a bundle")
    stopped = frozenset(_blocked_key(one, iss=iss) for one in blocked)
    opened, bad = _open_status_lists(lists or [], trust_list=trust_list, blocked=stopped)
    iat = jws.numeric_date(payload, "iat")
    return Bundle(
        iss=iss,
        iat=iat,
        exp=jws.numeric_date(payload, "exp"),
        key=key,
        venue=venue,
        blocked=stopped,
        status_lists=opened,
        bad_status_lists=bad,
        benefits=benefits,
        server_time=jws.numeric_date({"server_time": iat, **payload}, "server_time"),
    )


def _blocked_key(name: object, *, iss: str) -> tuple[str, str]:
    """Read ``kid`` of the bundle's own issuer, or ``issuer#kid``: kids repeat between cities."""
    if not isinstance(name, str):
        raise unreadable("a blocked kid that is no text")
    issuer, _, kid = name.rpartition("#")
    return issuer or iss, kid


def _open_status_lists(
    tokens: Sequence[object], *, trust_list: TrustList, blocked: AbstractSet[tuple[str, str]]
) -> tuple[dict[str, StatusList], AbstractSet[str]]:
    """Return the good lists by URI (the newest of one URI wins) and the URIs of the bad ones.

    One bad list stops the cards that point to it and no others.
    """
    good: dict[str, StatusList] = {}
    bad: set[str] = set()

    def key_of(parsed: Jws) -> PublicKey:
        iss, kid = jws.text_claim(parsed.payload, "iss"), parsed.header.get("kid")
        if (iss, kid) in blocked:
            raise BadToken(Fault.STATUS_LIST_BAD, "blocked key")
        return trust_list.key(KeyUse.STATUS, iss=iss, kid=kid).public_key

    for token in tokens:
        try:
            opened = open_status_list(token, key_of=key_of)
        except BadToken:
            bad.add(_claimed_uri(token))
            continue
        if opened.uri not in good or opened.iat > good[opened.uri].iat:
            good[opened.uri] = opened
    return good, frozenset(bad - good.keys())


def _claimed_uri(token: object) -> str:
    """Return what a bad list says it is for, only to name the right cause to the front desk."""
    try:
        return jws.text_claim(jws.parse_text(token).payload, "sub")
    except BadToken:
        return ""


def device_fault(trust_list: TrustList, bundle: Bundle, *, now: int) -> Fault | None:
    """Return why this device may not verify at ``now``, or ``None``."""
    if now < trust_list.root_from:
        return Fault.TRUST_LIST_FOREIGN
    if now >= trust_list.exp:
        return Fault.TRUST_LIST_EXPIRED
    if not bundle.key.is_good_at(now):
        return Fault.BUNDLE_BAD
    return Fault.BUNDLE_EXPIRED if now >= bundle.exp else None
