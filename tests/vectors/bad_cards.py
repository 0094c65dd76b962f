"""Bad cards: each is refused for exactly one cause. ``ok`` lines set a sequence up."""

import json
from typing import Any

from signing import base45, pack, sdjwt
from tests.vectors.city import (
    AT,
    BLOCKED_KEY,
    BUNDLE_IAT,
    BUNDLE_KEY_NBF,
    CHALLENGE,
    DAY,
    ENTRIES,
    FOREIGN,
    FOREIGN_KEY,
    FORGER,
    INDEX_REVOKED,
    INDEX_SUSPENDED,
    ISSUER,
    ISSUER_KEY,
    LIST_FORGED,
    LIST_IAT,
    LIST_OLD,
    LIST_UNKNOWN,
    LIST_WRONG_TYP,
    NEXT_ISSUER_KEY,
    OTHER_VENUE,
    RETIRED_KEY,
    ROOT_ROLL_NBF,
    TODAY,
    TRUST_EXP,
    VENUE,
    b64,
    card_claims,
    deflated,
    full_card,
    holder,
    paper_card,
    qr,
    raw_pack,
    rebound,
    resigned,
    shown,
    signed_raw,
    status,
    taken_apart,
    unb64,
    venue_card,
)
from tests.vectors.good_cards import instant, with_twin


def bad(name: str, code: str, text: str, *, at: int = AT, **fields: object) -> dict[str, Any]:
    return {"name": name, "qr": text, "at": instant(at), **fields, "code": code}


def bad_lines() -> list[dict[str, Any]]:
    return [
        *not_ours(),
        *broken_packs(),
        *broken_tokens(),
        *headers(),
        *issuers(),
        *disclosures(),
        *claims(),
        *key_bindings(),
        *audiences(),
        *statuses(),
        *times(),
        *devices(),
        *replays(),
    ]


def good_qr(seed: str = "bad") -> str:
    return qr(shown(venue_card(), seed=seed))


def plain(sd_jwt: str) -> str:
    """The form without packing: it can carry what no packer would take."""
    return pack.PLAIN + base45.encode(sd_jwt.encode())


def not_ours() -> list[dict[str, Any]]:
    text = good_qr()
    return [
        bad("empty", "not-a-card", ""),
        bad("a-web-address", "not-a-card", "https://card.example/202177/show"),
        bad("a-counter-code", "not-a-card", f"SKV1:{VENUE}:{CHALLENGE}"),
        bad("lower-case-prefix", "not-a-card", "sk1:" + text[4:]),
        bad("version-2-prefix", "not-a-card", "SK2:" + text[4:]),
        bad("raw-sd-jwt", "not-a-card", shown(venue_card())),
        bad("text-of-3101-characters", "too-long", text.ljust(3_101, "0")),
        bad("foreign-text-of-3101-characters", "too-long", "x" * 3_101),
        bad("2049-bytes-after-base45", "too-long", "SK1:" + "0" * 3_074),
        bad("last-character-lost", "cut-off", text[:-1]),
        bad("last-two-characters-lost", "cut-off", text[:-2]),
        bad("first-half-only", "cut-off", text[: 4 + 300]),
        bad("prefix-only", "cut-off", "SK1:"),
        bad("group-that-spells-no-two-bytes", "cut-off", text[:4] + ":::" + text[7:]),
        bad("not-a-base45-character", "unreadable", text[:40] + "=" + text[41:]),
        bad("lower-case-letter-inside", "unreadable", text[:40] + "a" + text[41:]),
        bad("full-width-digits", "unreadable", text[:40] + "０" + text[41:]),
    ]


