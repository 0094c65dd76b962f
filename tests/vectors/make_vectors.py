"""Write docs/card-format/vectors: ``python -m tests.vectors.make_vectors [FOLDER]``.

The files are published and compared after unpacking: the compressed bytes may differ between
deflate builds, what they hold may not.
"""

import json
import sys
from pathlib import Path
from typing import Any, Final

from tests.vectors.bad_cards import bad, bad_lines, good_qr
from tests.vectors.city import (
    BUNDLE_KEY,
    FOREIGN_ROOT,
    FORGER,
    ROOT,
    jwks_document,
    make_bundle_document,
    make_trust,
    make_trust_document,
    make_venue_bundle,
    resigned,
)
from tests.vectors.good_cards import good_lines

FOLDER: Final = Path(__file__).resolve().parents[2] / "docs" / "card-format" / "vectors"


def device_lines() -> list[dict[str, Any]]:
    """Bad files of a device, each inline in its line; the card shown is a good one."""
    text = good_qr("device")

    def device(name: str, code: str, **changed: Any) -> dict[str, Any]:
        line = bad(name, code, text)
        return {"name": name, "bundle": make_bundle_document(**changed)} | line

    wrong_typ = resigned(make_trust(), ROOT, header={"typ": "bundle+jwt"})
    named_issuer = resigned(make_venue_bundle(), FORGER, header={"kid": "2026-1"})
    return [
        device(
            "trust-list-under-a-foreign-root",
            "trust-list-foreign",
            trust_list=make_trust(root=FOREIGN_ROOT),
        ),
        device("no-roll-from-the-pinned-root", "trust-list-foreign", root_rolls=[]),
        device("trust-list-of-another-typ", "trust-list-foreign", trust_list=wrong_typ),
        device("trust-list-missing", "trust-list-foreign", trust_list=None),
        device("bundle-signed-by-a-forger", "bundle-bad", bundle=make_venue_bundle(signer=FORGER)),
        device("bundle-signed-with-no-bundle-key", "bundle-bad", bundle=named_issuer),
        device(
            "bundle-of-another-typ",
            "bundle-bad",
            bundle=resigned(make_venue_bundle(), BUNDLE_KEY, header={"typ": "JWT"}),
        ),
        device("another-file-format", "bundle-bad", format="kaiteki-bundle/2"),
    ]


def documents() -> dict[str, dict[str, Any]]:
    return {
        "jwks.json": jwks_document(),
        "bundle.json": make_bundle_document(),
        "trust.json": make_trust_document(),
    }


def lines() -> dict[str, list[dict[str, Any]]]:
    return {
        "accepted.jsonl": good_lines(),
        "refused.jsonl": bad_lines(),
        "devices.jsonl": device_lines(),
    }


def write(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, document in documents().items():
        text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
        (folder / name).write_text(text, encoding="utf-8")
    for name, rows in lines().items():
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
