"""Make typed rules of a rule set's file, or say what to mend and where.

1. Read the text (`reading`). 2. Hold it to the JSON Schema. 3. Build the values; rows that stand
relative to another row get their points here. 4. Hold them to their meaning (`meaning`): known
facts of the right type, known rows and groups, a tie-break that ends.
"""

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import jsonschema
from jsonschema.exceptions import ValidationError, best_match

from childcare.rule_sets import expressions as ex
from childcare.rule_sets.example_loading import build_examples
from childcare.rule_sets.meaning import problems_of
from childcare.rule_sets.problems import Problem, RuleSetRefused
from childcare.rule_sets.questions import Option, Question
from childcare.rule_sets.reading import ReadFile, read_text
from childcare.rule_sets.rules import (
    AdjustGroup,
    AdjustRow,
    Aggregate,
    Base,
    BaseGroup,
    BaseRow,
    Combine,
    DocumentDefinition,
    FactDefinition,
    FactType,
    Last,
    Meta,
    Of,
    Per,
    RankRow,
    Ranks,
    Rounding,
    RoundingMode,
    RuleSet,
    SiblingScore,
    Standing,
    TaxYear,
    Term,
    TieByCondition,
    TieByFact,
    TieByNumber,
    TieByPoints,
    TieByRows,
    TieKey,
    Unique,
)
from childcare.rule_sets.words import Words

SCHEMA_FILE: Final = Path(__file__).with_name("rule-set.schema.json")
PROBLEMS_MAX: Final = 50  # more do not help anybody


@lru_cache(maxsize=1)
def schema() -> dict[str, Any]:
    """Return the JSON Schema of the format."""
    found: dict[str, Any] = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    return found


def sha256_of(content: bytes) -> str:
    """Return the hash by which a version is known: of the file's bytes."""
    return hashlib.sha256(content).hexdigest()


@lru_cache(maxsize=32)
def load_rule_set(content: bytes) -> RuleSet:
    """Return the typed rule set; raise :class:`RuleSetRefused` with every problem found.

    Cached by content: a rule set never changes, and a preview asks for it at each page.
    """
    file = read_text(content)
    if broken := list(_schema_problems(file)):
        raise RuleSetRefused(broken[:PROBLEMS_MAX])
    problems: list[Problem] = []
    rule_set = _build(file, problems)
    problems += problems_of(rule_set, file)
    if problems:
        raise RuleSetRefused(problems[:PROBLEMS_MAX])
    return rule_set


def _schema_problems(file: ReadFile) -> Iterator[Problem]:
    days = jsonschema.FormatChecker(["date"])  # a pattern alone lets 30 February through
    validator = jsonschema.Draft202012Validator(schema(), format_checker=days)
    for error in validator.iter_errors(file.tree):
        yield _schema_problem(file, best_match(iter([error])) or error)


def _schema_problem(file: ReadFile, error: ValidationError) -> Problem:
    place = "".join(f"/{part}" for part in error.absolute_path)
    instance: Any = error.instance
    if error.validator == "required":
        wanted: Any = error.validator_value
        key = next(key for key in wanted if key not in instance)
        return file.problem("missing-key", place, key=key)
    if error.validator == "additionalProperties" and isinstance(instance, dict):
        known = error.schema.get("properties", {}) if isinstance(error.schema, dict) else {}
        key = next(key for key in instance if key not in known)
        return file.problem("unknown-key", f"{place}/{key}", key=key)
    return file.problem("wrong-shape", place, what=error.message[:160])


def _build(file: ReadFile, problems: list[Problem]) -> RuleSet:
    tree: Any = file.tree
    points = _points_of_rows(file, problems)
    return RuleSet(
        meta=_meta(tree["meta"]),
        facts={name: _fact(name, raw) for name, raw in tree["facts"].items()},
        tax_year=TaxYear(**tree["tax_year"]) if "tax_year" in tree else None,
        base=_base(tree["base"], points),
        adjust_groups={
            name: AdjustGroup(id=name, combine=Combine(raw["combine"]), each=raw.get("each", 0))
            for name, raw in tree.get("groups", {}).items()
        },
        adjust=tuple(_adjust_row(raw, points) for raw in tree.get("adjust", ())),
        ranks=_ranks(tree["ranks"]) if "ranks" in tree else None,
        last=_last(tree["last"]) if "last" in tree else None,
        siblings=SiblingScore(tree.get("siblings", {"score": "own"})["score"]),
        rounding=_rounding(tree.get("rounding")),
        tie_break=tuple(_tie_key(raw) for raw in tree["tie_break"] or ()),
        sibling_expansion=tuple(tree.get("sibling_expansion", ())),
        documents={
            name: DocumentDefinition(
                id=name, label=words(raw["label"]), where=_maybe(raw.get("where"))
            )
            for name, raw in tree.get("documents", {}).items()
        },
        terms=tuple(
            Term(groups=tuple(raw["groups"]), months=raw["months"]) for raw in tree.get("terms", ())
        ),
        questions=tuple(_question(raw) for raw in tree.get("questions", ())),
        examples=build_examples(tree["examples"], file, problems),
    )


def _points_of_rows(file: ReadFile, problems: list[Problem]) -> dict[str, int]:
    """Return every row's points; a row relative to another takes that row's, plus its delta."""
    tree: Any = file.tree
    raw_rows = [
        (f"/base/groups/{at}/rows/{number}", row)
        for at, group in enumerate(tree["base"]["groups"])
        for number, row in enumerate(group.get("rows", ()))
    ]
    raw_rows += [(f"/adjust/{at}", row) for at, row in enumerate(tree.get("adjust", ()))]
    points: dict[str, int] = {row["id"]: row["points"] for _, row in raw_rows if "points" in row}
    given = frozenset(points)
    relative = {row["id"] for _, row in raw_rows if "points" not in row}
    for place, row in raw_rows:
        if "points" in row:
            continue
        other = row["relative_to"]
        if other not in given:
            code = "relative-twice" if other in relative else "unknown-row"
            problems.append(file.problem(code, f"{place}/relative_to", id=other))
        points[row["id"]] = points.get(other, 0) + row.get("delta", 0)
    return points


