"""The shapes of which the tables of words are made: a line, a table, a thing with fields."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from web.own_record.reader import Pairs, Reader, Say
from web.own_record.sayings import as_it_is


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One value: one line of the table that it stands in."""

    label: str  # message id
    said: Say = as_it_is


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One value that makes a table of its own, line by line."""

    label: str
    pairs: Pairs


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """An object with fields of its own, or a numbered list of such objects."""

    label: str
    fields: Mapping[str, "Row | Table | Part"]
    reader: Callable[[Reader, Mapping[str, Any]], Reader] = lambda reader, _told: reader


Node = Row | Table | Part
