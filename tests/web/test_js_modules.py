"""The page's modules and the server's rules are two programs for one format: they agree.

What each module promises by itself is tested in tests/js with node's own runner; here both sides
get the same questions, thousands of them, and every answer is compared whole.
"""

import json
import random  # noqa: TID251  seeded: a difference can be looked at again
import subprocess
import sys
import zlib
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from disability_card.benefit_forms import answer_json, benefit_json
from disability_card.benefits import BenefitRule, Kind, Price, Shown, answer
from disability_card.refusals import CardRefused
from disability_card.scan_memory import MarksInMemory
from disability_card.venue_codes import new_venue_code
from disability_card.verdicts import refusal_json
from disability_card.verification import Venue, Verifier
from signing import base64url, pack
from signing.faults import BadToken
from signing.statuslist import decode_list, encode_list
from signing.trust import open_bundle_document, read_trust_document
from tests.vectors.city import AT, NOW, SELECTIVE, full_card, paper_card, shown, venue_card
from tests.web.js_mutations import CARDS, mutations
from tourism.coupon_rules import CouponTerms, TierOffer, offered_yen

ROOT: Final = Path(__file__).resolve().parents[2]
VECTORS: Final = ROOT / "docs" / "card-format" / "vectors"
NODE_TESTS: Final = sorted((ROOT / "tests" / "js").glob("*.test.mjs"))
pytestmark = pytest.mark.node


