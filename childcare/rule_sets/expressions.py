"""The closed list of conditions: all, any, not, ==, >=, between, in, has_document.

A comparison with a fact that nobody stated is false, and so its ``not`` is true.
"""

from collections.abc import Iterator, Mapping, Set as AbstractSet
from dataclasses import dataclass

from childcare.facts import FactValue


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds."""

    parts: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Any:
    """At least one part holds."""

    parts: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: "Expression"


@dataclass(frozen=True, slots=True)
class Equals:
    """The fact has this value."""

    fact: str
    value: FactValue


@dataclass(frozen=True, slots=True)
class AtLeast:
    """The fact is this number or more."""

    fact: str
    low: int


@dataclass(frozen=True, slots=True)
class Between:
    """The fact lies between two numbers, both included."""

    fact: str
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class In:
    """The fact has one of these values."""

    fact: str
    values: tuple[FactValue, ...]


@dataclass(frozen=True, slots=True)
class HasDocument:
    """This document was accepted."""

    document: str


Comparison = Equals | AtLeast | Between | In
Expression = All | Any | Not | Comparison | HasDocument


def holds(
    expression: Expression, facts: Mapping[str, FactValue], documents: AbstractSet[str]
) -> bool:
    """Say whether ``expression`` holds of what was stated and accepted."""
    match expression:
        case All(parts):
            return all(holds(part, facts, documents) for part in parts)
        case Any(parts):
            return any(holds(part, facts, documents) for part in parts)
        case Not(part):
            return not holds(part, facts, documents)
        case HasDocument(document):
            return document in documents
        case _:
            value = facts.get(expression.fact)
            return value is not None and _compares(expression, value)


def _compares(comparison: Comparison, value: FactValue) -> bool:
    match comparison:
        case Equals(_, wanted):
            return value == wanted
        case AtLeast(_, low):
            return isinstance(value, int) and value >= low
        case Between(_, low, high):
            return isinstance(value, int) and low <= value <= high
        case In(_, values):
            return value in values


def comparisons(expression: Expression) -> Iterator[Comparison]:
    """Give every comparison inside, in the file's order."""
    match expression:
        case All(parts) | Any(parts):
            for part in parts:
                yield from comparisons(part)
        case Not(part):
            yield from comparisons(part)
        case HasDocument():
            return
        case _:
            yield expression


def documents_in(expression: Expression) -> Iterator[str]:
    """Give every document that the expression asks for."""
    match expression:
        case All(parts) | Any(parts):
            for part in parts:
                yield from documents_in(part)
        case Not(part):
            yield from documents_in(part)
        case HasDocument(document):
            yield document
        case _:
            return
