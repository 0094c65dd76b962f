"""Which encoding a city's file is in: decided over the whole file, never guessed a line at a time.

UTF-8 (with or without BOM), UTF-16 with BOM, else CP932. A file that is none of them as a whole
(two encodings pasted together) is refused: a wrong guess would put a wrong name on a card.
"""

import codecs
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_CHUNK_BYTES: Final = 1 << 20
# NUL: UTF-16 without its BOM, or no text at all. ESC: ISO-2022-JP, whose bytes are ASCII.
_NO_TEXT: Final = frozenset("\0\x1b")


class UnknownEncoding(ValueError):
    """The bytes are in none of the encodings, or in two of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoding:
    """Python's codec, and the repair that the reader made on the way."""

    codec: str
    repairs: tuple[str, ...] = ()


def detect(path: Path) -> Encoding:
    """Return the encoding of the file at ``path``, reading it once in chunks."""
    with path.open("rb") as file:
        head = file.read(4)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates = [Encoding(codec="utf-16", repairs=("utf-16",))]
    elif head.startswith(codecs.BOM_UTF8):
        candidates = [Encoding(codec="utf-8-sig", repairs=("bom",))]
    else:
        candidates = [Encoding(codec="utf-8"), Encoding(codec="cp932")]
    for candidate in candidates:
        if _decodes(path, candidate.codec):
            return candidate
    raise UnknownEncoding


def _decodes(path: Path, codec: str) -> bool:
    decoder = codecs.getincrementaldecoder(codec)("strict")
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK_BYTES):
                if not _NO_TEXT.isdisjoint(decoder.decode(chunk)):
                    return False
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
