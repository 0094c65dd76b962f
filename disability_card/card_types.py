"""The published type metadata of our ``vct`` values (SD-JWT VC section 6).

The documents are the ones of docs/card-format/vct; only the issuer's own address is put in.
"""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from core.municipality import municipality as city_of
from disability_card.card_claims import PAPER_TYPE, PHONE_TYPE

_FILES: Final = {PHONE_TYPE: "disability-card-1.json", PAPER_TYPE: "disability-card-1-paper.json"}
_FOLDER: Final = Path(__file__).parent / "data" / "vct"


def phone_card_type(municipality: str) -> str:
    """Return the ``vct`` of the card on a phone."""
    return city_of(municipality).issuer + PHONE_TYPE


def paper_card_type(municipality: str) -> str:
    """Return the ``vct`` of the paper twin."""
    return city_of(municipality).issuer + PAPER_TYPE


def type_metadata(municipality: str, name: str) -> dict[str, Any] | None:
    """Return the type metadata of ``vct/<name>``; ``None`` where we have no such type."""
    card_type = f"/vct/{name}"
    if card_type not in _FILES:
        return None
    return {**_document(card_type), "vct": city_of(municipality).issuer + card_type}


@lru_cache(maxsize=len(_FILES))
def _document(card_type: str) -> dict[str, Any]:
    text = (_FOLDER / _FILES[card_type]).read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(text)
    return document