def node(*command: str, lines: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the answer to each line of one run of a script."""
    done = subprocess.run(
        ["node", *command],
        cwd=ROOT,
        input="".join(json.dumps(line) + "\n" for line in lines),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return [json.loads(line) for line in done.stdout.split("\n")[:-1]]


def ask(*lines: dict[str, Any]) -> list[dict[str, Any]]:
    return node("tests/js/ask.mjs", lines=lines)


def rng(seed: str) -> random.Random:
    return random.Random(seed)


@pytest.mark.parametrize("path", NODE_TESTS, ids=lambda path: path.stem)
def test_the_modules_keep_their_own_promises(path: Path) -> None:
    done = subprocess.run(
        ["node", "--test", str(path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    assert "# tests 0" not in done.stdout


# -- verdicts -------------------------------------------------------------------------------


def document(name: str) -> Any:
    return json.loads((VECTORS / name).read_text(encoding="utf-8"))


TRUST_LIST, BUNDLE = open_bundle_document(
    document("bundle.json"), pinned=read_trust_document(document("trust.json"))
)


def verdict_of_the_server(qr: str) -> dict[str, Any]:
    """The answer of a device that has seen no card yet."""
    by = Verifier.from_bundle(TRUST_LIST, BUNDLE, replay_marks=MarksInMemory())
    venue = Venue(venue_id=BUNDLE.venue_id, scanner=BUNDLE.venue_id)
    try:
        return by.verify(qr, venue=venue, now=NOW).as_json()
    except CardRefused as refusal:
        return refusal_json(refusal)


def test_both_verifiers_give_one_answer_to_whatever_is_damaged_on_any_layer() -> None:
    lines = list(mutations(150, seed="one answer"))
    answers = node(
        "tests/js/verify_lines.mjs", "--offline", "--apart",
        "--bundle", str(VECTORS / "bundle.json"), "--trust", str(VECTORS / "trust.json"),
        lines=[{"qr": line["qr"], "at": NOW.isoformat()} for line in lines],
    )  # fmt: skip
    expected = [verdict_of_the_server(line["qr"]) for line in lines]
    differences = [
        (line, server, page)
        for line, server, page in zip(lines, expected, answers, strict=True)
        if server != page
    ]
    assert differences == []
    # Otherwise the damage would be so great that everything stops at the same first question.
    codes = Counter(answer["code"] for answer in expected)
    assert len(codes) >= 20, codes
    assert codes["ok"] > 50, codes


BAD_LINES: Final = (
    "",
    "https://card.example/",
    "{",
    '{"qr":1}',
    '{"qr":"x","qr":"y"}',
    '{"qr":"","at":"2026-12-01"}',
    '{"qr":"","at":"2026-02-30T00:00:00Z"}',
    '{"qr":"","venue":7}',
    '{"qr":"","challenge":[]}',
    "é" * 20,
    "SK1:é",
    "x" * 3_101,
    "{" + "x" * 20_000,
    '{"qr":"' + "😀" * 2_000 + '"}',
)


def test_bad_lines_are_answered_as_verify_card_answers_them() -> None:
    files = ["--bundle", str(VECTORS / "bundle.json"), "--trust", str(VECTORS / "trust.json")]
    server, page = (
        subprocess.run(
            [*command, *files, "--offline", "--at", "2026-12-01T01:00:00+00:00"],
            cwd=ROOT,
            input="\r\n".join(BAD_LINES),
            capture_output=True,
            text=True,
            check=True,
        ).stdout.splitlines()
        for command in (
            [sys.executable, "manage.py", "verify_card"],
            ["node", "tests/js/verify_lines.mjs"],
        )
    )
    assert [json.loads(line) for line in page] == [json.loads(line) for line in server]
    assert len(page) == len(BAD_LINES)


# -- pack -----------------------------------------------------------------------------------


def presentations() -> list[str]:
    """Every kind of card, and some that no city writes."""
    next_ = rng("presentations")
    made = [*CARDS, venue_card(), shown(venue_card(presenter="guardian"), challenge="7" * 20)]
    for count in range(40):
        chosen = tuple(next_.sample(sorted(SELECTIVE), next_.randrange(len(SELECTIVE) + 1)))
        made.append(shown(full_card(chosen), seed=str(count), iat=AT + next_.randrange(10_000)))
        name = "".join(map(chr, next_.choices(range(0x20, 0x3100), k=next_.randrange(1, 30))))
        made.append(paper_card(name=name))
        run = base64url.encode(next_.randbytes(next_.choice((11, 12, 13, 255, 256)))).decode()
        made.append(paper_card(name=f"a{next_.choice('-_ .')}{run}{next_.choice(' AQ_')}"))
    return made


def test_each_side_unpacks_what_the_other_packs() -> None:
    made = presentations()
    packed_here = [pack.pack(text) for text in made]
    unpacked = ask(*({"ask": "unpack", "text": text} for text in packed_here))
    assert [one["text"] for one in unpacked] == made
    packed_there = [one["text"] for one in ask(*({"ask": "pack", "text": text} for text in made))]
    assert [pack.unpack(text).decode() for text in packed_there] == made
    # Deflate builds may differ in some bytes, but not in what is packed and what stays plain.
    assert [text[:4] for text in packed_there] == [text[:4] for text in packed_here]


def test_what_is_too_long_for_a_qr_code_is_packed_by_neither() -> None:
    text = paper_card(name="".join(map(chr, range(0x3400, 0x3A00))))
    with pytest.raises(ValueError, match="too long"):
        pack.pack(text)
    assert ask({"ask": "pack", "text": text}) == [{"code": "range"}]


# -- status lists ---------------------------------------------------------------------------


def test_both_read_the_same_statuses_and_refuse_the_same_lists() -> None:
    next_ = rng("lists")
    lists: list[tuple[Any, Any]] = [("", 2), (None, 2), ("eNoDAAAAAAE", 3), ("eNoDAAAAAAE", "2")]
    for _ in range(60):
        bits = next_.choice((1, 2, 4, 8))
        statuses = {next_.randrange(256): next_.randrange(1 << bits) for _ in range(40)}
        lst = encode_list(statuses, bits=bits, entries=256)
        lists.append((lst, bits))
        at = next_.randrange(len(lst))
        lists += [(lst[:at], bits), (lst[:at] + next_.choice("AZaz09-_") + lst[at + 1 :], bits)]
        lists.append((lst + "AAAA", bits))
    bomb = base64url.encode(zlib.compress(bytes(2**20 + 1))).decode()
    lists.append((bomb, 8))
    answers = ask(*({"ask": "list", "lst": lst, "bits": bits} for lst, bits in lists))
    for (lst, bits), page in zip(lists, answers, strict=True):
        try:
            read = decode_list(lst, bits=bits)
        except BadToken:
            assert "code" in page, lst
        else:
            set_here = {str(index): read[index] for index in range(len(read)) if read[index]}
            assert page == {"length": len(read), "set": set_here}


def test_the_lists_of_the_ietf_draft_are_read_alike() -> None:
    cases = json.loads((ROOT / "tests/vectors/ietf_status_list.json").read_text())["sparse"]
    answers = ask(*({"ask": "list", "lst": case["lst"], "bits": case["bits"]} for case in cases))
    for case, page in zip(cases, answers, strict=True):
        assert page == {"length": case["entries"], "set": case["set"]}


def test_the_page_reads_every_counters_code_and_no_other_venue() -> None:
    venues = [new_venue_code() for _ in range(50)]
    challenge = "7ZZZ0123456789ABCDEF"
    texts = [f"SKV1:{venue}:{challenge}" for venue in venues]
    found = ask(*({"ask": "counter", "text": text} for text in texts))
    assert found == [{"venue": venue, "challenge": challenge} for venue in venues]


# -- benefits -------------------------------------------------------------------------------


def some_price(next_: random.Random) -> Price:
    kind = next_.choice(list(Kind))
    return Price(
        kind=kind,
        yen=next_.choice((0, 100, 250, 500)) if kind is Kind.PRICE else None,
        percent_off=next_.choice((1, 10, 50, 100)) if kind is Kind.PERCENT_OFF else None,
    )


def some_benefit(next_: random.Random) -> BenefitRule:
    day = date(2026, 12, 1)
    texts = {"ja": "入浴料", "en": next_.choice(("", "Bath"))}
    return BenefitRule(
        benefit_id=str(next_.randrange(9)),
        title=texts,
        text=texts,
        classes=frozenset(next_.sample((0, 1, 2), next_.randrange(1, 4))),
        holder=some_price(next_),
        caregiver=some_price(next_),
        caregivers_max=next_.randrange(3),
        usual_yen=next_.choice((None, 0, 200, 500)),
        conditions={
            kind: frozenset(next_.sample(("1", "2", "3"), next_.randrange(1, 3)))
            for kind in next_.sample(("physical", "mental"), next_.randrange(3))
        },
        valid_from=next_.choice((None, day, day + timedelta(1))),
        valid_until=next_.choice((None, day, day - timedelta(1))),
    )


def test_the_page_answers_with_the_same_benefit_price_and_caregivers() -> None:
    next_ = rng("benefits")
    questions = []
    expected = []
    for _ in range(600):
        rules = [some_benefit(next_) for _ in range(next_.randrange(4))]
        details: dict[str, str | int] = {}
        if next_.random() < 0.5:
            details["handbook"] = next_.choice(("physical", "mental", "intellectual"))
        if next_.random() < 0.5:
            details["grade"] = next_.choice(("1", "2", "2-1", "A1"))
        seen = Shown(
            discount_class=next_.randrange(3), caregivers=next_.randrange(2), details=details
        )
        language = next_.choice(("ja", "ja-easy", "en"))
        given = answer(seen, rules, day=date(2026, 12, 1))
        expected.append(dict(answer_json(given, language=language)))
        questions.append(
            {
                "ask": "benefit",
                "verdict": {
                    "discount_class": seen.discount_class,
                    "caregivers": seen.caregivers,
                    "details": details,
                },
                "benefits": [benefit_json(rule) for rule in rules],
                "day": "2026-12-01",
                "language": language,
            }
        )
    assert ask(*questions) == expected
    assert len(Counter(one["outcome"] for one in expected)) == 3


# -- coupons --------------------------------------------------------------------------------


def test_a_till_without_a_network_offers_the_coupons_that_the_city_would() -> None:
    next_ = rng("coupons")
    questions, expected = [], []
    for _ in range(400):
        tiers = [
            TierOffer(
                value_yen=next_.choice((100, 500, 2_000)), min_spend_yen=next_.randrange(4_000)
            )
            for _ in range(next_.randrange(4))
        ]
        terms = CouponTerms(
            tiers=tiers,
            rate_basis_points=next_.choice((None, 1, 2_000, 3_333, 10_000)),
            unit_yen=next_.choice((1, 100, 500)),
        )
        bill, most = next_.randrange(1, 10_000_001), next_.choice((0, 99, 500, 10_000))
        bill = next_.choice((bill, bill % 5_000 + 1))
        expected.append({"yen": offered_yen(terms, bill_yen=bill, remaining_yen=most)})
        told = {
            "tiers": [
                {"value_yen": one.value_yen, "min_spend_yen": one.min_spend_yen} for one in tiers
            ],
            "rate_basis_points": terms.rate_basis_points,
            "unit_yen": terms.unit_yen,
        }
        questions.append({"ask": "offers", "terms": told, "bill": bill, "most": most})
    assert ask(*questions) == expected