def words(raw: Any) -> Words:
    """Return a text of the file, written in one language or in several."""
    return Words(ja=raw) if isinstance(raw, str) else Words(**raw)


def _maybe(raw: Any) -> Words | None:
    return None if raw is None else words(raw)


def _day(raw: str | None) -> date | None:
    return date.fromisoformat(raw) if raw else None


def _meta(raw: Any) -> Meta:
    return Meta(
        municipality=raw["municipality"],
        city=raw["city"],
        name=words(raw["name"]),
        version=raw["version"],
        fiscal_year=raw.get("fiscal_year"),
        standing=Standing(raw["standing"]),
        is_demo=raw.get("demo", False),
        effective_from=_day(raw["effective"]["from"]),
        effective_to=_day(raw["effective"]["to"]),
        supersedes=raw.get("supersedes"),
        source=raw["source"],
        gaps=tuple(raw.get("gaps", ())),
    )


def _fact(name: str, raw: Any) -> FactDefinition:
    return FactDefinition(
        name=name,
        of=Of(raw["of"]),
        type=FactType(raw["type"]),
        label=words(raw["label"]),
        values={value: words(label) for value, label in raw.get("values", {}).items()},
        low=raw.get("min"),
        high=raw.get("max"),
    )


def expression(raw: Any) -> ex.Expression:
    """Build one condition of the closed list."""
    ((kind, inside),) = raw.items()
    match kind:
        case "all":
            return ex.All(tuple(expression(part) for part in inside))
        case "any":
            return ex.Any(tuple(expression(part) for part in inside))
        case "not":
            return ex.Not(expression(inside))
        case "has_document":
            return ex.HasDocument(inside)
        case _:
            return _comparison(kind, inside)


def _comparison(kind: str, inside: Any) -> ex.Comparison:
    match kind:
        case "==":
            return ex.Equals(inside[0], inside[1])
        case ">=":
            return ex.AtLeast(inside[0], inside[1])
        case "between":
            return ex.Between(inside[0], inside[1], inside[2])
        case _:
            return ex.In(inside[0], tuple(inside[1]))


def _condition(raw: Any) -> ex.Expression | None:
    return None if raw is None else expression(raw)


def _base(raw: Any, points: dict[str, int]) -> Base:
    return Base(
        aggregate=Aggregate(raw["aggregate"]),
        max_per_parent=raw.get("max_per_parent"),
        leave_out_when=_condition(raw.get("leave_out_when")),
        groups=tuple(
            BaseGroup(
                id=group["id"],
                label=words(group["label"]),
                when=_condition(group.get("when")),
                relative_to=group.get("relative_to") or group.get("same_as"),
                delta=group.get("delta", 0),
                rows=tuple(
                    BaseRow(
                        id=row["id"],
                        label=words(row["label"]),
                        when=expression(row["when"]),
                        points=points[row["id"]],
                        documents=tuple(row.get("documents", ())),
                    )
                    for row in group.get("rows", ())
                ),
            )
            for group in raw["groups"]
        ),
    )


def _adjust_row(raw: Any, points: dict[str, int]) -> AdjustRow:
    per = raw.get("per")
    return AdjustRow(
        id=raw["id"],
        label=words(raw["label"]),
        points=points[raw["id"]],
        scope=Of(raw.get("scope", "household")),
        when=_condition(raw.get("when")),
        per=Per(fact=per["fact"], start=per.get("from", 1), most=per.get("max")) if per else None,
        group=raw.get("group"),
        documents=tuple(raw.get("documents", ())),
    )


def _ranks(raw: Any) -> Ranks:
    return Ranks(
        of=Of(raw["of"]),
        takes_lower=raw.get("decides", "lower") == "lower",
        otherwise=raw["otherwise"],
        rows=tuple(
            RankRow(
                id=row["id"],
                label=words(row["label"]),
                rank=row["rank"],
                when=expression(row["when"]),
            )
            for row in raw["rows"]
        ),
    )


def _last(raw: Any) -> Last:
    return Last(id=raw["id"], label=words(raw["label"]), when=expression(raw["when"]))


def _rounding(raw: Any) -> Rounding | None:
    if raw is None:
        return None
    unit = 2 if raw["to"] == "point" else 1
    return Rounding(unit=unit, mode=RoundingMode(raw["mode"]))


def _tie_key(raw: Any) -> TieKey:
    if "points_of" in raw:
        return TieByPoints(of=raw["points_of"])
    if "rows" in raw:
        return TieByRows(rows=tuple(raw["rows"]))
    if "fact" in raw:
        return TieByFact(
            fact=raw["fact"],
            is_low_first=raw["first"] == "low",
            is_missing_first=raw.get("missing") == "first",
        )
    if "when" in raw:
        return TieByCondition(when=expression(raw["when"]))
    return TieByNumber(unique=Unique(raw["unique"]))


def _question(raw: Any) -> Question:
    return Question(
        id=raw["id"],
        term=words(raw["term"]),
        title=words(raw["title"]),
        hint=_maybe(raw.get("hint")),
        options=tuple(
            Option(
                label=words(option["label"]),
                hint=_maybe(option.get("hint")),
                facts=option["facts"],
                skips=frozenset(option.get("skips", ())),
            )
            for option in raw["options"]
        ),
    )
