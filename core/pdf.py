"""Make what is printed: a page of HTML as a tagged PDF, and QR codes that print sharp."""

import base64
import io
from typing import Any

from PIL import Image

from core.print_fonts import PrintingNotInstalled
from signing.qr import paper_matrix


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


def qr_picture(text: str) -> str:
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
