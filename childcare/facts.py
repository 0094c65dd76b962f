"""What a family stated, as scoring sees it: one typed fact with its period and its proof.

Stored as one JSON list a version of an application. This module reads and writes that list and
says which facts count on a day; what a fact is worth stands in a rule set.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Self

HOUSEHOLD: Final = "household"
CHILD: Final = "child"
GUARDIANS: Final = ("guardian:1", "guardian:2")
_FACILITY: Final = "facility:"
_SUBJECT: Final = re.compile(r"household|child|guardian:[12]|facility:[0-9a-f-]{36}")
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,59}")
# 64-bit engines hold it, and no yen, hour or count of a household comes near.
VALUE_MAX: Final = 2**53 - 1
_TEXT_CHARS_MAX: Final = 200
_KEYS: Final = frozenset({"subject", "name", "value", "from", "to", "document"})

FactValue = bool | int | str


class BadFact(ValueError):
    """Something in the list is not a fact; the message names its place."""


def facility_subject(facility_id: object) -> str:
    """Return the subject of facts that hold at one facility only (a sibling there, say)."""
    return f"{_FACILITY}{facility_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One fact. ``valid_from`` and ``valid_to`` are civil dates, both included; open if none."""

    subject: str  # household | child | guardian:1 | guardian:2 | facility:<uuid>
    name: str  # of the rule set's vocabulary
    value: FactValue
    valid_from: date | None = None
    valid_to: date | None = None
    document: str | None = None  # the id of the document that proves it

    def __post_init__(self) -> None:
        if not _SUBJECT.fullmatch(self.subject):
            raise BadFact(f"unknown subject: {self.subject[:60]}")
        if not _NAME.fullmatch(self.name):
            raise BadFact(f"not a name of a fact: {self.name[:60]}")
        _check_value(self.name, self.value)
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise BadFact(f"{self.name} ends before it starts")

    def holds_on(self, day: date) -> bool:
        """Say whether ``day`` lies in the fact's period."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )

    @property
    def facility_id(self) -> str | None:
        """Return the facility at which alone the fact holds, if it is of that kind."""
        return self.subject.removeprefix(_FACILITY) if self.subject[0] == "f" else None

    @classmethod
    def from_json(cls, stored: object) -> Self:
        """Read one stored fact; raise :class:`BadFact` if it is not one."""
        if not isinstance(stored, Mapping) or not stored.keys() <= _KEYS:
            raise BadFact("a fact is an object of subject, name, value, from, to, document")
        document = stored.get("document")
        try:
            return cls(
                subject=_text(stored["subject"]),
                name=_text(stored["name"]),
                value=stored["value"],
                valid_from=_day(stored.get("from")),
                valid_to=_day(stored.get("to")),
                document=None if document is None else _text(str(document)),
            )
        except KeyError as missing:
            raise BadFact(f"a fact without {missing.args[0]}") from None

    def as_json(self) -> dict[str, FactValue | None]:
        """Return the stored form."""
        return {
            "subject": self.subject,
            "name": self.name,
            "value": self.value,
            "from": self.valid_from.isoformat() if self.valid_from else None,
            "to": self.valid_to.isoformat() if self.valid_to else None,
            "document": self.document,
        }


def facts_from_json(stored: object) -> tuple[Fact, ...]:
    """Read a stored list; raise :class:`BadFact` with the place of what is not a fact."""
    if not isinstance(stored, list):
        raise BadFact("facts are a list")
    facts = []
    for place, one in enumerate(stored):
        try:
            facts.append(Fact.from_json(one))
        except BadFact as bad:
            raise BadFact(f"/{place}: {bad}") from None
    return tuple(facts)


def facts_to_json(facts: Iterable[Fact]) -> list[dict[str, FactValue | None]]:
    """Return the list that is stored."""
    return [fact.as_json() for fact in facts]


def _check_value(name: str, value: object) -> None:
    """Half a point lost to binary fractions moves a child: a float is never a value."""
    if isinstance(value, bool):
        return
    if isinstance(value, int) and abs(value) <= VALUE_MAX:
        return
    if isinstance(value, str) and len(value) <= _TEXT_CHARS_MAX:
        return
    raise BadFact(f"{name}: a value is true, false, a whole number or a word")


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise BadFact("a text was expected")
    return value


def _day(value: object) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(_text(value))
    except ValueError:
        raise BadFact(f"not a day: {str(value)[:20]}") from None
