"""What an application says, as one value: facts, wishes, siblings, the seat that is held.

Plain Python: no Django, no clock, no I/O. Reads and writes the stored form and names what
differs between two contents, field by field. Whether it may be submitted: ``content_rules``.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Self
from uuid import UUID

from childcare.facts import (
    CHILD,
    BadFact,
    Fact,
    FactValue,
    facts_from_json,
    facts_to_json,
)

WISHES_STORED_MAX: Final = 50  # the form allows far fewer; a longer list is nobody's wish
FACTS_MAX: Final = 200
BOXES: Final = ("A", "B", "C")
ALONE: Final = ("elder", "younger", "either")


class BadContent(ValueError):
    """What was sent is not the content of an application; the message names the place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Siblings:
    """A box of the sibling form. An empty box: nobody else of the family applies."""

    box: str = ""
    same_first: bool = False
    one_alone: str = ""  # in box C: elder | younger | either

    def __post_init__(self) -> None:
        if self.box not in ("", *BOXES):
            raise BadContent("/siblings/box: A, B or C")
        if (self.box == "C") != (self.one_alone in ALONE) or (
            self.box != "C" and self.one_alone != ""
        ):
            raise BadContent("/siblings/one_alone: elder, younger or either, in box C only")

    @classmethod
    def from_json(cls, stored: object) -> Self:
        """Read the stored form."""
        if not isinstance(stored, Mapping):
            raise BadContent("/siblings: an object was expected")
        box, same, alone = (
            stored.get("box", ""),
            stored.get("same_first", False),
            stored.get("one_alone", ""),
        )
        if not (isinstance(box, str) and isinstance(same, bool) and isinstance(alone, str)):
            raise BadContent("/siblings: box, same_first and one_alone")
        return cls(box=box, same_first=same, one_alone=alone)

    def as_json(self) -> dict[str, str | bool]:
        """Return the stored form."""
        return {"box": self.box, "same_first": self.same_first, "one_alone": self.one_alone}


# 申込台帳の「きょうだい条件」: 1=同園のみ; 2=別園可; 3=同園優先. Box C: only our own form has it.
_LEDGER_CODES: Final[Mapping[str, Siblings]] = {
    "1": Siblings(box="A"),
    "2": Siblings(box="B"),
    "3": Siblings(box="B", same_first=True),
}


def siblings_from_ledger(code: str) -> Siblings:
    """Return the box of a ledger's code; raise :class:`BadContent` for one it does not know."""
    try:
        return _LEDGER_CODES[code.strip()]
    except KeyError:
        raise BadContent(f"unknown code of siblings: {code[:10]}") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """One application's whole content."""

    facts: tuple[Fact, ...] = ()
    preferences: tuple[str, ...] = ()  # facility ids, best first
    siblings: Siblings = field(default_factory=Siblings)
    held_facility: str = ""  # 転園: where the child is now

    def __post_init__(self) -> None:
        if len(self.preferences) > WISHES_STORED_MAX:
            raise BadContent("/preferences: too many")
        if len(self.facts) > FACTS_MAX:
            raise BadContent("/facts: too many")
        if len(set(self.preferences)) < len(self.preferences):
            raise BadContent("/preferences: one twice")

    @classmethod
    def from_json(cls, stored: object) -> Self:
        """Read the stored form; raise :class:`BadContent` with the place of what is wrong."""
        if not isinstance(stored, Mapping):
            raise BadContent("/: an object was expected")
        try:
            facts = facts_from_json(stored.get("facts", []))
        except BadFact as bad:
            raise BadContent(f"/facts{bad}") from None
        wishes = stored.get("preferences", [])
        if not isinstance(wishes, list):
            raise BadContent("/preferences: a list was expected")
        held = stored.get("held_facility") or ""
        return cls(
            facts=facts,
            preferences=tuple(
                _uuid(one, f"/preferences/{place}") for place, one in enumerate(wishes)
            ),
            siblings=Siblings.from_json(stored.get("siblings") or {}),
            held_facility=_uuid(held, "/held_facility") if held else "",
        )

    def as_json(self) -> dict[str, object]:
        """Return the stored form."""
        return {
            "facts": facts_to_json(self.facts),
            "preferences": list(self.preferences),
            "siblings": self.siblings.as_json(),
            "held_facility": self.held_facility,
        }

    def with_facts(self, told: Iterable[Fact]) -> Self:
        """Return the content with ``told`` in the place of the facts of the same subject and name.

        Several periods of one fact stay together: they come together in ``told``.
        """
        told = tuple(told)
        named = {(fact.subject, fact.name) for fact in told}
        kept = tuple(fact for fact in self.facts if (fact.subject, fact.name) not in named)
        return replace(self, facts=kept + told)


def is_shared(fact: Fact) -> bool:
    """Say whether ``fact`` is of the family, and so of each of its children's applications.

    橿原 2024: a pregnancy told to one desk was not scored. What is of the household or of a
    guardian is one fact, wherever it was told.
    """
    return fact.subject != CHILD and fact.facility_id is None


def share(family: Sequence[Fact], content: Content) -> Content:
    """Return ``content`` with the family's facts as ``family`` has them, and its own beside."""
    own = tuple(fact for fact in content.facts if not is_shared(fact))
    return replace(content, facts=tuple(fact for fact in family if is_shared(fact)) + own)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One field that two contents do not say alike; empty texts stand for "not there"."""

    subject: str
    name: str
    before: str
    after: str


def differences(before: Content, after: Content) -> list[Difference]:
    """Return every field that differs, facts in their order of subject and name."""
    old, new = _fields(before), _fields(after)
    return [
        Difference(subject=subject, name=name, before=old.get(key, ""), after=new.get(key, ""))
        for key in sorted(old.keys() | new.keys())
        for subject, name in [key]
        if old.get(key) != new.get(key)
    ]


def fields_of(content: Content) -> Mapping[tuple[str, str], str]:
    """Return each field as (subject, name) -> text: what two people hold against the papers."""
    return dict(sorted(_fields(content).items()))


def _fields(content: Content) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], list[str]] = {}
    for fact in content.facts:
        found.setdefault((fact.subject, fact.name), []).append(_in_words(fact))
    fields = {key: "; ".join(sorted(said)) for key, said in found.items()}
    for rank, facility in enumerate(content.preferences, start=1):
        fields["wishes", f"{rank:02}"] = facility
    fields |= {("siblings", name): said for name, said in _sibling_fields(content.siblings)}
    if content.held_facility:
        fields["wishes", "held"] = content.held_facility
    return fields


def _sibling_fields(siblings: Siblings) -> Iterator[tuple[str, str]]:
    if siblings.box:
        yield "box", siblings.box
        yield "same_first", value_text(siblings.same_first)
    if siblings.one_alone:
        yield "one_alone", siblings.one_alone


def value_text(value: FactValue) -> str:
    """Return a value as it is compared and typed: ``true``, ``160``, ``employed``."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _in_words(fact: Fact) -> str:
    period = [day.isoformat() if day else "" for day in (fact.valid_from, fact.valid_to)]
    return value_text(fact.value) + (f" [{period[0]}/{period[1]}]" if any(period) else "")


def _uuid(value: object, place: str) -> str:
    try:
        return str(UUID(value)) if isinstance(value, str) else _not_an_id(place)
    except ValueError:
        return _not_an_id(place)


def _not_an_id(place: str) -> str:
    raise BadContent(f"{place}: an id was expected")
