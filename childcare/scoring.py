"""The first scorer: what a family's facts are worth under a rule set.

For each family, all siblings who apply together:
1. Take the facts that hold on the reference date; the others are named as left out.
2. Score each child without any facility, then at each facility that has facts of its own.
   a. Base: each parent's best group counts, of a group the first row that holds; the parents'
      points are summed, averaged, or the lower decides.
   b. Adjust rows add or take; a group counts all of them, the best, the best plus a fixed number
      for every further one, or the first.
   c. Rank: the lower (or higher) parent's; who accepts an extension of leave comes after all.
3. Siblings' points count each on their own, as their mean, or as their best.
4. Round, if the rule set names a rounding. 5. Make the tie keys; the last is the unique number.

Points are exact fractions of half points. Nothing here knows the second scorer.
"""

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence, Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from math import ceil, floor
from typing import Final

from childcare.facts import GUARDIANS, Fact, FactValue
from childcare.rule_sets.rules import (
    Of,
    Rounding,
    RoundingMode,
    RuleSet,
    SiblingScore,
    TieByCondition,
    TieByFact,
    TieByNumber,
    TieByPoints,
    TieByRows,
    TieKey,
)
from childcare.score_lines import (
    Line,
    World,
    adjust_line,
    aggregated,
    best_of_groups,
    combined,
    rank_of,
)

MISSING_LAST: Final = -(2**53)  # below every value that a fact can have
_MONTHS: Final = 12


class UnscorableFacts(ValueError):
    """The facts contradict each other or the vocabulary; the message names the fact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """One child's application as scoring sees it.

    ``number`` is unique in the round, larger first. ``documents`` are accepted ones, for the
    whole family or, as ``guardian:1:name``, for one parent.
    """

    key: str
    number: int
    facts: tuple[Fact, ...]
    documents: frozenset[str] = frozenset()
    facilities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One child's score; without a facility it holds wherever no other is given."""

    key: str
    facility: str | None
    rank: int | None
    points: Fraction  # half points
    tie_keys: tuple[int, ...]
    lines: tuple[Line, ...]
    left_out: tuple[Fact, ...]
    term_until: date | None


def score_family(
    rule_set: RuleSet, family: Sequence[Applicant], *, on: date, starts_on: date
) -> list[Score]:
    """Return the scores of siblings who apply together, each child's common one first."""
    children = [_Child(rule_set, one, on=on, starts_on=starts_on) for one in family]
    scores: list[Score] = []
    for child in children:
        common = _finished(child, None, children)
        scores.append(common)
        places = {place for one in children for place in one.special_facilities}
        for facility in child.applicant.facilities:
            if facility not in places:
                continue
            special = _finished(child, facility, children)
            if replace(special, facility=None) != common:
                scores.append(special)
    return scores


def _finished(child: "_Child", facility: str | None, family: Sequence["_Child"]) -> Score:
    """Apply steps 3 to 5 to a child's own score."""
    rules = child.rules
    points = Fraction(child.own(facility).points)
    everybody = [one.own(facility).points for one in family]
    match rules.siblings:
        case SiblingScore.MEAN:
            points = sum(everybody, Fraction()) / len(everybody)
        case SiblingScore.MAX:
            points = max(everybody)
        case SiblingScore.OWN:
            pass
    return child.score(facility, points=rounded(points, rules.rounding))


