"""What a point table asks and a round's families do not say in its words. Plain Python.

Every table has a vocabulary of its own. A table that is only tried on a round meets facts that it
does not take ("rests at home" where it knows "a month in bed") and asks for others that nobody was
asked for. Neither counts a point then, and who looks at the trial must know which they are.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from childcare.facts import Fact
from childcare.rule_sets.rules import FactDefinition, RuleSet
from childcare.rule_sets.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class FactGaps:
    """The names of facts of the tried table, in its own order."""

    not_asked: tuple[Words, ...] = ()  # the round's own table does not know them
    not_understood: tuple[Words, ...] = ()  # told, by somebody, with a value that it does not take


def understood(table: RuleSet, facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Return the facts without those of which ``table`` knows the name and not the value."""
    return tuple(
        fact
        for fact in facts
        if (known := _asked_by(table, fact)) is None or known.takes(fact.value)
    )


def gaps_of(table: RuleSet, own: RuleSet | None, facts: Iterable[Fact]) -> FactGaps:
    """Return what is missing where ``facts`` were told by the words of ``own``."""
    not_taken = {
        fact.name
        for fact in facts
        if (known := _asked_by(table, fact)) is not None and not known.takes(fact.value)
    }
    asked = {} if own is None else own.facts
    return FactGaps(
        not_asked=tuple(
            one.label
            for name, one in table.facts.items()
            if name not in asked or asked[name].of != one.of
        ),
        not_understood=tuple(one.label for name, one in table.facts.items() if name in not_taken),
    )


def _asked_by(table: RuleSet, fact: Fact) -> FactDefinition | None:
    """Return what ``table`` says of the fact; ``None`` where it does not ask for it."""
    known = table.facts.get(fact.name)
    return known if known is not None and known.of == fact.subject.partition(":")[0] else None
