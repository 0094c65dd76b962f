"""Texts to ask both verifiers about: good cards with something changed at every layer.

The page's module and the server's rules are two programs for one format; where they differ, a
front desk that loses its network gets another answer. Every mutation comes from a seed, so that a
difference can be looked at again.
"""

import hashlib
import json
import random  # noqa: TID251  seeded: a difference can be looked at again
from collections.abc import Callable, Iterator
from typing import Any, Final

from signing import base45, pack
from tests.vectors.city import (
    AT,
    ISSUER,
    ISSUER_KEY,
    b64,
    deflated,
    full_card,
    holder,
    paper_card,
    raw_pack,
    shown,
    signed_raw,
    taken_apart,
    unb64,
    venue_card,
)

CARDS: Final = (
    shown(venue_card()),
    shown(full_card(("discount_class", "caregivers", "grade"))),
    paper_card(),
)
BASE45: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
ODD_CHARACTERS: Final = "a=~_é０😀\x00\x01\x7f\ufeff"
TOKEN: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~="

# JSON as no honest writer spells it. Each stands for a value of a claim.
SPELLINGS: Final = (
    *("0", "-0", "1", "1.0", "1e0", "-1", "01", "+1", "1.", ".5", "1E400", "1e-400", "0e9"),
    *("9007199254740993", "18446744073709551616", "9" * 400, "253402300799", "253402300800"),
    *("NaN", "Infinity", "-Infinity", "null", "true", "tru", "TRUE", '""', '"a"', "'a'", "[]"),
    *("{}", "[1,]", '{"a":1,}', '{"a":1,"a":1}', '{"a":1,"\\u0061":2}', '{"a":{"b":1,"b":2}}'),
    *('"\\ud800"', '"\\ud83d\\ude00"', '"\\ude00\\ud83d"', '"\\u0000"', '"\t"', '"\\x41"'),
    *('{"...":"x"}', '[{"...":"x"}]', '[{"...":1}]', '{"_sd":[]}', '{"_sd":1}', '{"_sd":["x"]}'),
    *('{"_sd":["x","x"]}', '{"__proto__":1}', '{"constructor":1}', "[" * 33 + "]" * 33),
    *("[" * 500 + "]" * 500, '{"a":' * 40 + "1" + "}" * 40, '"\u2028"', "\u00a01", "1 ", "\n[ ]"),
    *('"physical"', '"holder"', '"guardian"', '"' + "x" * 300 + '"', "2", "1985", "1867", "9999"),
)
CLAIMS: Final = (
    *("iss", "vct", "iat", "exp", "nbf", "cnf", "status", "discount_class", "caregivers"),
    *("presenter", "_sd", "_sd_alg", "name", "birth_year", "handbook", "...", "__proto__", "x"),
)
BINDING_CLAIMS: Final = ("iat", "aud", "nonce", "sd_hash", "exp", "...", "_sd", "__proto__", "x")
HEADER_MEMBERS: Final = ("alg", "typ", "kid", "crit", "jwk", "b64", "__proto__")
HEADER_SPELLINGS: Final = (
    *SPELLINGS,
    *('"ES256"', '"es256"', '"none"', '"nOnE"', '"RS256"', '"dc+sd-jwt"', '"kb+jwt"', '"JWT"'),
    *('"2026-1"', '"2025-2"', '"2024-1"', '"s-2026-1"', '["b64"]'),
)


def plain(sd_jwt: str) -> str:
    return pack.PLAIN + base45.encode(sd_jwt.encode("utf-8", "surrogatepass"))


def changed_somewhere(text: str, alphabet: str, rng: random.Random) -> str:
    """A character replaced, put in, or a stretch taken out."""
    at = rng.randrange(len(text))
    match rng.randrange(4):
        case 0:
            return text[:at] + text[at + rng.randint(1, 20) :]
        case 1:
            return text[:at] + rng.choice(alphabet) + text[at:]
        case _:
            return text[:at] + rng.choice(alphabet) + text[at + 1 :]


def with_member(raw: bytes, name: str, spelling: str) -> bytes:
    """The JSON object with one member spelled as given: replaced, or put at its end."""
    members = json.loads(raw)
    members.pop(name, None)
    head = json.dumps(members, ensure_ascii=False, separators=(",", ":"))[:-1]
    comma = "," if members else ""
    return f"{head}{comma}{json.dumps(name)}:{spelling}}}".encode("utf-8", "surrogatepass")


def text_changed(rng: random.Random) -> str:
    return changed_somewhere(pack.pack(rng.choice(CARDS)), BASE45 + ODD_CHARACTERS, rng)


def sd_jwt_changed(rng: random.Random) -> str:
    return plain(changed_somewhere(rng.choice(CARDS), TOKEN, rng))