def rounded(points: Fraction, rounding: Rounding | None) -> Fraction:
    """Round as the rule set says; without a rounding the fraction stays exact."""
    if rounding is None:
        return points
    units = points / rounding.unit
    match rounding.mode:
        case RoundingMode.DOWN:
            return Fraction(floor(units) * rounding.unit)
        case RoundingMode.UP:
            return Fraction(ceil(units) * rounding.unit)
        case RoundingMode.HALF_UP:
            return Fraction(floor(units + Fraction(1, 2)) * rounding.unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Own:
    """A child's score before siblings count, with what tie keys ask for."""

    points: Fraction
    base: Fraction
    adjust: int
    groups: Mapping[str, int]
    lines: tuple[Line, ...]
    reasons: tuple[str, ...]

    def tie_points(self, of: str) -> int:
        """Return the points that decide a tie, whole."""
        if of == "base":
            return int(self.base * 2)  # a mean of two parents may be half of a half point
        return self.adjust if of == "adjust" else self.groups.get(of, 0)


class _Child:
    """One applicant under one rule set; each facility is scored once."""

    def __init__(self, rules: RuleSet, applicant: Applicant, *, on: date, starts_on: date) -> None:
        self.rules = rules
        self.applicant = applicant
        self.starts_on = starts_on
        valid = [fact for fact in applicant.facts if fact.holds_on(on)]
        self.left_out = tuple(fact for fact in applicant.facts if not fact.holds_on(on))
        self.by_subject = _by_subject(rules, valid)
        self._own: dict[str | None, _Own] = {}

    @cached_property
    def special_facilities(self) -> frozenset[str]:
        """The facilities at which facts of their own hold."""
        subjects = (subject.partition(":") for subject in self.by_subject)
        return frozenset(rest for kind, _, rest in subjects if kind == Of.FACILITY)

    def world(self, subject: str) -> World:
        facts = self.by_subject.get("household", {}) | self.by_subject.get("child", {})
        if subject != "household":
            facts = facts | self.by_subject.get(subject, {})
        values = {name: fact.value for name, fact in facts.items()}
        tax = self.rules.tax_year
        if tax and (source := tax.source(self.starts_on)) in values:
            values[tax.fact] = values[source]
        prefix = f"{subject}:"
        documents = self.applicant.documents
        own = {name.removeprefix(prefix) for name in documents if name.startswith(prefix)}
        return World(subject=subject, facts=facts, values=values, documents=documents | own)

    @cached_property
    def guardians(self) -> tuple[World, ...]:
        """Both parents' worlds; a parent who is left out is not among them."""
        leave_out = self.rules.base.leave_out_when
        worlds = [self.world(subject) for subject in GUARDIANS]
        return tuple(one for one in worlds if leave_out is None or not one.says(leave_out))

    @cached_property
    def family(self) -> World:
        return self.world("household")

    @cached_property
    def base(self) -> tuple[Fraction, tuple[Line, ...], tuple[str, ...]]:
        """The parents' points, their lines, and the groups that gave them."""
        points, lines, reasons = [], [], []
        for world in self.guardians:
            best = best_of_groups(self.rules.base.groups, world)
            points.append(best[1].points if best else 0)
            if best:
                reasons.append(best[0])
                lines.append(best[1])
        return aggregated(self.rules.base.aggregate, points), tuple(lines), tuple(reasons)

    def own(self, facility: str | None) -> _Own:
        """Score this child at ``facility``, siblings apart; common where it has no facts there."""
        if facility not in self.special_facilities:
            facility = None
        if facility not in self._own:
            self._own[facility] = self._scored(facility)
        return self._own[facility]

    def _scored(self, facility: str | None) -> _Own:
        base, base_lines, reasons = self.base
        groups: dict[str, int] = {}
        adjust_lines: list[Line] = []
        for group, lines in self._adjust_lines(facility).items():
            counted = combined(self.rules, group, lines)
            adjust_lines += counted
            groups[group] = groups.get(group, 0) + sum(line.points for line in counted)
        adjust = sum(groups.values())
        return _Own(
            points=base + adjust,
            base=base,
            adjust=adjust,
            groups=groups,
            lines=(*base_lines, *adjust_lines),
            reasons=reasons,
        )

    def _adjust_lines(self, facility: str | None) -> dict[str, list[Line]]:
        """Return the adjust rows that hold, by group; rows without a group are one group."""
        at_facility = None if facility is None else self.world(f"facility:{facility}")
        worlds: dict[Of, tuple[World, ...]] = {
            Of.HOUSEHOLD: (self.family,),
            Of.CHILD: (self.family,),
            Of.GUARDIAN: self.guardians,
            Of.FACILITY: (at_facility,) if at_facility else (),
        }
        found: dict[str, list[Line]] = {}
        for row in self.rules.adjust:
            for world in worlds[row.scope]:
                if line := adjust_line(row, world):
                    found.setdefault(row.group or "", []).append(line)
        return found

    @cached_property
    def ranked(self) -> tuple[int | None, tuple[Line, ...]]:
        """The rank and the rows that gave it; 1 is the best."""
        ranks, last = self.rules.ranks, self.rules.last
        rank, lines = rank_of(ranks, self.family, self.guardians)
        if last is None:
            return rank, lines
        if not self.family.says(last.when):
            return rank or 1, lines
        worst = max(ranks.otherwise, *(row.rank for row in ranks.rows)) if ranks else 1
        fired = self.family.fired(last.when)
        line = Line(row=last.id, subject="household", points=0, facts=fired)
        return worst + 1, (*lines, line)

    def score(self, facility: str | None, *, points: Fraction) -> Score:
        own = self.own(facility)
        rank, rank_lines = self.ranked
        lines = (*own.lines, *rank_lines)
        rows = {line.row for line in lines}
        return Score(
            key=self.applicant.key,
            facility=facility,
            rank=rank,
            points=points,
            tie_keys=tuple(self._tie_key(key, own, rows) for key in self.rules.tie_break),
            lines=lines,
            left_out=self.left_out,
            term_until=self._term_until(own.reasons),
        )

    def _tie_key(self, key: TieKey, own: _Own, rows: AbstractSet[str]) -> int:
        match key:
            case TieByPoints(of=group):
                return own.tie_points(group)
            case TieByRows(rows=wanted):
                place = next((at for at, row in enumerate(wanted) if row in rows), len(wanted))
                return len(wanted) - place
            case TieByFact(fact=name):
                return self._tie_by_fact(key, self.family.values.get(name))
            case TieByCondition(when=when):
                return int(self.family.says(when))
            case TieByNumber():
                return self.applicant.number

    @staticmethod
    def _tie_by_fact(key: TieByFact, value: FactValue | None) -> int:
        if value is None:
            return -MISSING_LAST if key.is_missing_first else MISSING_LAST
        return -int(value) if key.is_low_first else int(value)

    def _term_until(self, reasons: Iterable[str]) -> date | None:
        months = [
            term.months
            for term in self.rules.terms
            if any(reason in term.groups for reason in reasons)
        ]
        return _last_day(self.starts_on, min(months)) if months else None


def _by_subject(rules: RuleSet, valid: Iterable[Fact]) -> dict[str, dict[str, Fact]]:
    """Sort facts by subject; facts that the rule set does not ask for are passed over."""
    found: dict[str, dict[str, Fact]] = {}
    for fact in valid:
        definition = rules.facts.get(fact.name)
        if definition is None or definition.of != fact.subject.partition(":")[0]:
            continue
        if not definition.takes(fact.value):
            raise UnscorableFacts(f"{fact.subject} {fact.name}: not of the type of the rule set")
        of_subject = found.setdefault(fact.subject, {})
        if fact.name in of_subject:
            raise UnscorableFacts(f"{fact.subject} {fact.name}: stated twice for one day")
        of_subject[fact.name] = fact
    return found


def _last_day(starts_on: date, months: int) -> date:
    """Return the last day of ``months`` months from ``starts_on`` (Civil Code art. 143)."""
    years, month = divmod(starts_on.month - 1 + months, _MONTHS)
    year = starts_on.year + years
    _first_weekday, days = monthrange(year, month + 1)
    if starts_on.day > days:
        return date(year, month + 1, days)
    return date(year, month + 1, starts_on.day) - timedelta(days=1)
