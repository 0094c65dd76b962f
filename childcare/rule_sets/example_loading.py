"""Build the worked examples of a file; a fact outside the example's day is named."""

from datetime import date
from typing import Any

from childcare.rule_sets.examples import Example, Stated
from childcare.rule_sets.problems import Problem
from childcare.rule_sets.reading import ReadFile


def build_examples(raws: Any, file: ReadFile, problems: list[Problem]) -> tuple[Example, ...]:
    """Return the examples; days that are none become problems."""
    return tuple(_example(raw, f"/examples/{at}", file, problems) for at, raw in enumerate(raws))


def _example(raw: Any, place: str, file: ReadFile, problems: list[Problem]) -> Example:
    shared = [
        one
        for subject in ("household", "guardian:1", "guardian:2")
        for one in _stated(raw["facts"], subject, f"{place}/facts", file, problems)
    ]
    children = []
    families = [(raw["facts"], f"{place}/facts")]
    families += [
        (sibling, f"{place}/siblings/{at}") for at, sibling in enumerate(raw.get("siblings", ()))
    ]
    for facts, at in families:
        own = [
            one
            for subject in ("child", "facility")
            for one in _stated(facts, subject, at, file, problems)
        ]
        children.append((*shared, *own))
    expect = raw["expect"]
    points = expect["points"]
    return Example(
        id=raw["id"],
        origin=raw["origin"],
        note=raw.get("note", ""),
        day=_day(raw.get("on"), f"{place}/on", file, problems),
        starts_on=_day(raw.get("starts_on"), f"{place}/starts_on", file, problems),
        documents=frozenset(raw.get("documents", ())),
        children=tuple(children),
        points=(points[0], points[1]) if isinstance(points, list) else (points, 1),
        rank=expect.get("rank"),
        left_out=frozenset(expect.get("left_out", ())),
        lines=expect["lines"],
        place=place,
    )


def _stated(
    raw: Any, subject: str, place: str, file: ReadFile, problems: list[Problem]
) -> list[Stated]:
    found = []
    for name, value in raw.get(subject, {}).items():
        at = f"{place}/{subject}/{name}"
        period = value if isinstance(value, dict) else {}
        found.append(
            Stated(
                subject=subject,
                name=name,
                value=period.get("value", value),
                valid_from=_day(period.get("from"), f"{at}/from", file, problems),
                valid_to=_day(period.get("to"), f"{at}/to", file, problems),
            )
        )
    return found


def _day(raw: str | None, place: str, file: ReadFile, problems: list[Problem]) -> date | None:
    try:
        return date.fromisoformat(raw) if raw else None
    except ValueError:
        problems.append(file.problem("wrong-shape", place, what=str(raw)))
        return None
