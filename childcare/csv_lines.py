"""A CSV file of a city as lines of named cells: UTF-8, UTF-16 or Shift_JIS, any end of line."""

import csv
import io
from typing import Any, Final

Line = tuple[int, dict[str, str]]  # as a spreadsheet counts: the first below the header is 2
_ENCODINGS: Final = ("utf-8-sig", "utf-16", "cp932")


def read_lines(content: bytes) -> tuple[list[str], list[Line]]:
    """Return the header and the lines; an empty header where the file cannot be read."""
    # newline=None: some spreadsheets end a line in CR alone.
    reader = csv.DictReader(io.StringIO(_decoded(content) or "", newline=None))
    try:
        header = [(name or "").strip() for name in reader.fieldnames or ()]
        lines = list(reader)
    except csv.Error:  # a cell of more than 128 KiB, say
        return [], []
    return header, [(number, _named(cells)) for number, cells in enumerate(lines, start=2)]


def _named(cells: dict[str, Any]) -> dict[str, str]:
    """A line that is longer than the header has a list under no name: it is left out."""
    return {
        (key or "").strip(): (value or "").strip()
        for key, value in cells.items()
        if isinstance(value, str | None)
    }


def _decoded(content: bytes) -> str | None:
    for encoding in _ENCODINGS:
        if encoding == "utf-16" and content[:2] not in {b"\xff\xfe", b"\xfe\xff"}:
            continue
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
