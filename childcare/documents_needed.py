"""Which papers a family needs: those of the rows that its facts would count in.

A row that asks for an accepted paper counts here as if the paper were there: the family wants to
know what to bring, not what it lacks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from childcare.facts import HOUSEHOLD, Fact
from childcare.rule_sets.rules import BaseGroup, RuleSet
from childcare.score_lines import Line
from childcare.scoring import Applicant, score_family


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class NeededDocument:
    """One paper of one subject: the employment certificate of ``guardian:1``."""

    subject: str
    document: str


def documents_needed(
    rule_set: RuleSet, facts: Sequence[Fact], *, on: date, starts_on: date
) -> list[NeededDocument]:
    """Return the papers that ``facts`` need, each once, in the order of the file's rows.

    The certificate of a parent proves the household's row, too.
    """
    facilities = {fact.facility_id for fact in facts if fact.facility_id}
    applicant = Applicant(
        key="",
        number=1,
        facts=tuple(facts),
        documents=frozenset(rule_set.documents),
        facilities=tuple(sorted(facilities)),
    )
    lines = [
        line
        for score in score_family(rule_set, [applicant], on=on, starts_on=starts_on)
        for line in score.lines
    ]
    found = dict.fromkeys(needed for line in lines for needed in _of_line(rule_set, line))
    of_parents = {one.document for one in found if one.subject != HOUSEHOLD}
    return [one for one in found if one.subject != HOUSEHOLD or one.document not in of_parents]


def _of_line(rule_set: RuleSet, line: Line) -> list[NeededDocument]:
    subject = line.subject if line.subject.startswith("guardian") else HOUSEHOLD
    return [
        NeededDocument(subject=subject, document=document)
        for document in _documents_of_row(rule_set, line)
    ]


def _documents_of_row(rule_set: RuleSet, line: Line) -> tuple[str, ...]:
    for row in rule_set.adjust:
        if row.id == line.row:
            return row.documents
    groups = {group.id: group for group in rule_set.base.groups}
    for group in rule_set.base.groups:
        for base_row in group.rows:
            if base_row.id == line.row:
                return base_row.documents
    return _documents_of_relative(groups, line)


def _documents_of_relative(groups: dict[str, BaseGroup], line: Line) -> tuple[str, ...]:
    """A relative row (self-employed, a job offer) needs what the rows that it follows need."""
    group = groups.get(line.row)
    if group is None or group.relative_to is None:
        return ()
    rows = groups[group.relative_to].rows
    return tuple(dict.fromkeys(document for row in rows for document in row.documents))
