"""Pictures of numbers that also stand in a table beside them: hidden from screen readers.

Words are HTML, so that they keep their size on a narrow screen; only the shapes are SVG.
"""

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

_HATCH = (
    '<svg class="chart-defs" width="0" height="0" aria-hidden="true" focusable="false"><defs>'
    '<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse"'
    ' patternTransform="rotate(45)"><path class="hatch" d="M0 0V6"/></pattern></defs></svg>'
)


@register.simple_tag
def hatching() -> SafeString:
    """Define the hatching that stands for "not" or "the rest"; once a page."""
    return mark_safe(_HATCH)  # noqa: S308  our own markup


@register.inclusion_tag("parts/bars.html")
def bars(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Draw one bar a row: ``label``, ``number``, ``text`` (the number in words), ``is_rest``."""
    largest = max((int(row["number"]) for row in rows), default=0) or 1
    return {
        "rows": [
            {**row, "width": max(1, round(1000 * int(row["number"]) / largest))} for row in rows
        ]
    }


@register.inclusion_tag("parts/interval.html")
def interval(low: int, value: int, high: int) -> dict[str, Any]:
    """Draw an interval with its middle, beside the line of no difference at all."""
    left, right = min(low, 0), max(high, 0)
    span = (right - left) or 1

    def at(yen: int) -> int:
        return round(40 + 920 * (yen - left) / span)

    return {
        "zero": at(0), "low": at(low), "value": at(value), "width": at(high) - at(low),
    }  # fmt: skip
