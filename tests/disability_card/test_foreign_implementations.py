"""Other implementations accept all that we issue, and refuse exactly what the table says.

``tests/vectors/foreign_refusals.json`` says for every bad vector that unpacks to an SD-JWT which
library refuses it. Where one *accepts*, the refusal is ours alone, and a card that relied on that
library would be let in: the reason for the strict reader. Made again, after thought, with
``python -m tests.disability_card.test_foreign_implementations``.
"""

import io
import json
from pathlib import Path
from typing import Any

import base45 as base45_pypi
import numpy as np
import pytest
import zxingcpp
from PIL import Image

from signing import base64url, pack, qr
from signing.faults import BadToken
from signing.statuslist import decode_list
from signing.trust import TrustList, open_bundle_document, read_trust_document
from tests.disability_card.foreign_verifiers import TAKES, Question, opened_by_joserfc
from tests.vectors.bad_cards import bad_lines
from tests.vectors.city import (
    BUNDLE_KEY,
    INDEX_REVOKED,
    INDEX_SUSPENDED,
    ROOT,
    ROOT_BEFORE,
    STATUS_KEY,
    make_bundle_document,
    make_list,
    make_roll,
    make_trust,
    make_trust_document,
    make_venue_bundle,
)
from tests.vectors.good_cards import good_lines

TABLE = Path(__file__).parents[1] / "vectors" / "foreign_refusals.json"
GOOD = good_lines()


def trust_list() -> TrustList:
    pinned = read_trust_document(make_trust_document())
    return open_bundle_document(make_bundle_document(), pinned=pinned)[0]


TRUST_LIST = trust_list()


def question(row: dict[str, Any]) -> Question | None:
    """The row as a question to others; ``None`` where only our own packing is broken."""
    try:
        return Question(pack.unpack(row["qr"]), row, TRUST_LIST)
    except (BadToken, UnicodeDecodeError):
        return None


def opinions(name: str) -> dict[str, str]:
    asked = {row["name"]: question(row) for row in bad_lines() if row["code"] != "ok"}
    return {
        vector: "accepts" if TAKES[name](one) else "refuses"
        for vector, one in asked.items()
        if one is not None
    }


@pytest.mark.parametrize("row", GOOD, ids=[row["name"] for row in GOOD])
@pytest.mark.parametrize("name", TAKES)
def test_others_accept_every_card_that_we_accept(name: str, row: dict[str, Any]) -> None:
    asked = question(row)
    assert asked is not None
    assert TAKES[name](asked)


@pytest.mark.parametrize("name", TAKES)
def test_others_refuse_exactly_what_the_table_says(name: str) -> None:
    table = json.loads(TABLE.read_text(encoding="utf-8"))["vectors"]
    assert opinions(name) == {vector: row[name] for vector, row in table.items()}


def test_the_table_has_a_row_for_every_bad_vector_with_an_sd_jwt_inside() -> None:
    table = json.loads(TABLE.read_text(encoding="utf-8"))["vectors"]
    asked = {row["name"] for row in bad_lines() if row["code"] != "ok" and question(row)}
    assert set(table) == asked


def test_the_traps_that_others_leave_open_are_in_the_table() -> None:
    """The wrapper exists because of these; if a library closes one, we want to hear of it."""
    table = json.loads(TABLE.read_text(encoding="utf-8"))["vectors"]
    for vector in ("duplicate-key", "typ-jwt", "exp-as-float"):
        assert "accepts" in table[vector].values(), vector


def test_joserfc_opens_every_other_token_of_ours() -> None:
    opened_by_joserfc(make_trust(), ROOT.public_key)
    opened_by_joserfc(make_roll(), ROOT_BEFORE.public_key)
    opened_by_joserfc(make_venue_bundle(), BUNDLE_KEY.public_key)
    claims = opened_by_joserfc(make_list(), STATUS_KEY.public_key)
    bits = decode_list(claims["status_list"]["lst"], bits=claims["status_list"]["bits"])
    assert (bits[INDEX_REVOKED], bits[INDEX_SUSPENDED]) == (1, 2)
    assert base64url.decode(claims["status_list"]["lst"].encode())


@pytest.mark.parametrize("row", GOOD, ids=[row["name"] for row in GOOD])
def test_base45_of_pypi_reads_what_we_write(row: dict[str, Any]) -> None:
    body = row["qr"].removeprefix(pack.PACKED).removeprefix(pack.PLAIN)
    raw = base45_pypi.b45decode(body)
    assert base45_pypi.b45encode(raw).decode() == body


@pytest.mark.parametrize("row", GOOD, ids=[row["name"] for row in GOOD])
def test_a_cameras_library_reads_each_good_code_back(row: dict[str, Any]) -> None:
    picture = Image.open(io.BytesIO(qr.png(qr.screen_matrix(row["qr"]))))
    [found] = zxingcpp.read_barcodes(np.asarray(picture.convert("L")))
    assert found.text == row["qr"]


def write_table() -> None:
    """Write our columns anew; those of the JavaScript libraries stay as they are."""
    table = json.loads(TABLE.read_text(encoding="utf-8"))
    before = table["vectors"]
    by_name = {name: opinions(name) for name in TAKES}
    table["vectors"] = {
        vector: before.get(vector, {}) | {name: by_name[name][vector] for name in by_name}
        for vector in by_name["sd-jwt"]
    }
    TABLE.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_table()
