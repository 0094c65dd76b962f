"""The published vectors: whole, true to the code, and answered exactly as they say."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from disability_card.refusals import REFUSAL_OF_FAULT, CardRefused, all_refusals
from disability_card.scan_memory import MarksInMemory
from disability_card.verdicts import refusal_json
from disability_card.verification import Venue, Verifier
from signing import pack
from signing.faults import BadToken
from signing.trust import open_bundle_document, read_trust_document
from tests.vectors import make_vectors

FOLDER = make_vectors.FOLDER


def document(name: str) -> Any:
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


def rows(name: str) -> list[dict[str, Any]]:
    text = (FOLDER / name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def answers(name: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Each line of a file with the answer of one device that reads them in order."""
    trust_list, bundle = open_bundle_document(
        document("bundle.json"), pinned=read_trust_document(document("trust.json"))
    )
    by = Verifier.from_bundle(trust_list, bundle, replay_marks=MarksInMemory())
    for row in rows(name):
        venue_id = row.get("venue", bundle.venue_id)
        venue = Venue(venue_id=venue_id, scanner=venue_id, challenge=row.get("challenge"))
        try:
            verdict = by.verify(row["qr"], venue=venue, now=datetime.fromisoformat(row["at"]))
        except CardRefused as refusal:
            yield row, refusal_json(refusal)
        else:
            yield row, verdict.as_json()


def test_every_accepted_vector_gets_exactly_its_answer() -> None:
    wrong = {
        row["name"]: answer for row, answer in answers("accepted.jsonl") if answer != row["expect"]
    }
    assert wrong == {}


def test_every_refused_vector_gets_exactly_its_code() -> None:
    wrong = {
        row["name"]: answer["code"]
        for row, answer in answers("refused.jsonl")
        if answer["code"] != row["code"]
    }
    assert wrong == {}


def test_every_code_of_the_verifier_stands_in_the_vectors() -> None:
    assert {row["code"] for row in rows("refused.jsonl")} == {"ok", *all_refusals()}


@pytest.mark.parametrize("row", rows("devices.jsonl"), ids=lambda row: row["name"])
def test_bad_device_files_refuse_every_card(row: dict[str, Any]) -> None:
    with pytest.raises(BadToken) as bad:
        open_bundle_document(row["bundle"], pinned=read_trust_document(document("trust.json")))
    assert REFUSAL_OF_FAULT[bad.value.fault].code == row["code"]


@pytest.mark.parametrize("name", ["accepted.jsonl", "refused.jsonl", "devices.jsonl"])
def test_names_are_unique_and_lines_have_the_published_members(name: str) -> None:
    found = rows(name)
    assert len({row["name"] for row in found}) == len(found)
    answer = "expect" if name == "accepted.jsonl" else "code"
    allowed = {"name", "qr", "at", "venue", "challenge", answer}
    allowed |= {"bundle"} if name == "devices.jsonl" else set()
    for row in found:
        assert {"name", "qr", "at", answer} <= row.keys() <= allowed
        assert datetime.fromisoformat(row["at"]).tzinfo is not None


def restored(row: dict[str, Any]) -> object:
    """The SD-JWT in a line: compressed bytes differ between deflate builds, cards do not."""
    try:
        return pack.unpack(row["qr"])
    except BadToken as bad:
        return bad.fault


@pytest.mark.parametrize("name", ["accepted.jsonl", "refused.jsonl", "devices.jsonl"])
def test_the_generator_makes_the_published_lines(name: str) -> None:
    made = json.loads(json.dumps(make_vectors.lines()[name]))
    assert by_name(made) == by_name(rows(name))


def by_name(found: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Lines without what holds compressed bytes: status lists are zlib, packs deflate."""
    return {
        row["name"]: {key: row[key] for key in row.keys() - {"bundle", "qr"}}
        | {"card": restored(row)}
        for row in found
    }


def test_the_keys_are_published_and_marked_as_test_keys() -> None:
    published = document("jwks.json")
    assert published == json.loads(json.dumps(make_vectors.documents()["jwks.json"]))
    assert "TEST KEYS ONLY" in published["warning"]
    assert {"root-2026", "issuer-2026-1", "issuer-2027-1", "status-2026-1", "holder-1"} <= {
        key["name"] for key in published["keys"]
    }


def test_no_test_key_is_in_the_products_own_code() -> None:
    """A published private key that a product trusted would be everybody's pass."""
    published = {key["x"] for key in document("jwks.json")["keys"]}
    root = Path(__file__).parents[2]
    for room in ("signing", "disability_card", "api", "deploy", "core"):
        for path in (root / room).rglob("*.*"):
            if path.suffix in {".py", ".json", ".toml", ".pem"}:
                text = path.read_text(encoding="utf-8")
                assert not any(x in text for x in published), path


def test_every_accepted_text_is_alphanumeric_for_a_qr_code() -> None:
    allowed = set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
    assert all(set(row["qr"]) <= allowed for row in rows("accepted.jsonl"))
