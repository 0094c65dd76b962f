"""Conditions of a rule set's text as SQL over the table ``world`` (alias ``w``).

The text is read with every scalar a word; what a word means follows from the vocabulary.
"""

import re
from datetime import date
from typing import Any, Final

import yaml

_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
_LOADER: Final = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_AUGUST: Final = 8
_APRIL: Final = 4


class Rules:
    """The text of a rule set as words, with the SQL of its names, values and conditions."""

    def __init__(self, content: bytes, *, starts_on: date) -> None:
        self.tree: dict[str, Any] = yaml.load(content.decode("utf-8-sig"), Loader=_LOADER)  # noqa: S506  BaseLoader makes words only
        self.types = {name: raw["type"] for name, raw in self.tree["facts"].items()}
        self.owners = {name: raw["of"] for name, raw in self.tree["facts"].items()}
        self.alias: dict[str, str] = {}
        if tax := self.tree.get("tax_year"):
            is_early = _APRIL <= starts_on.month <= _AUGUST
            self.alias[tax["fact"]] = tax["april_to_august" if is_early else "september_to_march"]

    def column(self, fact: str) -> str:
        """Return the column of a fact."""
        return f"w.f_{plain_name(self.alias.get(fact, fact))}"

    def value(self, fact: str, word: str) -> str:
        """Return a literal of the fact's type."""
        kind = self.types.get(fact, "integer")
        if kind == "boolean":
            return {"true": "1", "false": "0"}[word]
        return str(int(word)) if kind == "integer" else quoted(word)

    def condition(self, raw: Any) -> str:
        """Return SQL that is 1 or 0, never NULL: what nobody stated compares with nothing."""
        if raw is None:
            return "1"
        kind = next(iter(raw))
        inside = raw[kind]
        if kind in {"all", "any"}:
            word = " AND " if kind == "all" else " OR "
            return "(" + word.join(self.condition(part) for part in inside) + ")"
        if kind == "not":
            return f"(NOT {self.condition(inside)})"
        if kind == "has_document":
            name = quoted(inside)
            return (
                "EXISTS (SELECT 1 FROM document d WHERE d.app = w.app"
                f" AND d.name IN ({name}, w.subject || ':' || {name}))"
            )
        return f"COALESCE({self._comparison(kind, inside)}, 0)"

    def _comparison(self, kind: str, inside: list[Any]) -> str:
        fact, *rest = inside
        column = self.column(fact)
        if kind == "between":
            return f"{column} BETWEEN {int(rest[0])} AND {int(rest[1])}"
        if kind == "in":
            return f"{column} IN ({', '.join(self.value(fact, word) for word in rest[0])})"
        return f"{column} {'>=' if kind == '>=' else '='} {self.value(fact, rest[0])}"


def plain_name(word: str) -> str:
    """Return ``word`` if it can stand in SQL as it is."""
    if not _NAME.fullmatch(word):
        raise ValueError(f"not a name: {word[:60]}")
    return word


def quoted(word: str) -> str:
    """Return a text literal."""
    return "'" + word.replace("'", "''") + "'"
