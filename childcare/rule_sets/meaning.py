"""Hold a built rule set to its meaning: known facts of the right type, known rows, ends of ties.

The places that it names are those of the file: rules keep the file's order.
"""

from collections import Counter
from collections.abc import Iterator

from childcare.facts import FactValue
from childcare.rule_sets import expressions as ex
from childcare.rule_sets.problems import Problem
from childcare.rule_sets.reading import ReadFile
from childcare.rule_sets.rules import (
    FactDefinition,
    FactType,
    Of,
    RuleSet,
    Standing,
    TieByCondition,
    TieByFact,
    TieByNumber,
    TieByPoints,
    TieByRows,
    TieKey,
)

_FAMILY = frozenset({Of.HOUSEHOLD, Of.CHILD})
# Whose facts a row of each scope may ask for.
_VISIBLE = {
    Of.HOUSEHOLD: _FAMILY,
    Of.CHILD: _FAMILY,
    Of.GUARDIAN: _FAMILY | {Of.GUARDIAN},
    Of.FACILITY: _FAMILY | {Of.FACILITY},
}


def problems_of(rule_set: RuleSet, file: ReadFile) -> list[Problem]:
    """Return everything that is wrong with the meaning of ``rule_set``."""
    checker = _Checker(rule_set, file)
    return [
        *checker.ids(),
        *checker.dates(),
        *checker.base(),
        *checker.adjust(),
        *checker.ranks(),
        *checker.tax_year(),
        *checker.tie_break(),
        *checker.terms(),
        *checker.questions(),
        *checker.examples(),
    ]


