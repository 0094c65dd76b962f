"""A city whose keys everybody knows: what vectors and tests build good and bad cards from.

Every key is derived from its name and every signature is deterministic (RFC 6979), so that a
failure replays exactly. NEVER trust any of these keys anywhere else.
"""

import base64
import hashlib
import json
import zlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from signing import base45, es256, pack, sdjwt
from signing.keys import Jwk, PrivateKey, PublicKey, private_jwk, public_jwk, thumbprint_of
from signing.statuslist import make_status_list
from signing.trust import (
    KeyUse,
    TrustedKey,
    bundle_document,
    make_bundle,
    make_root_roll,
    make_trust_list,
    trust_document,
)

ISSUER: Final = "https://card.example/202177"
NEIGHBOUR: Final = "https://card.example/202029"  # in the trust list: shares the installation
FOREIGN: Final = "https://card.example/202011"  # not in the trust list
VENUE: Final = "SAKV0002"
OTHER_VENUE: Final = "MVSEVM08"
CHALLENGE: Final = "7ZZZ0123456789ABCDEF"

NOW: Final = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)  # 10:00 in Japan
AT: Final = int(NOW.timestamp())
TODAY: Final = AT - 10 * 3600  # 00:00 JST
DAY: Final = 86_400

LIST_IAT: Final = AT - 120
BUNDLE_IAT: Final = AT - 60
BUNDLE_KEY_NBF: Final = AT - 20 * DAY
ROOT_ROLL_NBF: Final = AT - 30 * DAY
TRUST_IAT: Final = AT - 25 * DAY
TRUST_EXP: Final = AT + 90 * DAY

LIST_GOOD, LIST_OLD, LIST_FORGED, LIST_WRONG_TYP, LIST_UNKNOWN = 1, 2, 3, 4, 9
INDEX_GOOD, INDEX_REVOKED, INDEX_SUSPENDED = 4_711, 100, 200
ENTRIES: Final = 2**17


class TestSigner:
    """Signs the same bytes the same way each time."""

    __test__ = False  # no test class, whatever its name

    def __init__(self, name: str, *, kid: str | None = None) -> None:
        self.private_key: PrivateKey = test_key(name)
        self.name = name
        self.kid = name if kid is None else kid
        self.public_key: PublicKey = self.private_key.public_key()

    @property
    def jwk(self) -> Jwk:
        return public_jwk(self.public_key)

    def sign(self, signing_input: bytes) -> bytes:
        how = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
        return es256.raw_signature(self.private_key.sign(signing_input, how))


def test_key(name: str) -> PrivateKey:
    secret = int.from_bytes(hashlib.sha256(f"kaiteki test key {name}".encode()).digest(), "big")
    return ec.derive_private_key(secret % (es256.ORDER - 1) + 1, ec.SECP256R1())


test_key.__test__ = False  # type: ignore[attr-defined]

ROOT_BEFORE: Final = TestSigner("root-2025")
ROOT: Final = TestSigner("root-2026")
FOREIGN_ROOT: Final = TestSigner("root-foreign")
ISSUER_KEY: Final = TestSigner("issuer-2026-1", kid="2026-1")
NEXT_ISSUER_KEY: Final = TestSigner("issuer-2027-1", kid="2027-1")
BLOCKED_KEY: Final = TestSigner("issuer-2025-2", kid="2025-2")
RETIRED_KEY: Final = TestSigner("issuer-2024-1", kid="2024-1")
STATUS_KEY: Final = TestSigner("status-2026-1", kid="s-2026-1")
BUNDLE_KEY: Final = TestSigner("bundle-2026-1", kid="b-2026-1")
NEIGHBOUR_KEY: Final = TestSigner("neighbour-2026-1", kid="2026-1")
FOREIGN_KEY: Final = TestSigner("foreign-2026-1", kid="2026-1")
FORGER: Final = TestSigner("forger", kid="2026-1")

PUBLISHED_SIGNERS: Final = (
    ROOT_BEFORE,
    ROOT,
    FOREIGN_ROOT,
    ISSUER_KEY,
    NEXT_ISSUER_KEY,
    BLOCKED_KEY,
    RETIRED_KEY,
    STATUS_KEY,
    BUNDLE_KEY,
    NEIGHBOUR_KEY,
    FOREIGN_KEY,
    FORGER,
)


def holder(name: str = "holder-1") -> TestSigner:
    return TestSigner(name, kid="")


