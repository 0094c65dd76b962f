"""The paper twin as an A6 card, one by one or as a printable run (PDF/UA-1).

It decides how a card looks on paper. What stands in its QR, and whether a person may have one,
is decided by ``disability_card.issuance`` and ``disability_card.paper``.
"""

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.template.loader import render_to_string
from PIL import Image

from core.municipality import municipality
from disability_card.printing.fonts import PrintingNotInstalled, print_font
from jp.eras import in_words
from signing.qr import paper_matrix


class Layout(StrEnum):
    """One card a page, or four on an A4 page with cutting marks."""

    A6 = "a6"
    A4_FOUR = "a4-four"


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFace:
    """What is printed on one card. No handbook type, grade or number: neutral for every holder."""

    name: str
    birth_year: int
    valid_until: date  # the last day, included
    qr_text: str
    serial: str

    def missing_glyphs(self) -> str:
        """Return the characters of the name that the print font cannot draw."""
        return print_font().missing_from(self.name)


def render_cards(faces: Sequence[CardFace], *, city: str, layout: Layout = Layout.A6) -> bytes:
    """Return a tagged PDF with ``faces`` in order; ``ValueError`` where there is none.

    Raises :class:`PrintingNotInstalled` where WeasyPrint or a font is missing. Callers have
    taken out the faces with :meth:`CardFace.missing_glyphs`.
    """
    if not faces:
        raise ValueError("nothing to print")
    page = render_to_string(
        "disability_card/print/cards.html",
        {
            "city": municipality(city),
            "font": print_font().family,
            "layout": layout.value,
            "cards": [
                {
                    "face": face,
                    "until": in_words(face.valid_until),
                    "qr": _qr_image(face.qr_text),
                }
                for face in faces
            ],
        },
    )
    return pdf_ua(page)


def pdf_ua(page: str) -> bytes:
    """Return ``page`` (HTML) as PDF/UA-1; refuse where WeasyPrint's libraries are missing."""
    try:
        # Imported here because it loads Pango when imported: a server that prints nothing
        # must start without it.
        from weasyprint import HTML  # noqa: PLC0415
        from weasyprint.urls import URLFetcher  # noqa: PLC0415
    except OSError:
        raise PrintingNotInstalled from None
    # Only data: addresses are read, and a failure stops the print: a name can never make the
    # server fetch, and no card leaves without its QR code.
    only_inline = URLFetcher(allowed_protocols={"data"}, allow_redirects=False, fail_on_errors=True)
    document: Any = HTML(string=page, url_fetcher=only_inline)
    pdf: bytes = document.write_pdf(pdf_variant="pdf/ua-1")
    return pdf


def _qr_image(text: str) -> str:
    """Return the QR code of ``text`` as a ``data:`` PNG, one pixel a module.

    A bilevel picture scaled without smoothing prints as sharp as a drawing, and a run of 6,000
    cards takes seconds instead of minutes.
    """
    rows = paper_matrix(text)
    image = Image.new("1", (len(rows), len(rows)), 1)
    image.putdata([0 if dark else 1 for row in rows for dark in row])
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()