class _Checker:
    """One walk through a rule set."""

    def __init__(self, rule_set: RuleSet, file: ReadFile) -> None:
        self.rules = rule_set
        self.file = file
        self.row_ids = [row_id for row_id, _ in rule_set.rows()]
        self.tax_fact = rule_set.tax_year.fact if rule_set.tax_year else None

    def ids(self) -> Iterator[Problem]:
        groups = [group.id for group in self.rules.base.groups if not group.relative_to]
        for found, count in Counter([*self.row_ids, *groups]).items():
            if count > 1:
                yield self.file.problem("twice", "", id=found)
        for found, count in Counter(one.id for one in self.rules.examples).items():
            if count > 1:
                yield self.file.problem("twice", "/examples", id=found)

    def dates(self) -> Iterator[Problem]:
        meta = self.rules.meta
        if meta.effective_from and meta.effective_to and meta.effective_to < meta.effective_from:
            yield self.file.problem("dates-backwards", "/meta/effective")

    def base(self) -> Iterator[Problem]:
        base = self.rules.base
        plain = {group.id for group in base.groups if not group.relative_to}
        yield from self.condition(base.leave_out_when, Of.GUARDIAN, "/base/leave_out_when")
        for at, group in enumerate(base.groups):
            place = f"/base/groups/{at}"
            yield from self.condition(group.when, Of.GUARDIAN, f"{place}/when")
            if group.relative_to and group.relative_to not in plain:
                yield self.file.problem("unknown-group", place, id=group.relative_to)
            for number, row in enumerate(group.rows):
                spot = f"{place}/rows/{number}"
                yield from self.condition(row.when, Of.GUARDIAN, f"{spot}/when")
                yield from self.papers(row.documents, f"{spot}/documents")
                if base.max_per_parent is not None and row.points > base.max_per_parent:
                    limit = base.max_per_parent
                    yield self.file.problem("over-max", f"{spot}/points", id=row.id, max=limit)

    def adjust(self) -> Iterator[Problem]:
        for at, row in enumerate(self.rules.adjust):
            place = f"/adjust/{at}"
            yield from self.condition(row.when, row.scope, f"{place}/when")
            yield from self.papers(row.documents, f"{place}/documents")
            if row.per:
                yield from self.number(row.per.fact, row.scope, f"{place}/per/fact")
            if row.group and row.group not in self.rules.adjust_groups:
                yield self.file.problem("unknown-group", f"{place}/group", id=row.group)

    def ranks(self) -> Iterator[Problem]:
        ranks = self.rules.ranks
        for at, row in enumerate(ranks.rows if ranks else ()):
            scope = ranks.of if ranks else Of.HOUSEHOLD
            yield from self.condition(row.when, scope, f"/ranks/rows/{at}/when")
        if self.rules.last:
            yield from self.condition(self.rules.last.when, Of.HOUSEHOLD, "/last/when")

    def tax_year(self) -> Iterator[Problem]:
        tax = self.rules.tax_year
        if tax is None:
            return
        for key, name in (
            ("april_to_august", tax.april_to_august),
            ("september_to_march", tax.september_to_march),
        ):
            yield from self.number(name, Of.HOUSEHOLD, f"/tax_year/{key}")
        if tax.fact in self.rules.facts:
            yield self.file.problem("twice", "/tax_year/fact", id=tax.fact)

    def tie_break(self) -> Iterator[Problem]:
        keys = self.rules.tie_break
        if not keys and self.rules.meta.standing == Standing.REFERENCE:
            return  # named as a gap; it can be tried, never published
        if not keys or not isinstance(keys[-1], TieByNumber):
            yield self.file.problem("tie-not-unique", "/tie_break")
        for at, key in enumerate(keys):
            place = f"/tie_break/{at}"
            if isinstance(key, TieByNumber) and at != len(keys) - 1:
                yield self.file.problem("unique-not-last", place)
            yield from self.tie_key(key, place)

    def tie_key(self, key: TieKey, place: str) -> Iterator[Problem]:
        match key:
            case TieByPoints(of=group):
                if group not in {"base", "adjust", *self.rules.adjust_groups}:
                    yield self.file.problem("unknown-group", place, id=group)
            case TieByRows(rows=rows):
                for row_id in set(rows) - set(self.row_ids):
                    yield self.file.problem("unknown-row", place, id=row_id)
            case TieByFact(fact=fact):
                yield from self.number(fact, Of.HOUSEHOLD, place)
            case TieByCondition(when=when):
                yield from self.condition(when, Of.HOUSEHOLD, place)
            case TieByNumber():
                return

    def terms(self) -> Iterator[Problem]:
        known = {group.id for group in self.rules.base.groups}
        for at, term in enumerate(self.rules.terms):
            for group in term.groups:
                if group not in known:
                    yield self.file.problem("unknown-group", f"/terms/{at}/groups", id=group)

    def questions(self) -> Iterator[Problem]:
        later: set[str] = set()
        for at in reversed(range(len(self.rules.questions))):
            question = self.rules.questions[at]
            for number, option in enumerate(question.options):
                place = f"/questions/{at}/options/{number}"
                for missing in option.skips - later:
                    yield self.file.problem("unknown-question", f"{place}/skips", id=missing)
                for subject, facts in option.facts.items():
                    for name, value in facts.items():
                        yield from self.stated(subject, name, value, f"{place}/facts")
            later.add(question.id)

    def examples(self) -> Iterator[Problem]:
        for example in self.rules.examples:
            for one in {one for child in example.children for one in child}:
                place = f"{example.place}/facts"
                yield from self.stated(one.subject, one.name, one.value, place)
            for line in example.lines:
                if line.rpartition("/")[2] not in self.row_ids:
                    place = f"{example.place}/expect/lines"
                    yield self.file.problem("unknown-row", place, id=line)

    def condition(self, when: ex.Expression | None, scope: Of, place: str) -> Iterator[Problem]:
        if when is None:
            return
        yield from self.papers(tuple(ex.documents_in(when)), place)
        for comparison in ex.comparisons(when):
            is_number = isinstance(comparison, ex.AtLeast | ex.Between)
            if is_number:
                yield from self.number(comparison.fact, scope, place)
                continue
            definition = self.facts(comparison.fact)
            if definition is None:
                yield self.unknown(comparison.fact, place)
                continue
            yield from self.visible(definition, scope, place)
            values = comparison.values if isinstance(comparison, ex.In) else (comparison.value,)  # type: ignore[union-attr]  # the only two left
            for value in values:
                if not definition.takes(value):
                    yield self.mistyped(definition, value, place)

    def number(self, name: str, scope: Of, place: str) -> Iterator[Problem]:
        """A fact that is compared by size: a whole number, or the tax year's own."""
        if name == self.tax_fact:
            return
        definition = self.facts(name)
        if definition is None:
            yield self.unknown(name, place)
            return
        yield from self.visible(definition, scope, place)
        if definition.type != FactType.INTEGER:
            yield self.mistyped(definition, "0", place)

    def stated(self, subject: str, name: str, value: FactValue, place: str) -> Iterator[Problem]:
        definition = self.facts(name)
        if definition is None:
            yield self.unknown(name, place)
        elif definition.of != subject.partition(":")[0]:
            yield self.file.problem("fact-elsewhere", place, fact=name, of=definition.of)
        elif not definition.takes(value):
            yield self.mistyped(definition, value, place)

    def facts(self, name: str) -> FactDefinition | None:
        return self.rules.facts.get(name)

    def visible(self, definition: FactDefinition, scope: Of, place: str) -> Iterator[Problem]:
        if definition.of not in _VISIBLE[scope]:
            name = definition.name
            yield self.file.problem("fact-elsewhere", place, fact=name, of=definition.of)

    def papers(self, documents: tuple[str, ...], place: str) -> Iterator[Problem]:
        for document in documents:
            if document not in self.rules.documents:
                yield self.file.problem("unknown-document", place, id=document)

    def unknown(self, name: str, place: str) -> Problem:
        return self.file.problem("unknown-fact", place, fact=name)

    def mistyped(self, definition: FactDefinition, value: FactValue, place: str) -> Problem:
        return self.file.problem(
            "wrong-type", place, fact=definition.name, value=str(value), type=definition.type
        )
