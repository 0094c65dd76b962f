"""Run the worked examples of a rule set: does each give what its author worked out by hand?

Publishing needs more than examples that pass: every row must be counted in one of them, so that a
row left out, or typed wrong, is seen before a child is scored (in one city 400 scores were wrong
because the points for school districts were missing).
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from childcare.facts import Fact
from childcare.rule_sets.examples import Example, Stated
from childcare.rule_sets.problems import Problem
from childcare.rule_sets.reading import ReadFile
from childcare.rule_sets.rules import RuleSet
from childcare.score_lines import Line
from childcare.scoring import Applicant, Score, score_family

# The one facility of an example.
EXAMPLE_FACILITY: Final = "00000000-0000-7000-8000-000000000001"
# For examples of reference sets whose year nobody knows.
_SOME_DAY: Final = date(2026, 4, 1)


def example_family(example: Example) -> list[Applicant]:
    """Return the family of an example, the child that it is about first."""
    return [
        Applicant(
            key=f"child-{number}",
            number=len(example.children) - number,
            facts=tuple(_fact(one) for one in child),
            documents=example.documents,
            facilities=(EXAMPLE_FACILITY,),
        )
        for number, child in enumerate(example.children)
    ]


def example_days(rule_set: RuleSet, example: Example) -> tuple[date, date]:
    """Return the reference date and the first day of admission of an example."""
    day = example.day or rule_set.meta.effective_from or _SOME_DAY
    return day, example.starts_on or day


def score_example(rule_set: RuleSet, example: Example) -> Score:
    """Return the score of the example's first child at the example's facility."""
    day, starts_on = example_days(rule_set, example)
    family = example_family(example)
    scores = score_family(rule_set, family, on=day, starts_on=starts_on)
    own = {score.facility: score for score in scores if score.key == family[0].key}
    return own.get(EXAMPLE_FACILITY, own[None])


def example_problems(rule_set: RuleSet, file: ReadFile) -> list[Problem]:
    """Return what the examples say against the table, or the table against them."""
    return [
        problem
        for example in rule_set.examples
        for problem in _example_problems(rule_set, example, file)
    ]


def rows_without_example(rule_set: RuleSet, file: ReadFile) -> list[Problem]:
    """Return a problem for each row that no example counts."""
    hit = {line.rpartition("/")[2] for one in rule_set.examples for line in one.lines}
    return [
        file.problem("row-without-example", "/examples", id=row_id)
        for row_id, _label in rule_set.rows()
        if row_id not in hit
    ]


def _example_problems(rule_set: RuleSet, example: Example, file: ReadFile) -> Iterable[Problem]:
    score = score_example(rule_set, example)
    place = f"{example.place}/expect"
    numerator, denominator = example.points
    if score.points.numerator * denominator != numerator * score.points.denominator:
        expected = str(numerator) if denominator == 1 else f"{numerator}/{denominator}"
        found = str(score.points)
        yield file.problem(
            "example-points", f"{place}/points", id=example.id, expected=expected, found=found
        )
    if score.rank != example.rank:
        yield file.problem(
            "example-rank",
            f"{place}/rank",
            id=example.id,
            expected=str(example.rank),
            found=str(score.rank),
        )
    if what := _difference(example.lines, lines_by_name(score.lines)):
        yield file.problem("example-lines", f"{place}/lines", id=example.id, what=what)
    yield from _period_problems(rule_set, example, score, file)


def _period_problems(
    rule_set: RuleSet, example: Example, score: Score, file: ReadFile
) -> Iterable[Problem]:
    left_out = {fact.name for fact in score.left_out}
    day, _starts_on = example_days(rule_set, example)
    for name in sorted(left_out - example.left_out):
        yield file.problem(
            "fact-out-of-period", f"{example.place}/facts", fact=name, day=day.isoformat()
        )
    if missing := sorted(example.left_out - left_out):
        yield file.problem(
            "example-left-out", f"{example.place}/expect", id=example.id, what=", ".join(missing)
        )


def lines_by_name(lines: Iterable[Line]) -> dict[str, int]:
    """Return the lines as an example writes them: ``guardian:1/row`` or ``row`` -> half points."""
    return {
        f"{line.subject}/{line.row}" if line.subject.startswith("guardian") else line.row: (
            line.points
        )
        for line in lines
    }


def _difference(expected: Mapping[str, int], found: Mapping[str, int]) -> str:
    """Say in short which lines differ; empty where none does."""
    names = [name for name in {**expected, **found} if expected.get(name) != found.get(name)]
    return ", ".join(f"{name} {expected.get(name, '-')} → {found.get(name, '-')}" for name in names)


def _fact(one: Stated) -> Fact:
    return Fact(
        subject=f"facility:{EXAMPLE_FACILITY}" if one.subject == "facility" else one.subject,
        name=one.name,
        value=one.value,
        valid_from=one.valid_from,
        valid_to=one.valid_to,
    )
