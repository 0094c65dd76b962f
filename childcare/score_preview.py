"""Try a score without an account: answers in, points with their reasons out. Nothing is kept.

Questions stand in the rule set. An answer is the number of one option; what it states are facts
of the family, at the one facility that the family looks at, if it named one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from childcare.documents_needed import NeededDocument, documents_needed
from childcare.facts import Fact, facility_subject
from childcare.rule_sets.questions import Option, Question
from childcare.rule_sets.rules import RuleSet
from childcare.rule_sets.words import Words
from childcare.score_lines import Line
from childcare.scoring import Applicant, Score, score_family

# Stands for the facility that a family wants and has not named.
NO_FACILITY: Final = "00000000-0000-7000-8000-000000000000"


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewLine:
    """One row of the result: what it is, what the family answered, half points."""

    title: Words
    answer: Words | None
    points: int
    is_here_only: bool = False  # counts at the named facility alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A tried score."""

    points: Fraction  # half points
    rank: int | None
    lines: tuple[PreviewLine, ...]
    documents: tuple[NeededDocument, ...]
    term_until: date | None
    is_last: bool  # comes after everybody else


Answers = Mapping[str, int]


def asked_questions(rule_set: RuleSet, answers: Answers) -> list[Question]:
    """Return the questions for this family: without those that an answer before them spares."""
    spared: set[str] = set()
    asked = []
    for question in rule_set.questions:
        if question.id in spared:
            continue
        asked.append(question)
        if (option := chosen(question, answers)) is not None:
            spared |= option.skips
    return asked


def likely_questions(rule_set: RuleSet, answers: Answers) -> list[Question]:
    """Return the questions if every open one gets its first answer: what a count is made of.

    Questions that few families see would else be promised to all of them.
    """
    first = {question.id: 0 for question in rule_set.questions}
    return asked_questions(rule_set, first | dict(answers))


def chosen(question: Question, answers: Answers) -> Option | None:
    """Return the option that was answered, if there is such a one."""
    place = answers.get(question.id)
    if place is None or not 0 <= place < len(question.options):
        return None
    return question.options[place]


def stated_facts(rule_set: RuleSet, answers: Answers, *, facility: str | None) -> list[Fact]:
    """Return the facts that the answers state, in the order of the questions."""
    return [
        fact
        for question in asked_questions(rule_set, answers)
        if (option := chosen(question, answers)) is not None
        for fact in _facts_of(option, facility=facility)
    ]


def preview_answers(
    rule_set: RuleSet, answers: Answers, *, facility: str | None, on: date, starts_on: date
) -> Preview:
    """Score the answers and give every line, also of answers that count nothing."""
    facts = stated_facts(rule_set, answers, facility=facility)
    score = preview_score(rule_set, facts, facility=facility, on=on, starts_on=starts_on)
    return Preview(
        points=score.points,
        rank=score.rank,
        lines=tuple(_lines(rule_set, answers, score, facility=facility)),
        documents=tuple(documents_needed(rule_set, facts, on=on, starts_on=starts_on)),
        term_until=score.term_until,
        is_last=rule_set.last is not None
        and any(line.row == rule_set.last.id for line in score.lines),
    )


def preview_score(
    rule_set: RuleSet,
    facts: Sequence[Fact],
    *,
    facility: str | None,
    on: date,
    starts_on: date,
    documents: frozenset[str] | None = None,
) -> Score:
    """Return the score of one child at ``facility``; every paper counts as there by default."""
    applicant = Applicant(
        key="preview",
        number=1,
        facts=tuple(facts),
        documents=frozenset(rule_set.documents) if documents is None else documents,
        facilities=(facility or NO_FACILITY,),
    )
    scores = score_family(rule_set, [applicant], on=on, starts_on=starts_on)
    return scores[-1]  # at the facility where it differs, else the common one


def points_scale(rule_set: RuleSet) -> tuple[int, int]:
    """Return the ends of the scale that is drawn, in half points.

    From one parent's best to two and a quarter: most families lie there, and a scale to the sum
    of every row would leave all of them in one corner.
    """
    best = max((row.points for group in rule_set.base.groups for row in group.rows), default=0)
    return best, best * 9 // 4


def _facts_of(option: Option, *, facility: str | None) -> list[Fact]:
    return [
        Fact(
            subject=facility_subject(facility or NO_FACILITY) if subject == "facility" else subject,
            name=name,
            value=value,
        )
        for subject, facts in option.facts.items()
        for name, value in facts.items()
    ]


def _lines(
    rule_set: RuleSet, answers: Answers, score: Score, *, facility: str | None
) -> list[PreviewLine]:
    """Give the lines in the order of the questions; an answer without a line counts nothing."""
    ranks = {row.id for row in rule_set.ranks.rows} if rule_set.ranks else set()
    left = [line for line in score.lines if line.row not in ranks]
    found: list[PreviewLine] = []
    for question in asked_questions(rule_set, answers):
        option = chosen(question, answers)
        if option is None:
            continue
        stated = {(fact.subject, fact.name) for fact in _facts_of(option, facility=facility)}
        own = [line for line in left if _comes_from(line, stated)]
        left = [line for line in left if line not in own]
        found += [_line(rule_set, line, question=question, answer=option.label) for line in own]
        if not own:
            found.append(PreviewLine(title=question.term, answer=option.label, points=0))
    # Rows that fire because nothing was stated.
    return found + [_line(rule_set, line, question=None, answer=None) for line in left]


def _line(
    rule_set: RuleSet, line: Line, *, question: Question | None, answer: Words | None
) -> PreviewLine:
    """A parent's line is named by its question (保護者1の仕事), any other by its row."""
    is_parents = line.subject.startswith("guardian") and question is not None
    title = question.term if question and is_parents else dict(rule_set.rows())[line.row]
    return PreviewLine(
        title=title,
        answer=answer,
        points=line.points,
        is_here_only=line.subject.startswith("facility"),
    )


def _comes_from(line: Line, stated: set[tuple[str, str]]) -> bool:
    return any((fact.subject, fact.name) in stated for fact in line.facts)
