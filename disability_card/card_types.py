"""The published type metadata of our ``vct`` values (SD-JWT VC section 6).

The documents are the ones of docs/card-format/vct; only the issuer's own address is put in.
"""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from core.municipality import municipality as city_of

PHONE_TYPE: Final = "disability-card/1"
PAPER_TYPE: Final = "disability-card/1-paper"
_FILES: Final = {PHONE_TYPE: "disability-card-1.json", PAPER_TYPE: "disability-card-1-paper.json"}
_FOLDER: Final = Path(__file__).parent / "data" / "vct"


def phone_card_type(municipality: str) -> str:
    """Return the ``vct`` of the card on a phone."""
    return f"{city_of(municipality).issuer}/vct/{PHONE_TYPE}"


def paper_card_type(municipality: str) -> str:
    """Return the ``vct`` of the paper twin."""
    return f"{city_of(municipality).issuer}/vct/{PAPER_TYPE}"


def type_metadata(municipality: str, name: str) -> dict[str, Any] | None:
    """Return the type metadata of ``vct/<name>``; ``None`` where we have no such type."""
    if name not in _FILES:
        return None
    vct = f"{city_of(municipality).issuer}/vct/{name}"
    return {**_document(name), "vct": vct}


@lru_cache(maxsize=len(_FILES))
def _document(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((_FOLDER / _FILES[name]).read_text(encoding="utf-8"))
    return document
