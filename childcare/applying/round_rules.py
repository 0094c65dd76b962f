"""The rule set of a round, and the papers that it asks of one content.

The family is asked for what its own facts need, and for nothing else.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from childcare.applying.content import Content
from childcare.applying.needed_papers import Needed
from childcare.documents_needed import documents_needed
from childcare.facts import Fact
from childcare.models import Application, Round
from childcare.rule_sets.rules import RuleSet
from childcare.rule_sets_in_force import NoRuleSetInForce, rule_set_in_force, rules_of as typed
from childcare.score_lines import Line
from childcare.scoring import Applicant, UnscorableFacts, score_family


def rules_of(round_: Round) -> RuleSet | None:
    """Return the round's rule set: its own, else the one in force on its reference date."""
    if round_.rule_set is not None:
        return typed(round_.rule_set)
    try:
        return typed(rule_set_in_force(round_.municipality, on=round_.reference_on))
    except NoRuleSetInForce:
        return None


def papers_of(application: Application, content: Content) -> Iterable[Needed]:
    """Return the papers that the application needs; none while the city has no rule set."""
    rules = rules_of(application.round)
    if rules is None:
        return []
    return needed_by(
        rules, content, on=application.round.reference_on, starts_on=application.round.starts_on
    )


def needed_by(rules: RuleSet, content: Content, *, on: date, starts_on: date) -> list[Needed]:
    """Return the papers of every row that counts, each once, by subject and kind."""
    try:
        found = documents_needed(rules, content.facts, on=on, starts_on=starts_on)
    except UnscorableFacts:
        return []
    return sorted(Needed(subject=one.subject, kind=one.document) for one in found)


def paper_facts(
    rules: RuleSet, content: Content, paper: Needed, *, on: date, starts_on: date
) -> list[Fact]:
    """Return the stated facts that this paper proves: those of the rows that ask for it."""
    rows = {row for row, kinds in _papers_of_rows(rules).items() if paper.kind in kinds}
    found: dict[tuple[str, str], Fact] = {}
    for line in _lines(rules, content, on=on, starts_on=starts_on):
        if line.row in rows:
            found |= {(fact.subject, fact.name): fact for fact in line.facts}
    of_subject = [fact for fact in found.values() if fact.subject == paper.subject]
    return of_subject or list(found.values())


def _lines(rules: RuleSet, content: Content, *, on: date, starts_on: date) -> list[Line]:
    """Return the lines that count if every paper is there; none where nothing can be scored."""
    applicant = Applicant(
        key="1",
        number=1,
        facts=content.facts,
        documents=frozenset(rules.documents),
        facilities=content.preferences,
    )
    try:
        scores = score_family(rules, [applicant], on=on, starts_on=starts_on)
    except UnscorableFacts:
        return []
    return [line for score in scores for line in score.lines]


def _papers_of_rows(rules: RuleSet) -> Mapping[str, tuple[str, ...]]:
    """Return the papers by row; a relative row needs what the rows that it follows need."""
    rows = {row.id: row.documents for group in rules.base.groups for row in group.rows}
    groups = {group.id: group for group in rules.base.groups}
    for group in rules.base.groups:
        if group.relative_to:
            followed = groups[group.relative_to].rows
            rows[group.id] = tuple(dict.fromkeys(one for row in followed for one in row.documents))
    return rows | {row.id: row.documents for row in rules.adjust}
