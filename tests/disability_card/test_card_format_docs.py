"""The published page says what the code does."""

import io
import json
import re
from pathlib import Path

from django.core.management import call_command

from disability_card.refusals import CardRefused
from disability_card.venue_codes import read_venue_code

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "card-format"
PAGE = (FOLDER / "README.md").read_text(encoding="utf-8")


def test_the_published_card_types_are_the_served_ones() -> None:
    served = ROOT / "disability_card" / "data" / "vct"
    names = sorted(path.name for path in served.glob("*.json"))
    assert names
    for name in names:
        assert (FOLDER / "vct" / name).read_bytes() == (served / name).read_bytes()


def test_every_refusal_code_is_explained() -> None:
    codes = {str(refusal.code) for refusal in CardRefused.__subclasses__()}
    assert {code for code in codes if f"`{code}`" not in PAGE} == set()


def test_the_example_command_gives_the_published_answers() -> None:
    command = re.search(r"manage\.py verify_card (.*?) < (\S+)", PAGE, re.DOTALL)
    assert command is not None
    arguments = command[1].replace("\\\n", " ").split()
    lines = (ROOT / command[2]).read_bytes()
    out = io.StringIO()
    call_command(
        "verify_card",
        *[str(ROOT / one) if one.startswith("docs/") else one for one in arguments],
        stdin=io.BytesIO(lines),
        stdout=out,
    )
    found = [json.loads(line) for line in out.getvalue().splitlines()]
    assert found == [json.loads(line)["expect"] for line in lines.splitlines()]


def test_the_example_venue_has_a_good_check_character() -> None:
    example = re.search(r"Example: `([0-9A-Z]{8})`", PAGE)
    assert example is not None
    assert read_venue_code(example[1]) == example[1]
