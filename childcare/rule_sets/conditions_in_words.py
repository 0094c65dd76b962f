"""A condition of a point table as a short formula with the facts' Japanese names."""

from collections.abc import Mapping

from childcare.facts import FactValue
from childcare.rule_sets import expressions as ex


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
