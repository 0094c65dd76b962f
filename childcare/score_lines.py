"""Which rows of a rule set count for a family, with the facts that fired each.

The parts of the first scorer that look at one row or one group; `scoring` puts them together.
"""

from collections.abc import Mapping, Sequence, Set as AbstractSet
from dataclasses import dataclass, replace
from fractions import Fraction

from childcare.facts import Fact, FactValue
from childcare.rule_sets.expressions import AtLeast, Expression, comparisons, holds
from childcare.rule_sets.rules import (
    AdjustRow,
    Aggregate,
    BaseGroup,
    Combine,
    Of,
    Ranks,
    RuleSet,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row that counted: its half points and the facts that fired it."""

    row: str
    subject: str
    points: int
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What one subject's rows may ask for."""

    subject: str
    facts: Mapping[str, Fact]
    values: Mapping[str, FactValue]
    documents: AbstractSet[str]

    def says(self, when: Expression | None) -> bool:
        return when is None or holds(when, self.values, self.documents)

    def fired(self, *conditions: Expression | None) -> tuple[Fact, ...]:
        """Return the stated facts that the conditions speak of, each once, in their order."""
        names = dict.fromkeys(
            part.fact for when in conditions if when for part in comparisons(when)
        )
        return tuple(self.facts[name] for name in names if name in self.facts)


def best_of_groups(groups: Sequence[BaseGroup], world: World) -> tuple[str, Line] | None:
    """Return the group with most points and its line; of equals the first in the file."""
    plain = {group.id: group for group in groups}
    best: tuple[str, Line] | None = None
    for group in groups:
        if not world.says(group.when):
            continue
        source = plain[group.relative_to] if group.relative_to else group
        row = next((row for row in source.rows if world.says(row.when)), None)
        if row is None:
            continue
        points = row.points + group.delta
        if best is None or points > best[1].points:
            line = Line(
                row=group.id if group.relative_to else row.id,
                subject=world.subject,
                points=points,
                facts=world.fired(group.when, row.when),
            )
            best = group.id, line
    return best


def aggregated(aggregate: Aggregate, points: Sequence[int]) -> Fraction:
    if not points:
        return Fraction()
    match aggregate:
        case Aggregate.SUM:
            return Fraction(sum(points))
        case Aggregate.MEAN:
            return Fraction(sum(points), len(points))
        case Aggregate.LOWER:
            return Fraction(min(points))


def adjust_line(row: AdjustRow, world: World) -> Line | None:
    """Return what the row gives in this world, or nothing."""
    if not world.says(row.when):
        return None
    times, facts = 1, world.fired(row.when)
    if row.per:
        value = world.values.get(row.per.fact, 0)
        times = row.per.times(value) if isinstance(value, int) else 0
        if times == 0:
            return None
        facts = world.fired(row.when, AtLeast(row.per.fact, row.per.start))
    return Line(row=row.id, subject=world.subject, points=row.points * times, facts=facts)


def combined(rules: RuleSet, group: str, lines: Sequence[Line]) -> list[Line]:
    """Return the lines of one group that count, with the points that they count for."""
    if not group:
        return list(lines)
    definition = rules.adjust_groups[group]
    best = max(range(len(lines)), key=lambda at: (lines[at].points, -at))
    match definition.combine:
        case Combine.SUM:
            return list(lines)
        case Combine.MAX:
            return [lines[best]]
        case Combine.FIRST:
            return [lines[0]]
        case Combine.BEST_PLUS_EACH:
            return [
                line if at == best else replace(line, points=definition.each)
                for at, line in enumerate(lines)
            ]


def rank_of(
    ranks: Ranks | None, family: World, guardians: Sequence[World]
) -> tuple[int | None, tuple[Line, ...]]:
    if ranks is None:
        return None, ()
    found, lines = [], []
    for world in guardians if ranks.of == Of.GUARDIAN else (family,):
        row = next((row for row in ranks.rows if world.says(row.when)), None)
        found.append(row.rank if row else ranks.otherwise)
        if row:
            fired = world.fired(row.when)
            lines.append(Line(row=row.id, subject=world.subject, points=0, facts=fired))
    # The lower rank is the larger number.
    pick = max if ranks.takes_lower else min
    return pick(found, default=ranks.otherwise), tuple(lines)