def seeded(seed: str) -> Callable[[int], bytes]:
    """Return a source of "random" bytes that gives the same ones each time."""
    calls = iter(range(1_000_000))

    def random_bytes(length: int) -> bytes:
        return hashlib.shake_256(f"{seed} {next(calls)}".encode()).digest(length)

    return random_bytes


def nonce(seed: str) -> str:
    return base64.urlsafe_b64encode(seeded(f"nonce {seed}")(12)).decode()


# -- the device's files ---------------------------------------------------------------------


def trusted(signer: TestSigner, use: KeyUse, *, iss: str = ISSUER, **window: int) -> TrustedKey:
    return TrustedKey(use=use, iss=iss, kid=signer.kid, public_key=signer.public_key, **window)


def make_trust(*, root: TestSigner = ROOT, exp: int = TRUST_EXP, version: int = 7) -> str:
    keys = [
        trusted(ISSUER_KEY, KeyUse.ISSUER),
        trusted(NEXT_ISSUER_KEY, KeyUse.ISSUER, nbf=AT - 5 * DAY),
        trusted(BLOCKED_KEY, KeyUse.ISSUER),
        trusted(RETIRED_KEY, KeyUse.ISSUER, exp=AT - DAY),
        trusted(STATUS_KEY, KeyUse.STATUS),
        trusted(BUNDLE_KEY, KeyUse.BUNDLE, nbf=BUNDLE_KEY_NBF),
        trusted(NEIGHBOUR_KEY, KeyUse.ISSUER, iss=NEIGHBOUR),
    ]
    return make_trust_list(keys, iss=ISSUER, iat=TRUST_IAT, exp=exp, version=version, root=root)


def make_roll() -> str:
    return make_root_roll(
        ROOT.public_key,
        iss=ISSUER,
        iat=ROOT_ROLL_NBF - DAY,
        nbf=ROOT_ROLL_NBF,
        old_root=ROOT_BEFORE,
    )


def list_uri(number: int, *, iss: str = ISSUER) -> str:
    return f"{iss}/status/{number}"


def make_list(
    number: int = LIST_GOOD, *, iat: int = LIST_IAT, signer: TestSigner = STATUS_KEY
) -> str:
    statuses = {INDEX_REVOKED: 1, INDEX_SUSPENDED: 2}
    return make_status_list(statuses, iss=ISSUER, uri=list_uri(number), iat=iat, signer=signer)


def all_lists() -> list[str]:
    good = make_list()
    renamed = resigned(make_list(LIST_WRONG_TYP), STATUS_KEY, header={"typ": "JWT"})
    return [
        good,
        make_list(LIST_OLD, iat=AT - DAY - 1),
        make_list(LIST_FORGED, signer=FORGER),
        renamed,
    ]


def make_venue_bundle(
    *,
    iat: int = BUNDLE_IAT,
    signer: TestSigner = BUNDLE_KEY,
    lists: list[str] | None = None,
    blocked: list[str] | None = None,
) -> str:
    return make_bundle(
        iss=ISSUER,
        iat=iat,
        venue={
            "id": VENUE,
            "name": {"ja": "さくの湯", "easy": "さくの湯", "en": "Sakunoyu bath house"},
        },
        blocked=[BLOCKED_KEY.kid] if blocked is None else blocked,
        status_lists=all_lists() if lists is None else lists,
        benefits=[],
        signer=signer,
    )


def make_bundle_document(**changed: Any) -> dict[str, Any]:
    document: dict[str, Any] = bundle_document(
        trust_list=make_trust(), root_rolls=[make_roll()], bundle=make_venue_bundle()
    )
    return document | changed


def make_trust_document() -> dict[str, Any]:
    return dict(trust_document([thumbprint_of(ROOT_BEFORE.public_key)]))


# -- cards ----------------------------------------------------------------------------------


def card_claims(*, iss: str = ISSUER, **changed: object) -> dict[str, Any]:
    """A good card of the default screen; a claim set to ``None`` is left out."""
    claims = {
        "iss": iss,
        "vct": f"{iss}/vct/disability-card/1",
        "iat": TODAY,
        "exp": TODAY + 15 * DAY,
        "status": status(),
        "discount_class": 1,
        "caregivers": 1,
    }
    return {name: value for name, value in (claims | changed).items() if value is not None}


def status(idx: object = INDEX_GOOD, number: int = LIST_GOOD) -> dict[str, Any]:
    return {"status_list": {"idx": idx, "uri": list_uri(number)}}


