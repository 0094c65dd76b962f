"""The letter (手紙) that brings a linking code: a reference to say aloud and a secret to keep."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.template.loader import render_to_string

from core.municipality import municipality
from core.pdf import pdf_ua
from core.print_fonts import print_font
from jp.eras import in_words


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkingLetter:
    """One letter. ``secret`` exists in clear only here and on the paper."""

    name: str
    postal_code: str  # seven digits or empty
    address: str
    reference: str
    secret: str
    expires_on: date  # the last day, included


def render_letters(letters: Sequence[LinkingLetter], *, city: str, sent_on: date) -> bytes:
    """Return a tagged PDF, one A4 page a letter, addressed for a window envelope."""
    if not letters:
        raise ValueError("nothing to print")
    own = municipality(city)
    page = render_to_string(
        "disability_card/print/letters.html",
        {
            "city": own,
            "font": print_font().family,
            "sent_on": in_words(sent_on),
            "address_of_page": f"{own.issuer.rsplit('/', 1)[0]}/card/link/",
            "letters": [
                {"letter": letter, "until": in_words(letter.expires_on)} for letter in letters
            ],
        },
    )
    return pdf_ua(page)
