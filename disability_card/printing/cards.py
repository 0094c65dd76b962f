"""The paper twin as an A6 card, one by one or as a printable run (PDF/UA-1).

It decides how a card looks on paper. What stands in its QR, and whether a person may have one,
is decided by ``disability_card.issuance`` and ``disability_card.paper``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.template.loader import render_to_string

from core.municipality import municipality
from core.pdf import pdf_ua, qr_picture
from core.print_fonts import print_font
from jp.eras import in_words


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
                    "qr": qr_picture(face.qr_text),
                }
                for face in faces
            ],
        },
    )
    return pdf_ua(page)
