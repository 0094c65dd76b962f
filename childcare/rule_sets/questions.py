"""The questions by which a family may try its score; each answer states facts."""

from collections.abc import Mapping
from dataclasses import dataclass

from childcare.facts import FactValue
from childcare.rule_sets.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One answer: the facts that it states, by subject, and the questions that it spares.

    The subject ``facility`` is the one facility that the family looks at.
    """

    label: Words
    facts: Mapping[str, Mapping[str, FactValue]]
    skips: frozenset[str] = frozenset()
    hint: Words | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question of the preview; ``term`` names it in the result."""

    id: str
    term: Words
    title: Words
    options: tuple[Option, ...]
    hint: Words | None = None
