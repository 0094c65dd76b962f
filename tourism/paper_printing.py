"""Draw sheets of paper coupons: A4, a coupon a cell, each with its signed QR (PDF/UA)."""

from collections.abc import Sequence
from datetime import datetime

from django.template.loader import render_to_string

from core.municipality import municipality
from core.pdf import pdf_ua, qr_picture
from core.print_fonts import print_font
from jp.eras import in_words
from tourism.coupon_keys import active_signer
from tourism.models import PaperSheet
from tourism.paper_codes import paper_code
from tourism.paper_numbers import printed_number


def render_sheets(sheets: Sequence[PaperSheet], *, now: datetime) -> bytes:
    """Return the sheets of one campaign as a tagged PDF; ``ValueError`` where there is none.

    The signature does not change what a coupon is: printed again, a sheet is the same sheet.
    """
    if not sheets:
        raise ValueError("nothing to print")
    campaign = sheets[0].campaign
    city = campaign.municipality
    signer = active_signer(city, now=now)
    bills = {tier.value_yen: tier.min_spend_yen for tier in campaign.tiers.all()}
    page = render_to_string(
        "tourism/print/sheets.html",
        {
            "city": municipality(city),
            "font": print_font().family,
            "campaign": campaign.name["ja"],
            "issuer": campaign.issuer_name or municipality(city).name["ja"],
            "sheets": [
                {
                    "serial": sheet.serial,
                    "value": f"{sheet.value_yen:,}",
                    "until": in_words(sheet.expires_on),
                    "short_until": f"{sheet.expires_on:%Y.%-m.%-d}",
                    "coupons": [
                        {
                            "number": coupon.number,
                            "printed": printed_number(sheet.serial, coupon.number),
                            "face": f"{coupon.face_yen:,}",
                            "bill": f"{bills[coupon.face_yen]:,}"
                            if coupon.face_yen in bills
                            else "",
                            "qr": qr_picture(
                                paper_code(coupon.pk, municipality=city, signer=signer)
                            ),
                        }
                        for coupon in sheet.coupons.all()
                    ],
                }
                for sheet in sheets
            ],
        },
    )
    return pdf_ua(page)