SELECTIVE: Final[Mapping[str, object]] = {
    "discount_class": 1,
    "caregivers": 1,
    "valid_until": "2028-03-31",
    "handbook": "mental",
    "grade": "1級",
    "name": "見本 花子",
    "birth_year": 1985,
}


def venue_card(
    *, signer: TestSigner = ISSUER_KEY, key: TestSigner | None = None, **claims: Any
) -> str:
    return sdjwt.issue(card_claims(**claims), signer=signer, holder=(key or holder()).jwk)


def full_card(show: tuple[str, ...], *, key: TestSigner | None = None, digests: int = 10) -> str:
    issued = sdjwt.issue(
        card_claims(discount_class=None, caregivers=None),
        signer=ISSUER_KEY,
        selective=SELECTIVE,
        holder=(key or holder()).jwk,
        digests=digests,
        random_bytes=seeded("full"),
    )
    return sdjwt.select(issued, show)


def paper_card(**claims: Any) -> str:
    paper: dict[str, Any] = {
        "vct": f"{ISSUER}/vct/disability-card/1-paper",
        "exp": TODAY + 365 * DAY,
        "name": "見本 花子",
        "birth_year": 1985,
    }
    return sdjwt.issue(card_claims(**(paper | claims)), signer=ISSUER_KEY)


def shown(
    card: str,
    *,
    seed: str = "1",
    key: TestSigner | None = None,
    iat: int = AT - 5,
    aud: str = f"{ISSUER}/venue",
    challenge: str | None = None,
) -> str:
    """Return the card with a key binding, as the phone shows it (not packed)."""
    return sdjwt.bind(
        card, signer=key or holder(), aud=aud, nonce=challenge or nonce(seed), iat=iat
    )


def qr(sd_jwt: str) -> str:
    return pack.pack(sd_jwt)


# -- what no honest writer makes ------------------------------------------------------------


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def signed_raw(header: bytes, payload: bytes, signer: TestSigner) -> str:
    """Return a JWS over any bytes at all, honestly signed."""
    signing_input = f"{b64(header)}.{b64(payload)}"
    return f"{signing_input}.{b64(signer.sign(signing_input.encode()))}"


def resigned(
    token: str,
    signer: TestSigner,
    *,
    header: Mapping[str, object] = {},
    payload: Mapping[str, object] = {},
) -> str:
    """Return ``token`` with members changed (``None``: taken out), signed again."""
    before = [json.loads(unb64(part)) for part in token.split(".")[:2]]
    after = [
        {name: value for name, value in (old | new).items() if value is not None}
        for old, new in zip(before, (dict(header), dict(payload)), strict=True)
    ]
    raw = [json.dumps(one, separators=(",", ":"), ensure_ascii=False).encode() for one in after]
    return signed_raw(raw[0], raw[1], signer)


def rebound(presentation: str, *, key: TestSigner | None = None, **changed: Any) -> str:
    """Return a fresh key binding with changed members: ``header={...}``, ``payload={...}``."""
    whole = shown(presentation, key=key)
    cut = whole.rindex("~") + 1
    return whole[:cut] + resigned(whole[cut:], key or holder(), **changed)


def raw_pack(z: bytes, raw: bytes, *, version: int = 1, length: int | None = None) -> str:
    head = bytes([version]) + (len(z) if length is None else length).to_bytes(2, "big")
    return pack.PACKED + base45.encode(head + z + raw)


def deflated(content: bytes) -> bytes:
    stream = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zlib.Z_DEFAULT_STRATEGY, pack.DICTIONARY)
    return stream.compress(content) + stream.flush()


def taken_apart(text: str) -> tuple[bytes, bytes]:
    """Return (inflated parts, raw) of a packed QR text."""
    whole = base45.decode(text[4:].encode())
    end = 3 + int.from_bytes(whole[1:3], "big")
    return pack.inflate(whole[3:end]), whole[end:]


def jwks_document() -> dict[str, Any]:
    warning = "TEST KEYS ONLY. Everybody has them: trust none of them, sign nothing with them."
    keys = [
        {"use": "sig", "alg": "ES256", "kid": signer.kid or signer.name, "name": signer.name}
        | private_jwk(signer.private_key)
        for signer in (*PUBLISHED_SIGNERS, holder(), holder("holder-2"))
    ]
    return {"warning": warning, "keys": keys}