def pack_changed(rng: random.Random) -> str:
    """Damage behind base45 and deflate, where a forger would do it."""
    inner, raw = taken_apart(pack.pack(rng.choice(CARDS)))
    if rng.random() < 0.3:
        at = rng.randrange(len(raw))
        raw = raw[:at] + rng.randbytes(rng.randrange(3)) + raw[at + 1 :]
        return raw_pack(deflated(inner), raw)
    at = rng.randrange(len(inner))
    piece = rng.choice((b"\0", b"\x01", b"\x02", b"\x01\x0c", b" " * 9_000, rng.randbytes(2), b""))
    return raw_pack(deflated(inner[:at] + piece + inner[at + 1 :]), raw)


def stream_changed(rng: random.Random) -> str:
    """The deflate stream itself damaged, cut, or followed by something."""
    inner, raw = taken_apart(pack.pack(rng.choice(CARDS)))
    z = deflated(inner)
    at = rng.randrange(len(z))
    z = rng.choice(
        (
            z[:at],
            z + rng.randbytes(rng.randint(1, 4)),
            z[:at] + rng.randbytes(1) + z[at + 1 :],
            rng.randbytes(rng.randrange(60)),
        )
    )
    return raw_pack(z, raw)


def claim_changed(rng: random.Random) -> str:
    """Honestly signed by the city, with a claim no city writes."""
    card = rng.choice((venue_card(), paper_card()))
    header, payload, _ = card.rstrip("~").split(".")
    claims = with_member(unb64(payload), rng.choice(CLAIMS), rng.choice(SPELLINGS))
    token = signed_raw(unb64(header), claims, ISSUER_KEY) + "~"
    return plain(token if card == paper_card() else shown(token))


def disclosed(rng: random.Random) -> str:
    """A disclosure of any shape, honestly referenced or not."""
    spelling, name = rng.choice(SPELLINGS), rng.choice(CLAIMS)
    array = rng.choice(
        (
            f'["salt",{json.dumps(name)},{spelling}]',
            f'["salt",{spelling}]',
            f"[{spelling}]",
            spelling,
        )
    )
    disclosure = b64(array.encode("utf-8", "surrogatepass"))
    digest = b64(hashlib.sha256(disclosure.encode()).digest())
    place = rng.choice(({"_sd": [digest]}, {"x": [{"...": digest}]}, {"x": {"_sd": [digest]}}, {}))
    header, payload, _ = (
        venue_card(discount_class=None if name == "discount_class" else 1).rstrip("~").split(".")
    )
    claims = json.dumps(json.loads(unb64(payload)) | place).encode()
    token = signed_raw(unb64(header), claims, ISSUER_KEY)
    return plain(shown(f"{token}~{disclosure}~"))


def header_changed(rng: random.Random) -> str:
    header, payload, _ = venue_card().rstrip("~").split(".")
    changed = with_member(unb64(header), rng.choice(HEADER_MEMBERS), rng.choice(HEADER_SPELLINGS))
    return plain(shown(signed_raw(changed, unb64(payload), ISSUER_KEY) + "~"))


def binding_changed(rng: random.Random) -> str:
    """Honestly signed by the phone, which the holder may have written himself."""
    card = CARDS[0]
    cut = card.rindex("~") + 1
    header, payload, _ = card[cut:].split(".")
    raw_header, raw_payload = unb64(header), unb64(payload)
    if rng.random() < 0.4:
        raw_header = with_member(
            raw_header, rng.choice(HEADER_MEMBERS), rng.choice(HEADER_SPELLINGS)
        )
    else:
        raw_payload = with_member(raw_payload, rng.choice(BINDING_CLAIMS), rng.choice(SPELLINGS))
    return plain(card[:cut] + signed_raw(raw_header, raw_payload, holder()))


def moved_in_time(rng: random.Random) -> str:
    ages = (-3_601, -61, -60, -59, 0, 59, 60, 61, 119, 120, 121, 3_600, 3_601)
    aud = rng.choice((f"{ISSUER}/venue", f"{ISSUER}/venue/SAKV0002", ISSUER, ""))
    return pack.pack(shown(venue_card(), iat=AT - rng.choice(ages), aud=aud))


LAYERS: Final[dict[str, Callable[[random.Random], str]]] = {
    made.__name__: made
    for made in (
        text_changed,
        sd_jwt_changed,
        pack_changed,
        stream_changed,
        claim_changed,
        disclosed,
        header_changed,
        binding_changed,
        moved_in_time,
    )
}


def mutations(count: int, *, seed: str) -> Iterator[dict[str, Any]]:
    """``count`` lines of input a layer, each with the layer's name."""
    for layer, make in LAYERS.items():
        rng = random.Random(f"{seed} {layer}")
        for _ in range(count):
            yield {"layer": layer, "qr": make(rng)}
