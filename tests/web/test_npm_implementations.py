"""npm's implementations accept all that we issue, and refuse exactly what the table says.

``tests/vectors/foreign_refusals_npm.json`` says for every bad vector with an SD-JWT inside which
library refuses it; where one *accepts*, the refusal is ours alone. Made again, after thought, with
``python -m tests.web.test_npm_implementations``.
"""

import json
import subprocess
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pytest

from signing import jws, pack
from signing.faults import BadToken
from signing.keys import public_jwk
from signing.trust import open_bundle_document, read_trust_document
from tests.vectors.bad_cards import bad_lines
from tests.vectors.city import (
    VENUE,
    all_lists,
    make_bundle_document,
    make_trust_document,
    shown,
    venue_card,
)
from tests.vectors.good_cards import good_lines

ROOT: Final = Path(__file__).resolve().parents[2]
TABLE: Final = ROOT / "tests" / "vectors" / "foreign_refusals_npm.json"
LIBRARIES: Final = ("@sd-jwt/sd-jwt-vc", "jose")
pytestmark = pytest.mark.node


def sd_jwt(row: dict[str, Any]) -> str | None:
    """The SD-JWT in a row; ``None`` where only our own packing is broken."""
    try:
        return pack.unpack(row["qr"]).decode("ascii")
    except (BadToken, UnicodeDecodeError):
        return None


def opinions(rows: list[dict[str, Any]]) -> dict[str, dict[str, str]]:
    """Return what each library says to each row with an SD-JWT inside."""
    pinned = read_trust_document(make_trust_document())
    trust_list, _ = open_bundle_document(make_bundle_document(), pinned=pinned)
    keys = [
        {"use": key.use, "iss": key.iss, "kid": key.kid, "jwk": public_jwk(key.public_key)}
        for key in trust_list.keys.values()
    ]
    lists = {str(jws.parse_text(token).payload["sub"]): token for token in all_lists()}
    asked = {row["name"]: (row, text) for row in rows if (text := sd_jwt(row)) is not None}
    lines: list[dict[str, Any]] = [{"keys": keys, "lists": lists}]
    for row, text in asked.values():
        at = int(datetime.fromisoformat(row["at"]).timestamp())
        told = {"challenge": row.get("challenge"), "venue": row.get("venue", VENUE)}
        lines.append({"text": text, "now": at, **told})
    done = subprocess.run(
        ["node", str(ROOT / "tests" / "js" / "foreign.mjs")],
        cwd=ROOT / "web",
        input="".join(json.dumps(line) + "\n" for line in lines),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    return dict(zip(asked, answers, strict=True))


def refused_rows() -> list[dict[str, Any]]:
    return [row for row in bad_lines() if row["code"] != "ok"]


def table() -> dict[str, dict[str, str]]:
    vectors: dict[str, dict[str, str]] = json.loads(TABLE.read_text(encoding="utf-8"))["vectors"]
    return vectors


def test_others_accept_every_card_that_we_accept() -> None:
    found = opinions(good_lines())
    assert len(found) == len(good_lines())
    wrong = {name: one for name, one in found.items() if set(one.values()) != {"accepts"}}
    assert wrong == {}


def test_others_refuse_exactly_what_the_table_says() -> None:
    assert opinions(refused_rows()) == table()


def test_the_traps_that_others_leave_open_are_in_the_table() -> None:
    """The strict reader exists because of these; if a library closes one, we want to hear of it."""
    for vector in ("duplicate-key", "typ-jwt", "exp-as-float"):
        assert set(table()[vector]) == set(LIBRARIES)
        assert "accepts" in table()[vector].values(), vector


def test_a_card_is_taken_with_its_status_and_not_without() -> None:
    """The status list is asked for real: the same card with a list that nobody has is refused."""
    good = {"name": "good", "qr": pack.pack(shown(venue_card())), "at": good_lines()[0]["at"]}
    lost = venue_card(status={"status_list": {"idx": 1, "uri": "https://card.example/none"}})
    unknown = {**good, "name": "unknown", "qr": pack.pack(shown(lost))}
    found = opinions([good, unknown])
    assert found["good"]["@sd-jwt/sd-jwt-vc"] == "accepts"
    assert found["unknown"]["@sd-jwt/sd-jwt-vc"] == "refuses"


def write_table() -> None:
    what = "bad vector x npm implementation: refuses, or accepts (then the refusal is ours alone)"
    document = {"what": what, "vectors": opinions(refused_rows())}
    TABLE.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_table()
