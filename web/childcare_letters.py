"""The receipt of an application on paper (PDF/UA).

It is in Japanese, as the city's seal stands for it; the page says the same in three languages.
"""

from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from childcare.applying.steps import rules_of_row
from childcare.applying.versions import content_of
from childcare.models import Application
from core.municipality import municipality
from core.pdf import pdf_ua
from core.print_fonts import print_font
from jp.clock import JST, civil_date
from jp.eras import in_words
from web.childcare_words import sibling_words, wording_of

_JAPANESE = "ja"


def receipt_pdf(row: Application, *, now: datetime) -> bytes:
    """Return the receipt of an application: number, time, wishes, papers."""
    with translation.override(_JAPANESE):
        content = content_of(row)
        words = wording_of(rules_of_row(row), _JAPANESE, content)
        submitted = (row.submitted_at or now).astimezone(JST)
        return _render(
            "web/print/childcare_receipt.html",
            row,
            now=now,
            submitted=f"{in_words(submitted.date())} {submitted:%H:%M:%S}",
            birth_date=in_words(row.child.birth_date),
            wishes=[words.names.get(one, one) for one in content.preferences],
            held=words.names.get(content.held_facility, ""),
            siblings=sibling_words(content.siblings.box) if content.siblings.box else "",
            papers=[(words.paper(one), one.get_state_display()) for one in row.documents.all()],
            version=row.current.number if row.current else 0,
        )


def _render(template: str, row: Application, *, now: datetime, **more: object) -> bytes:
    city = municipality(settings.DEFAULT_MUNICIPALITY)
    page = render_to_string(
        template,
        {
            "font": print_font().family,
            "city": city.name["ja"],
            "made_on": in_words(civil_date(now)),
            "row": row,
            "starts_on": in_words(row.round.starts_on),
            "number": row.receipt_number,
            **more,
        },
    )
    return pdf_ua(page)
