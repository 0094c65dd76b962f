"""Good cards: each is accepted, and the answer is exactly ``expect``."""

from datetime import UTC, datetime
from typing import Any

from signing import base45, es256, pack, sdjwt
from tests.vectors.city import (
    AT,
    CHALLENGE,
    DAY,
    ISSUER,
    ISSUER_KEY,
    LIST_IAT,
    NEIGHBOUR,
    NEIGHBOUR_KEY,
    NEXT_ISSUER_KEY,
    SELECTIVE,
    TODAY,
    VENUE,
    b64,
    card_claims,
    full_card,
    holder,
    paper_card,
    qr,
    shown,
    signed_raw,
    status,
    unb64,
    venue_card,
)


def instant(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def answer(**changed: object) -> dict[str, Any]:
    """The answer to the plainest card; override only what the vector is about."""
    return {
        "outcome": "accepted",
        "code": "ok",
        "level": "green",
        "medium": "phone",
        "presenter": "holder",
        "discount_class": 1,
        "caregivers": 1,
        "name_to_check": None,
        "as_of": instant(LIST_IAT),
    } | changed


def line(
    name: str, text: str, *, at: int = AT, expect: dict[str, Any] | None = None, **fields: object
) -> dict[str, Any]:
    return {"name": name, "qr": text, "at": instant(at), **fields, "expect": expect or answer()}


def good_lines() -> list[dict[str, Any]]:
    return [*kinds_of_card(), *ways_to_show(), *edges_of_time(), *spellings(), *sequences()]


def kinds_of_card() -> list[dict[str, Any]]:
    name = {"name": "見本 花子", "birth_year": 1985}
    some = ("discount_class", "caregivers", "handbook")
    return [
        line("first-class-holder-and-one-caregiver", qr(shown(venue_card(), seed="k1"))),
        line(
            "second-class-holder-alone",
            qr(shown(venue_card(discount_class=2, caregivers=0), seed="k2")),
            expect=answer(discount_class=2, caregivers=0),
        ),
        line(
            "handbook-without-fare-class",
            qr(shown(venue_card(discount_class=0, caregivers=0), seed="k3")),
            expect=answer(discount_class=0, caregivers=0),
        ),
        line(
            "second-class-with-a-caregiver",
            qr(shown(venue_card(discount_class=2, caregivers=1), seed="k4")),
            expect=answer(discount_class=2, caregivers=1),
        ),
        line(
            "shown-by-a-guardian",
            qr(shown(venue_card(presenter="guardian"), seed="k5")),
            expect=answer(presenter="guardian"),
        ),
        line("full-card-three-shown", qr(shown(full_card(some), seed="k6"))),
        line("full-card-all-shown", qr(shown(full_card(tuple(SELECTIVE)), seed="k7"))),
        line("paper", qr(paper_card()), expect=answer(medium="paper", name_to_check=name)),
        line(
            "paper-without-caregiver",
            qr(paper_card(discount_class=2, caregivers=0, name="見本 ジョー・ケイ")),
            expect=answer(
                medium="paper",
                discount_class=2,
                caregivers=0,
                name_to_check={"name": "見本 ジョー・ケイ", "birth_year": 1985},
            ),
        ),
        line(
            "signed-with-the-next-issuer-key",
            qr(shown(venue_card(signer=NEXT_ISSUER_KEY), seed="k8")),
        ),
        line("neighbour-city-in-the-trust-list", qr(neighbour_card())),
    ]


def neighbour_card() -> str:
    """Audience and card type are under the card's own issuer; the status list is Saku's here."""
    card = venue_card(iss=NEIGHBOUR, signer=NEIGHBOUR_KEY)
    return shown(card, seed="neighbour", aud=f"{NEIGHBOUR}/venue")


def ways_to_show() -> list[dict[str, Any]]:
    here = f"{ISSUER}/venue/{VENUE}"
    elsewhere = "BATHHSEB"
    there = f"{ISSUER}/venue/{elsewhere}"
    bound = shown(venue_card(), aud=here, challenge=CHALLENGE)
    other = shown(venue_card(), aud=there, challenge=CHALLENGE, iat=AT - 6)
    return [
        line("venue-bound", qr(bound), challenge=CHALLENGE),
        line(
            "venue-bound-at-the-venue-of-the-line", qr(other), venue=elsewhere, challenge=CHALLENGE
        ),
        line(
            "plain-form-without-packing",
            pack.PLAIN + base45.encode(shown(venue_card(), seed="w1").encode()),
        ),
        line("twin-signature-alone", qr(with_twin(shown(venue_card(), seed="w2")))),
    ]


def with_twin(presented: str) -> str:
    head, _, signature = presented.rpartition(".")
    return f"{head}.{b64(es256.twin(unb64(signature)))}"


def edges_of_time() -> list[dict[str, Any]]:
    amber = answer(level="amber")

    def at_age(name: str, age: int, expect: dict[str, Any] | None = None) -> dict[str, Any]:
        return line(name, qr(shown(venue_card(), seed=name, iat=AT - age)), expect=expect)

    def at_time(name: str, at: int, expect: dict[str, Any] | None = None) -> dict[str, Any]:
        return line(name, qr(shown(venue_card(), seed=name, iat=at)), at=at, expect=expect)

    last = TODAY + DAY
    return [
        at_age("qr-60-seconds-old", 60),
        at_age("qr-61-seconds-old", 61, amber),
        at_age("qr-120-seconds-old", 120, amber),
        at_age("qr-60-seconds-ahead", -60),
        at_time("status-list-5-minutes-old", LIST_IAT + 300),
        at_time("status-list-5-minutes-and-a-second-old", LIST_IAT + 301, amber),
        at_time("status-list-a-second-under-24-hours-old", LIST_IAT + DAY - 1, amber),
        line(
            "last-second-of-its-last-day-in-japan",
            qr(shown(venue_card(exp=last), seed="t1", iat=last - 1)),
            at=last - 1,
            expect=amber,
        ),
        line(
            "issued-a-minute-ahead-of-this-clock",
            qr(shown(venue_card(iat=AT + 60), seed="t2")),
        ),
        line("not-before-has-come", qr(shown(venue_card(nbf=AT), seed="t3"))),
    ]


def spellings() -> list[dict[str, Any]]:
    """Cards that another issuer's software would write: same meaning, other bytes."""
    claims = card_claims() | {"cnf": {"jwk": holder().jwk}}
    spaced = str(claims).replace("'", '"').encode()
    header = b'{"typ": "dc+sd-jwt", "kid": "2026-1", "alg": "ES256"}'
    escaped = spaced.replace(b'"iss"', b'"\\u0069ss"', 1)
    return [
        line(
            "spaces-in-the-json", qr(shown(signed_raw(header, spaced, ISSUER_KEY) + "~", seed="s1"))
        ),
        line(
            "escaped-letter-in-a-name",
            qr(shown(signed_raw(header, escaped, ISSUER_KEY) + "~", seed="s2")),
        ),
        line(
            "claims-we-do-not-know", qr(shown(venue_card(future={"a": [1, 2.5, None]}), seed="s3"))
        ),
        line("sd-hash-array-with-decoys-only", qr(shown(decoys_only(), seed="s4"))),
        line(
            "status-index-zero",
            qr(shown(venue_card(status=status(0)), seed="s5")),
        ),
        line(
            "status-index-last",
            qr(shown(venue_card(status=status(131_071)), seed="s6")),
        ),
    ]


def decoys_only() -> str:
    return sdjwt.issue(
        card_claims(_sd=[sdjwt.digest_of(b"decoy")], _sd_alg="sha-256"),
        signer=ISSUER_KEY,
        holder=holder().jwk,
    )


def sequences() -> list[dict[str, Any]]:
    again = qr(shown(venue_card(), seed="q1"))
    paper = qr(paper_card(name="見本 次郎"))
    by_name = answer(medium="paper", name_to_check={"name": "見本 次郎", "birth_year": 1985})
    return [
        line("first-scan", again),
        line("the-same-scan-10-seconds-later-answers-the-same", again, at=AT + 10),
        line("paper-first-time", paper, expect=by_name),
        line("paper-again-a-minute-later", paper, at=AT + 60, expect=by_name),
    ]
