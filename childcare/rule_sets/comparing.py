"""Show a draft beside the rule set in force: which rows came, went or changed, row by row."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from childcare.points import points_text
from childcare.rule_sets.conditions_in_words import in_words
from childcare.rule_sets.rules import (
    AdjustGroup,
    AdjustRow,
    Base,
    BaseGroup,
    BaseRow,
    Combine,
    RuleSet,
)
from childcare.rule_sets.settings_in_words import AGGREGATES, COMBINES, settings


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
        yield _view(rank.id, str(rank.label), condition=condition, counts=f"順位 {rank.rank}")
    if rules.last:
        condition = in_words(rules.last.when, names)
        yield _view(rules.last.id, str(rules.last.label), condition=condition, counts="順番が最後")
    for name, label, says in settings(rules, names):
        yield _view(name, label, condition=says)


def _base_views(base: Base, names: Mapping[str, str]) -> Iterator[RowView]:
    left_out = in_words(base.leave_out_when, names)
    says = f"聞かない保護者: {left_out}" if left_out else ""
    yield _view("base", "基準の点", condition=says, counts=AGGREGATES[base.aggregate])
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
        counts.append(f"{group.id}: {COMBINES[group.combine]}{_each(group)}")
    return RowView(
        id=row.id,
        label=str(row.label),
        condition=in_words(row.when, names),
        points=row.points,
        counts=", ".join(counts),
    )


def _each(group: AdjustGroup) -> str:
    return f" {points_text(group.each)}点" if group.combine == Combine.BEST_PLUS_EACH else ""


def _view(name: str, label: str, *, condition: str, counts: str = "") -> RowView:
    return RowView(id=name, label=label, condition=condition, points=None, counts=counts)


def labels(rules: RuleSet) -> dict[str, str]:
    """Return the Japanese names of facts, and of the values of choices as ``fact=value``."""
    found = {name: str(one.label) for name, one in rules.facts.items()}
    for name, one in rules.facts.items():
        found |= {f"{name}={value}": str(label) for value, label in one.values.items()}
    found |= {f"document {name}": str(one.label) for name, one in rules.documents.items()}
    return found
