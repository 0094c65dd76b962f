"""A person's collected data as a PDF that can be read on paper and by ear (PDF/UA)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from django.template.loader import render_to_string

from core.pdf import pdf_ua
from core.print_fonts import print_font
from jp.clock import civil_date
from jp.eras import in_words


def render_record(content: Mapping[str, object], *, title: str, made_at: datetime) -> bytes:
    """Return nested JSON values as one table of (name, value) a section."""
    page = render_to_string(
        "web/print/record.html",
        {
            "title": title,
            "font": print_font().family,
            "made_on": in_words(civil_date(made_at)),
            "sections": [(name, list(_rows(value, ""))) for name, value in content.items()],
        },
    )
    return pdf_ua(page)


def _rows(value: object, name: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _rows(inner, f"{name} {key}".strip())
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for number, inner in enumerate(value, start=1):
            yield from _rows(inner, f"{name} {number}".strip())
    elif value not in (None, ""):
        yield name, str(value)