def broken_packs() -> list[dict[str, Any]]:
    inner, raw = taken_apart(good_qr())
    z = deflated(inner)
    half_bytes = z[: len(z) // 2]
    short_run = inner.replace(b"\x01\x20", b"\x01\x0b", 1)
    no_length = inner + b"\x01"
    early_hash = inner.replace(b'"vct"', b'"v\x02"', 1)
    control = inner.replace(b'"alg"', b'"al\x07g"', 1)
    header, payload, *rest = inner.split(b"\0")
    many = b"\0".join([header, payload, *[b'["\x01\x10","n",1]'] * 17, *rest])
    bomb = b"\0".join([header, payload + b" " * 8_192, *rest])
    salts = b"\x07" * 16 * 17
    plain_sd_jwt = shown(venue_card(), seed="plain")
    return [
        bad("pack-version-2", "unreadable", raw_pack(z, raw, version=2)),
        bad("z-longer-than-the-text", "cut-off", raw_pack(z, raw, length=len(z) + len(raw) + 1)),
        bad("two-bytes", "cut-off", "SK1:" + base45.encode(b"\x01\x00")),
        bad("raw-ends-in-the-signature", "cut-off", raw_pack(z, raw[:-1])),
        bad("raw-ends-in-a-run", "cut-off", raw_pack(z, raw[:20])),
        bad("a-byte-after-the-end", "unreadable", raw_pack(z, raw + b"\0")),
        bad("not-deflate", "unreadable", raw_pack(b"\xff" * 40, raw)),
        bad("deflate-without-end", "unreadable", raw_pack(half_bytes, raw)),
        bad("bytes-after-deflate-inside-z", "unreadable", raw_pack(z + b"\0", raw)),
        bad("inflate-bomb", "inflates-too-far", raw_pack(deflated(bomb), raw)),
        bad("one-byte-over-8192", "inflates-too-far", raw_pack(deflated(b" " * 8_193), raw)),
        bad("run-of-11-bytes", "unreadable", raw_pack(deflated(short_run), raw)),
        bad("run-without-a-length", "unreadable", raw_pack(deflated(no_length), raw)),
        bad("sd-hash-mark-in-the-credential", "unreadable", raw_pack(deflated(early_hash), raw)),
        bad("stray-control-byte", "unreadable", raw_pack(deflated(control), raw)),
        bad(
            "seventeen-disclosures",
            "unreadable",
            raw_pack(deflated(many), raw[:64] + salts + raw[64:]),
        ),
        bad("one-part", "unreadable", raw_pack(deflated(header), raw)),
        bad(
            "plain-form-not-ascii",
            "unreadable",
            "SK0:" + base45.encode(plain_sd_jwt.encode() + b"\xe9"),
        ),
        bad("plain-form-without-tilde", "unreadable", plain(venue_card().rstrip("~"))),
        bad("plain-form-packed-inside", "unreadable", "SK0:" + good_qr()[4:]),
    ]


def broken_tokens() -> list[dict[str, Any]]:
    card = venue_card()
    token = card.rstrip("~")
    header, payload, signature = token.split(".")
    whole = shown(card)
    claims = unb64(payload)
    padded = f"{header}.{payload}.{signature}=="
    spare = f"{header}.{payload}.{next_character(signature)}"
    duplicate = claims.replace(b'"caregivers":1', b'"caregivers":0,"caregivers":1')
    hidden = claims.replace(b'"caregivers":1', b'"c\\u0061regivers":0,"caregivers":1')
    nested = claims.replace(b'"crv":"P-256"', b'"crv":"P-256","crv":"P-256"')
    twice = b'{"alg":"none","alg":"ES256","typ":"dc+sd-jwt","kid":"2026-1"}'
    twice_bound = b'{"alg":"ES256","typ":"kb+jwt","typ":"kb+jwt"}'
    binding_claims = unb64(whole.rsplit(".", 2)[1])

    def issued(raw: bytes, *, raw_header: bytes = unb64(header)) -> str:
        return plain(shown(signed_raw(raw_header, raw, ISSUER_KEY) + "~"))

    return [
        bad("padded-signature", "unreadable", plain(shown(padded + "~"))),
        bad("spare-bits-in-the-signature", "unreadable", plain(shown(spare + "~"))),
        bad("two-parts", "unreadable", plain(shown(f"{header}.{payload}~"))),
        bad("four-parts", "unreadable", plain(shown(f"{token}.~"))),
        bad("empty-disclosure", "unreadable", plain(shown(f"{token}~~"))),
        bad("key-binding-of-two-parts", "unreadable", plain(whole.rpartition(".")[0])),
        bad("payload-with-bom", "unreadable", issued(b"\xef\xbb\xbf" + claims)),
        bad("payload-in-utf-16", "unreadable", issued(claims.decode().encode("utf-16-le"))),
        bad("payload-not-utf-8", "unreadable", issued(claims.replace(b"P-256", b"P-256\xff"))),
        bad("payload-cut-off", "unreadable", issued(claims[:-1])),
        bad("payload-an-array", "unreadable", issued(b"[" + claims + b"]")),
        bad(
            "payload-with-nan",
            "unreadable",
            issued(claims.replace(b'"caregivers":1', b'"caregivers":NaN')),
        ),
        bad("lone-surrogate", "unreadable", issued(claims[:-1] + b',"x":"\\ud800"}')),
        bad("duplicate-key", "duplicate-json-key", issued(duplicate)),
        bad("duplicate-key-spelled-with-an-escape", "duplicate-json-key", issued(hidden)),
        bad("duplicate-key-inside-cnf", "duplicate-json-key", issued(nested)),
        bad("duplicate-key-in-the-header", "duplicate-json-key", issued(claims, raw_header=twice)),
        bad(
            "duplicate-key-in-the-key-binding",
            "duplicate-json-key",
            plain(card + signed_raw(twice_bound, binding_claims, holder())),
        ),
    ]


def next_character(text: str) -> str:
    """Return ``text`` with its last character's spare bits changed: the same bytes, leniently."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return text[:-1] + alphabet[alphabet.index(text[-1]) + 1]


def headers() -> list[dict[str, Any]]:
    token = venue_card().rstrip("~")

    def headed(**header: object) -> str:
        return plain(shown(resigned(token, ISSUER_KEY, header=header) + "~"))

    def bound(**header: object) -> str:
        return plain(rebound(venue_card(), header=header))

    unsigned = resigned(token, ISSUER_KEY, header={"alg": "none"}).rpartition(".")[0] + "."
    return [
        bad("alg-none-without-signature", "alg-none", plain(shown(unsigned + "~"))),
        bad("alg-none-in-capitals", "alg-none", headed(alg="NONE")),
        bad("alg-none-in-the-key-binding", "alg-none", bound(alg="none")),
        bad("alg-hs256", "wrong-alg", headed(alg="HS256")),
        bad("alg-es256k", "wrong-alg", headed(alg="ES256K")),
        bad("alg-in-lower-case", "wrong-alg", headed(alg="es256")),
        bad("alg-missing", "wrong-alg", headed(alg=None)),
        bad("alg-a-list", "wrong-alg", headed(alg=["ES256"])),
        bad("alg-eddsa-in-the-key-binding", "wrong-alg", bound(alg="EdDSA")),
        bad("typ-jwt", "wrong-typ", headed(typ="JWT")),
        bad("typ-of-the-draft", "wrong-typ", headed(typ="vc+sd-jwt")),
        bad("typ-missing", "wrong-typ", headed(typ=None)),
        bad("typ-of-a-key-binding", "wrong-typ", headed(typ="kb+jwt")),
        bad("typ-jwt-in-the-key-binding", "wrong-typ", bound(typ="JWT")),
        bad("typ-missing-in-the-key-binding", "wrong-typ", bound(typ=None)),
        bad("crit", "unreadable", headed(crit=["b64"], b64=True)),
    ]


def issuers() -> list[dict[str, Any]]:
    token = venue_card().rstrip("~")
    foreign = venue_card(iss=FOREIGN, signer=FOREIGN_KEY)
    forged = shown(venue_card(signer=FORGER))
    other_key = resigned(token, ISSUER_KEY, header={"kid": NEXT_ISSUER_KEY.kid})
    changed = shown(with_claims(token, discount_class=2) + "~")

    def kid(value: object) -> str:
        return plain(shown(resigned(token, ISSUER_KEY, header={"kid": value}) + "~"))

    return [
        bad("another-city", "other-city", qr(shown(foreign, aud=f"{FOREIGN}/venue"))),
        bad("issuer-with-a-slash-more", "other-city", qr(shown(venue_card(iss=ISSUER + "/")))),
        bad("unknown-kid", "unknown-key", kid("2031-1")),
        bad("kid-missing", "unknown-key", kid(None)),
        bad("kid-of-the-status-key", "unknown-key", kid("s-2026-1")),
        bad("kid-a-number", "unknown-key", kid(2026)),
        bad("key-after-its-end", "unknown-key", qr(shown(venue_card(signer=RETIRED_KEY)))),
        bad("blocked-key", "key-blocked", qr(shown(venue_card(signer=BLOCKED_KEY)))),
        bad("signed-by-a-forger", "forged", qr(forged)),
        bad("signed-with-another-good-key", "forged", qr(shown(other_key + "~"))),
        bad("one-claim-changed", "forged", qr(changed)),
        bad(
            "signature-of-zeros",
            "forged",
            qr(shown(f"{token.rpartition('.')[0]}.{b64(bytes(64))}~")),
        ),
        bad(
            "signature-too-short",
            "forged",
            plain(shown(f"{token.rpartition('.')[0]}.{b64(bytes(63))}~")),
        ),
    ]


def with_claims(token: str, **changed: object) -> str:
    """Return ``token`` with claims changed under the old signature."""
    header, payload, signature = token.split(".")
    claims = json.loads(unb64(payload)) | changed
    return f"{header}.{b64(json.dumps(claims, separators=(',', ':')).encode())}.{signature}"


def disclosure(name: str, value: object, *, salt: str = "c2FsdCBmb3IgdGVzdHMu") -> str:
    return b64(json.dumps([salt, name, value], separators=(",", ":"), ensure_ascii=False).encode())


def with_disclosures(*given: str, digests: list[object] | None = None, **claims: Any) -> str:
    """Return a card that names the digests of ``given``, or ``digests`` instead."""
    named = [sdjwt.digest_of(one.encode()) for one in given] if digests is None else digests
    card = venue_card(_sd=named, **claims)
    return card + "".join(f"{one}~" for one in given)


def disclosures() -> list[dict[str, Any]]:
    grade, name = disclosure("grade", "1級"), disclosure("name", "見本 花子")
    digest = sdjwt.digest_of(grade.encode())
    override = disclosure("caregivers", 1)
    marker, dots = disclosure("_sd", ["x"]), disclosure("...", "x")
    nested = disclosure("handbook", {"kind": "mental", "kind2": 1})
    element = b64(b'["c2FsdCBmb3IgdGVzdHMu","1"]')
    not_array = b64(b'{"grade":1}')
    duplicate = b64(b'["c2FsdCBmb3IgdGVzdHMu","grade",{"a":1,"a":2}]')

    def card(*given: str, **more: Any) -> str:
        return qr(shown(with_disclosures(*given, **more)))

    return [
        bad("digest-twice", "duplicate-digest", card(grade, digests=[digest, digest])),
        bad("decoy-twice", "duplicate-digest", card(digests=["A" * 43, "A" * 43])),
        bad("disclosure-twice", "duplicate-digest", card(grade, grade, digests=[digest])),
        bad(
            "digest-again-inside-a-claim",
            "duplicate-digest",
            card(grade, digests=[digest], extra={"_sd": [digest]}),
        ),
        bad(
            "disclosure-nobody-names",
            "unreferenced-disclosure",
            card(grade, name, digests=[digest]),
        ),
        bad(
            "disclosure-without-sd",
            "unreferenced-disclosure",
            qr(shown(venue_card() + grade + "~")),
        ),
        bad("disclosure-overrides-caregivers", "disclosure-overrides-claim", card(override)),
        bad(
            "two-disclosures-of-one-name",
            "disclosure-overrides-claim",
            card(grade, disclosure("grade", "2級")),
        ),
        bad("disclosure-called-sd", "reserved-claim-name", card(marker)),
        bad("disclosure-called-dots", "reserved-claim-name", card(dots)),
        bad("disclosed-handbook-an-object", "unreadable", card(nested)),
        bad("disclosure-of-two-in-an-object", "unreadable", card(element)),
        bad("disclosure-not-an-array", "unreadable", card(not_array)),
        bad("duplicate-key-in-a-disclosure", "duplicate-json-key", card(duplicate)),
        bad("another-hash", "unreadable", card(grade, _sd_alg="sha-512")),
        bad("sd-not-an-array", "unreadable", qr(shown(venue_card(_sd="x")))),
        bad("digest-a-number", "unreadable", card(digests=[1])),
        bad(
            "full-card-without-the-class", "details-missing", qr(shown(full_card(("caregivers",))))
        ),
        bad(
            "full-card-without-caregivers",
            "details-missing",
            qr(shown(full_card(("discount_class",)))),
        ),
        bad("full-card-with-nothing-shown", "details-missing", qr(shown(full_card(())))),
    ]


def claims() -> list[dict[str, Any]]:
    private = holder().jwk | {"d": "AAAA"}
    off_curve = holder().jwk | {"y": holder().jwk["x"]}
    whole = json.dumps(card_claims() | {"cnf": {"jwk": holder().jwk}}, separators=(",", ":"))

    def with_cnf(cnf: object) -> str:
        token = sdjwt.issue(card_claims(cnf=cnf), signer=ISSUER_KEY)
        return plain(shown(token))

    def replaced(old: str, new: str) -> str:
        assert old in whole
        header = b'{"alg":"ES256","typ":"dc+sd-jwt","kid":"2026-1"}'
        return plain(shown(signed_raw(header, whole.replace(old, new).encode(), ISSUER_KEY) + "~"))

    exp = f'"exp":{TODAY + 15 * DAY}'
    return [
        bad(
            "another-kind-of-card",
            "wrong-card-type",
            qr(shown(venue_card(vct=f"{ISSUER}/vct/library-card/1"))),
        ),
        bad(
            "card-type-of-another-issuer",
            "wrong-card-type",
            qr(shown(venue_card(vct=f"{FOREIGN}/vct/disability-card/1"))),
        ),
        bad("card-type-missing", "unreadable", qr(shown(venue_card(vct=None)))),
        bad("issuer-missing", "unreadable", replaced(f'"iss":"{ISSUER}",', "")),
        bad("exp-missing", "unreadable", replaced(exp + ",", "")),
        bad("exp-as-text", "unreadable", replaced(exp, f'"exp":"{TODAY + 15 * DAY}"')),
        bad("exp-as-float", "unreadable", replaced(exp, exp + ".0")),
        bad("exp-with-exponent", "unreadable", replaced(exp, '"exp":18e8')),
        bad("exp-true", "unreadable", replaced(exp, '"exp":true')),
        bad("exp-beyond-all-years", "unreadable", replaced(exp, '"exp":253402300800')),
        bad("iat-negative", "unreadable", qr(shown(venue_card(iat=-1)))),
        bad("class-3", "unreadable", qr(shown(venue_card(discount_class=3)))),
        bad("class-as-text", "unreadable", qr(shown(venue_card(discount_class="1")))),
        bad("class-true", "unreadable", qr(shown(venue_card(discount_class=True)))),
        bad("two-caregivers", "unreadable", qr(shown(venue_card(caregivers=2)))),
        bad("presenter-somebody", "unreadable", qr(shown(venue_card(presenter="somebody")))),
        bad("presenter-a-list", "unreadable", qr(shown(venue_card(presenter=["holder"])))),
        bad("status-missing", "unreadable", qr(shown(venue_card(status=None)))),
        bad("status-index-negative", "unreadable", qr(shown(venue_card(status=status(-1))))),
        bad("status-index-as-text", "unreadable", qr(shown(venue_card(status=status("7"))))),
        bad("holder-key-missing", "unreadable", with_cnf(None)),
        bad("holder-key-off-the-curve", "unreadable", with_cnf({"jwk": off_curve})),
        bad(
            "holder-key-of-another-curve",
            "unreadable",
            with_cnf({"jwk": holder().jwk | {"crv": "P-384"}}),
        ),
        bad("holder-key-private", "unreadable", with_cnf({"jwk": private})),
        bad("paper-without-name", "unreadable", qr(paper_card(name=None))),
        bad("paper-birth-year-as-text", "unreadable", qr(paper_card(birth_year="1985"))),
        bad("paper-with-a-key-binding", "unreadable", qr(shown(paper_card()))),
    ]


def key_bindings() -> list[dict[str, Any]]:
    card = venue_card()
    whole = shown(card)
    binding = whole[whole.rindex("~") + 1 :]
    other_card = venue_card(discount_class=2)
    shown_full = shown(full_card(("discount_class", "caregivers", "grade")))
    one_less = sdjwt.select(
        shown_full[: shown_full.rindex("~") + 1], ["discount_class", "caregivers"]
    )
    full_binding = shown_full[shown_full.rindex("~") + 1 :]

    def claims_changed(**payload: object) -> str:
        return plain(rebound(card, payload=payload))

    return [
        bad("phone-card-without-key-binding", "key-binding-missing", qr(card)),
        bad("signed-by-another-phone", "holder-mismatch", qr(shown(card, key=holder("holder-2")))),
        bad("binding-moved-to-another-card", "holder-mismatch", qr(other_card + binding)),
        bad("disclosure-taken-out-after-signing", "holder-mismatch", qr(one_less + full_binding)),
        bad("sd-hash-of-something-else", "holder-mismatch", claims_changed(sd_hash="A" * 43)),
        bad(
            "binding-signature-of-zeros",
            "holder-mismatch",
            qr(whole.rpartition(".")[0] + "." + b64(bytes(64))),
        ),
        bad("sd-hash-missing", "unreadable", claims_changed(sd_hash=None)),
        bad("nonce-missing", "unreadable", claims_changed(nonce=None)),
        bad("nonce-a-number", "unreadable", claims_changed(nonce=7)),
        bad("audience-a-list", "unreadable", claims_changed(aud=[f"{ISSUER}/venue"])),
        bad("binding-iat-as-text", "unreadable", claims_changed(iat=str(AT))),
        bad("binding-iat-missing", "unreadable", claims_changed(iat=None)),
    ]


def audiences() -> list[dict[str, Any]]:
    here, there = f"{ISSUER}/venue/{VENUE}", f"{ISSUER}/venue/{OTHER_VENUE}"
    card = venue_card()
    bound_here = qr(shown(card, aud=here, challenge=CHALLENGE))
    bound_there = qr(shown(card, aud=there, challenge=CHALLENGE))
    elsewhere = qr(shown(card, aud="https://shop.example/venue"))
    return [
        bad("audience-of-another-service", "wrong-audience", elsewhere),
        bad("audience-of-another-city", "wrong-audience", qr(shown(card, aud=f"{FOREIGN}/venue"))),
        bad("bound-to-another-venue", "wrong-audience", bound_there),
        bad(
            "bound-to-another-venue-with-a-challenge",
            "wrong-audience",
            bound_there,
            challenge=CHALLENGE,
        ),
        bad(
            "one-way-where-a-challenge-stands",
            "wrong-audience",
            good_qr("aud"),
            challenge=CHALLENGE,
        ),
        bad("another-challenge", "wrong-nonce", bound_here, challenge="0" * 20),
        bad("bound-but-no-challenge-stands", "wrong-nonce", bound_here),
        bad(
            "shown-at-another-venue-of-the-line",
            "wrong-audience",
            bound_here,
            venue=OTHER_VENUE,
            challenge=CHALLENGE,
        ),
    ]


def statuses() -> list[dict[str, Any]]:
    def pointing(idx: int, number: int = 1, **claims: Any) -> str:
        return qr(shown(venue_card(status=status(idx, number), **claims)))

    revoked_paper = qr(paper_card(status=status(INDEX_REVOKED)))
    return [
        bad("revoked", "revoked", pointing(INDEX_REVOKED)),
        bad("suspended", "suspended", pointing(INDEX_SUSPENDED)),
        bad("revoked-paper", "revoked", revoked_paper),
        bad("revoked-outranks-expired", "revoked", pointing(INDEX_REVOKED, exp=TODAY)),
        bad("suspended-outranks-expired", "suspended", pointing(INDEX_SUSPENDED, exp=TODAY)),
        bad("status-index-one-beyond-the-end", "status-index-out-of-range", pointing(ENTRIES)),
        bad("status-index-far-beyond", "status-index-out-of-range", pointing(4_000_000_000)),
        bad("status-list-not-in-the-bundle", "status-list-missing", pointing(7, LIST_UNKNOWN)),
        bad("status-list-of-yesterday", "status-list-old", pointing(7, LIST_OLD)),
        bad("status-list-signed-by-a-forger", "status-list-bad", pointing(7, LIST_FORGED)),
        bad("status-list-with-another-typ", "status-list-bad", pointing(7, LIST_WRONG_TYP)),
    ]


def times() -> list[dict[str, Any]]:
    def aged(name: str, code: str, age: int) -> dict[str, Any]:
        return bad(name, code, qr(shown(venue_card(), seed=name, iat=AT - age)))

    at_old_list = LIST_IAT + DAY
    end = TODAY + DAY
    return [
        aged("qr-121-seconds-old", "qr-too-old", 121),
        aged("qr-an-hour-old", "qr-too-old", 3_600),
        aged("qr-an-hour-and-a-second-old", "clock-off", 3_601),
        aged("qr-61-seconds-ahead", "clock-off", -61),
        aged("qr-nine-hours-ahead", "clock-off", -9 * 3_600),
        bad("issued-61-seconds-ahead", "not-yet-valid", qr(shown(venue_card(iat=AT + 61)))),
        bad("not-before-tomorrow", "not-yet-valid", qr(shown(venue_card(nbf=TODAY + DAY)))),
        bad(
            "midnight-in-japan-after-its-last-day",
            "expired",
            qr(shown(venue_card(exp=end), iat=end - 5)),
            at=end,
        ),
        bad(
            "expired-with-an-old-qr-says-expired",
            "expired",
            qr(shown(venue_card(exp=TODAY), iat=AT - 7_200)),
        ),
        bad("expired-paper", "expired", qr(paper_card(exp=TODAY))),
        bad(
            "status-list-24-hours-old",
            "status-list-old",
            qr(shown(venue_card(), iat=at_old_list)),
            at=at_old_list,
        ),
    ]


def devices() -> list[dict[str, Any]]:
    """The same good files at other moments: what is wrong is the device, not the card."""

    def at(name: str, code: str, second: int) -> dict[str, Any]:
        return bad(name, code, qr(shown(venue_card(), iat=second)), at=second)

    return [
        at("before-the-new-root-counts", "trust-list-foreign", ROOT_ROLL_NBF - 1),
        at("before-the-bundle-key-counts", "bundle-bad", BUNDLE_KEY_NBF - 1),
        at("bundle-after-its-day", "bundle-expired", BUNDLE_IAT + DAY),
        at("trust-list-after-its-end", "trust-list-expired", TRUST_EXP),
    ]


def replays() -> list[dict[str, Any]]:
    moved, late, refused = good_qr("replay 1"), good_qr("replay 2"), good_qr("replay 3")
    original = shown(venue_card(), seed="replay 4")
    again = qr(shown(venue_card(), seed="replay 4", iat=AT - 5))
    return [
        bad("first-scan-at-one-venue", "ok", moved),
        bad("the-same-qr-at-another-venue", "replayed", moved, venue=OTHER_VENUE),
        bad("first-scan", "ok", late),
        bad("the-same-qr-11-seconds-later", "replayed", late, at=AT + 11),
        bad("refused-first-for-its-venue", "wrong-audience", refused, challenge=CHALLENGE),
        bad("a-refused-scan-leaves-no-mark", "ok", refused, venue=OTHER_VENUE),
        bad("original-signature", "ok", again),
        bad(
            "twin-signature-after-its-original",
            "replayed",
            qr(with_twin(original)),
            venue=OTHER_VENUE,
        ),
        bad("twin-signature-on-the-same-device", "replayed", qr(with_twin(original))),
    ]
