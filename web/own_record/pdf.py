"""A person's collected data as a PDF that can be read on paper and by ear (PDF/UA).

The data is the JSON that every room gives (``core.privacy``); ``rooms`` says what each field is
called and ``sayings`` how its value is said. A field that nobody named still
stands here with its value, under そのほか: the law's disclosure is whole.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.template.loader import render_to_string
from django.utils.translation import get_language, gettext

from core import privacy
from core.pdf import pdf_ua
from core.print_fonts import print_font
from core.refusals import gettext_noop as _
from web.easy_japanese import in_brackets, plain
from web.own_record.parts import Part, Row, Table
from web.own_record.reader import Reader
from web.own_record.rooms import ROOMS
from web.own_record.sayings import moment

_OTHER: Final = _("そのほか")
_TOP: Final = 2
_DEEPEST_HEADING: Final = 6


@dataclass(slots=True, kw_only=True)
class Block:
    """A heading and the lines under it; ``level`` is the heading's."""

    heading: str
    level: int
    rows: list[tuple[str, str]] = field(default_factory=list)
    is_empty: bool = False  # nothing is kept under this heading


def render_record(content: Mapping[str, object], *, title: str, made_at: datetime) -> bytes:
    """Return the collected data as one table of (name, value) for each thing that is kept."""
    language = get_language() or "ja"
    reader = Reader(language=language)
    page = render_to_string(
        "web/print/record.html",
        {
            "title": plain(title),
            "language": "en" if language == "en" else "ja",
            "font": print_font().family,
            "made_at": moment(reader, made_at.isoformat()),
            "made": reader.words(_("まとめた日時")),
            "nothing": reader.words(_("何もありません。")),
            "blocks": list(record_blocks(content, reader)),
        },
    )
    return pdf_ua(page)


def record_blocks(content: Mapping[str, object], reader: Reader) -> Iterator[Block]:
    """Yield each room's heading, and under it a block for each thing that it keeps."""
    titles = {one.name: one.title for one in privacy.holdings()}
    for name, kept in content.items():
        top = Block(heading=in_brackets(gettext(titles.get(name, _OTHER))), level=_TOP)
        room = ROOMS.get(name, Part(label=_OTHER, fields={}))
        if isinstance(kept, Mapping):
            blocks = list(_of_fields(kept, room, reader, top))
        else:
            blocks = [top, *_of_part(kept, room, reader, level=_TOP + 1)]
        top.is_empty = not top.rows and len(blocks) == 1
        yield from blocks


def _of_part(value: object, part: Part, reader: Reader, *, level: int) -> Iterator[Block]:
    """Yield the blocks of an object, or of each object of a list, with its number."""
    label = reader.words(part.label)
    if isinstance(value, Mapping):
        block = Block(heading=label, level=min(level, _DEEPEST_HEADING))
        yield from _of_fields(value, part, part.reader(reader, value), block)
        return
    things = [one for one in _list(value) if isinstance(one, Mapping)]
    for number, one in enumerate(things, start=1):
        heading = f"{label} {number}" if len(things) > 1 else label
        block = Block(heading=heading, level=min(level, _DEEPEST_HEADING))
        yield from _of_fields(one, part, part.reader(reader, one), block)


def _of_fields(
    told: Mapping[str, Any], part: Part, reader: Reader, block: Block
) -> Iterator[Block]:
    """Yield ``block`` with the values of ``told`` in the order of its table, then what is below."""
    below: list[Block] = []
    for name, node in part.fields.items():
        value = told.get(name)
        if value is None or value in ("", [], {}):
            continue
        match node:
            case Row():
                block.rows.append((reader.words(node.label), node.said(reader, value)))
            case Table():
                lines = list(node.pairs(reader, value))
                level = min(block.level + 1, _DEEPEST_HEADING)
                below.append(Block(heading=reader.words(node.label), level=level, rows=lines))
            case Part():
                below += _of_part(value, node, reader, level=block.level + 1)
    left = [one for name in told.keys() - part.fields.keys() for one in _leaves(told[name])]
    if left:
        block.rows.append((reader.words(_OTHER), " · ".join(left)))
    if block.rows or below or block.level == _TOP:
        yield block
    yield from below


def _leaves(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from _leaves(inner)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for inner in value:
            yield from _leaves(inner)
    elif value not in (None, ""):
        yield str(value)


def _list(value: object) -> Iterable[object]:
    return value if isinstance(value, Sequence) and not isinstance(value, str) else ()
