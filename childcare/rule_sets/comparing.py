"""Show a draft beside the rule set in force: which rows came, went or changed, row by row."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from childcare.facts import FactValue
from childcare.rule_sets import expressions as ex
from childcare.rule_sets.rules import AdjustRow, Base, BaseGroup, BaseRow, RuleSet


class Change(StrEnum):
    """What became of a row."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True, slots=True, kw_only=True)
class RowView:
    """One row as staff read it: its condition in words, its half points."""

    id: str
    label: str
    condition: str
    points: int | None  # none where the row has no points of its own
    counts: str  # how often, and in which group


@dataclass(frozen=True, slots=True, kw_only=True)
class RowChange:
    """A row of the draft beside the same row of the set in force."""

    change: Change
    before: RowView | None
    after: RowView | None

    @property
    def row(self) -> RowView:
        """The row as it will be, or as it was."""
        found = self.after or self.before
        assert found is not None
        return found


def compare(before: RuleSet | None, after: RuleSet) -> list[RowChange]:
    """Return every row of both, in the draft's order, rows that went at the end."""
    old = {view.id: view for view in views(before)} if before else {}
    new = {view.id: view for view in views(after)}
    changes = [
        RowChange(change=_change(old.get(name), view), before=old.get(name), after=view)
        for name, view in new.items()
    ]
    gone = [view for name, view in old.items() if name not in new]
    return changes + [RowChange(change=Change.REMOVED, before=view, after=None) for view in gone]


def _change(before: RowView | None, after: RowView) -> Change:
    if before is None:
        return Change.ADDED
    return Change.SAME if before == after else Change.CHANGED


def views(rules: RuleSet) -> Iterator[RowView]:
    """Give all that decides a score, one view each: rows, and what stands above the rows."""
    names = labels(rules)
    yield from _base_views(rules.base, names)
    for row in rules.adjust:
        yield _adjust_view(row, rules, names)
    for rank in rules.ranks.rows if rules.ranks else ():
        condition = in_words(rank.when, names)
        yield _view(rank.id, str(rank.label), condition=condition, counts=f"rank {rank.rank}")
    if rules.last:
        condition = in_words(rules.last.when, names)
        yield _view(rules.last.id, str(rules.last.label), condition=condition, counts="last")
    for name, value in (
        ("siblings", rules.siblings),
        ("rounding", rules.rounding),
        ("tax_year", rules.tax_year),
        ("terms", rules.terms),
        ("sibling_expansion", ", ".join(rules.sibling_expansion)),
    ):
        if value:
            yield _view(name, name, condition=str(value))
    for at, key in enumerate(rules.tie_break, start=1):
        yield _view(f"tie_break {at}", f"tie_break {at}", condition=str(key))


def _base_views(base: Base, names: Mapping[str, str]) -> Iterator[RowView]:
    yield _view("base", "base", condition=in_words(base.leave_out_when, names),
                counts=base.aggregate)  # fmt: skip
    for group in base.groups:
        if group.relative_to:
            yield RowView(
                id=group.id,
                label=str(group.label),
                condition=in_words(group.when, names),
                points=group.delta,
                counts=f"→ {group.relative_to}",
            )
        for row in group.rows:
            yield _base_view(group, row, names)


def _base_view(group: BaseGroup, row: BaseRow, names: Mapping[str, str]) -> RowView:
    return RowView(
        id=row.id,
        label=f"{group.label}: {row.label}",
        condition=" ".join(filter(None, (in_words(group.when, names), in_words(row.when, names)))),
        points=row.points,
        counts=group.id,
    )


def _adjust_view(row: AdjustRow, rules: RuleSet, names: Mapping[str, str]) -> RowView:
    counts = [str(row.scope)]
    if row.per:
        most = f" ≤ {row.per.most}" if row.per.most else ""
        counts.append(f"× {names.get(row.per.fact, row.per.fact)} ≥ {row.per.start}{most}")
    if row.group:
        group = rules.adjust_groups[row.group]
        counts.append(f"{group.id}: {group.combine} {group.each or ''}".strip())
    return RowView(
        id=row.id,
        label=str(row.label),
        condition=in_words(row.when, names),
        points=row.points,
        counts=", ".join(counts),
    )


def _view(name: str, label: str, *, condition: str, counts: str = "") -> RowView:
    return RowView(id=name, label=label, condition=condition, points=None, counts=counts)


def labels(rules: RuleSet) -> dict[str, str]:
    """Return the Japanese names of facts, and of the values of choices as ``fact=value``."""
    found = {name: str(one.label) for name, one in rules.facts.items()}
    for name, one in rules.facts.items():
        found |= {f"{name}={value}": str(label) for value, label in one.values.items()}
    found |= {f"document {name}": str(one.label) for name, one in rules.documents.items()}
    return found


def in_words(when: ex.Expression | None, names: Mapping[str, str]) -> str:
    """Return a condition as a short formula with the facts' Japanese names."""
    match when:
        case None:
            return ""
        case ex.All(parts):
            return " ∧ ".join(_inside(part, names) for part in parts)
        case ex.Any(parts):
            return " ∨ ".join(_inside(part, names) for part in parts)
        case ex.Not(part):
            return f"¬ {_inside(part, names)}"
        case ex.HasDocument(document):
            return f"〔{names.get(f'document {document}', document)}〕"
        case _:
            return _comparison_in_words(when, names)


def _inside(part: ex.Expression, names: Mapping[str, str]) -> str:
    text = in_words(part, names)
    return f"({text})" if isinstance(part, ex.All | ex.Any) else text


def _comparison_in_words(part: ex.Comparison, names: Mapping[str, str]) -> str:
    name = names.get(part.fact, part.fact)

    def value_of(value: FactValue) -> str:
        return names.get(f"{part.fact}={value}", str(value))

    match part:
        case ex.Equals(_, True):
            return name
        case ex.Equals(_, False):
            return f"¬ {name}"
        case ex.Equals(_, value):
            return f"{name} = {value_of(value)}"
        case ex.AtLeast(_, low):
            return f"{name} ≥ {low}"
        case ex.Between(_, low, high):
            return f"{low} ≤ {name} ≤ {high}"
        case ex.In(_, values):
            return f"{name} = {' / '.join(value_of(value) for value in values)}"
