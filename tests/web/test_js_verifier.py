"""The page's verifier gives exactly the answers of the published vectors, good and bad."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
VECTORS = ROOT / "docs" / "card-format" / "vectors"
pytestmark = pytest.mark.node


def lines_of(name: str) -> list[dict[str, Any]]:
    text = (VECTORS / f"{name}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def answers(scans: list[dict[str, Any]], *, bundle: Path, trust: Path) -> list[dict[str, Any]]:
    given = "".join(
        json.dumps({key: scan[key] for key in ("qr", "at", "venue", "challenge") if key in scan})
        + "\n"
        for scan in scans
    )
    done = subprocess.run(
        ["node", "tests/js/verify_lines.mjs", "--bundle", bundle, "--trust", trust, "--offline"],
        cwd=ROOT, input=given, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [json.loads(line) for line in done.stdout.splitlines()]


def ask(scans: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return answers(scans, bundle=VECTORS / "bundle.json", trust=VECTORS / "trust.json")


def test_every_good_vector_gets_its_answer() -> None:
    scans = lines_of("accepted")
    assert ask(scans) == [scan["expect"] for scan in scans]


def test_every_bad_vector_gets_its_code() -> None:
    scans = lines_of("refused")
    found = [(scan["name"], answer["code"]) for scan, answer in zip(scans, ask(scans), strict=True)]
    assert found == [(scan["name"], scan["code"]) for scan in scans]


def test_every_foreign_or_spent_device_gets_its_code(tmp_path: Path) -> None:
    for device in lines_of("devices"):
        bundle, trust = tmp_path / "bundle.json", tmp_path / "trust.json"
        bundle.write_text(json.dumps(device["bundle"]), encoding="utf-8")
        own_trust = json.loads((VECTORS / "trust.json").read_text(encoding="utf-8"))
        trust.write_text(json.dumps(device.get("trust", own_trust)), encoding="utf-8")
        answer = answers([device], bundle=bundle, trust=trust)[0]
        assert answer["code"] == device.get("code", "ok"), device["name"]


def test_the_pages_dictionary_is_the_published_one() -> None:
    script = (
        'import { DICTIONARY } from "./web/static/web/js/card/dictionary.js";'
        "process.stdout.write(DICTIONARY);"
    )
    done = subprocess.run(
        ["node", "--input-type=module", "-e", script], cwd=ROOT, capture_output=True, check=True
    )
    assert done.stdout == (ROOT / "docs/card-format/dictionary-1.bin").read_bytes()
