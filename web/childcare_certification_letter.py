"""The letter of a certification that ends before its time, for a family without an account."""

from typing import Final

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from childcare.models import Certification
from core.municipality import municipality
from core.pdf import pdf_ua
from core.print_fonts import print_font
from jp.clock import civil_date
from jp.eras import in_words
from web.childcare_result_letters import Letter
from web.childcare_results import appeal_lines

_JAPANESE: Final = "ja"


def certification_end_pdf(row: Certification, *, is_demo: bool) -> bytes:
    """Return the letter; ``LookupError`` where the certification was not ended."""
    if row.ended_at is None or not row.end_words:
        raise LookupError("this certification was not ended")
    city = municipality(settings.DEFAULT_MUNICIPALITY).name[_JAPANESE]
    with translation.override(_JAPANESE):
        page = render_to_string(
            "web/print/childcare_letters.html",
            {
                "font": print_font().family,
                "mayor": f"{city}長",
                "appeal": appeal_lines(_JAPANESE),
                "letters": [_letter(row, is_demo=is_demo)],
                "number_of": "認定者番号",
            },
        )
    return pdf_ua(page)


def _letter(row: Certification, *, is_demo: bool) -> Letter:
    household, child = row.child.household, row.child
    guardian = next((one.name for one in household.guardians.all() if one.name), "")
    assert row.ended_at is not None
    return Letter(
        title="教育・保育給付認定の取消通知書",
        says=f"認定は {in_words(row.valid_to)}で終わります",
        dated=in_words(civil_date(row.ended_at)),
        address=household.address or "",
        reader=f"{guardian} 様" if guardian else f"{child.name} さんの保護者 様",
        child=child.name,
        rows=[
            ("認定者番号", row.number),
            ("子どもの名前", child.name),
            ("生まれた日", in_words(child.birth_date)),
            ("認定区分", row.get_class_code_display()),
            ("始まった日", in_words(row.valid_from)),
            ("終わる日", in_words(row.valid_to)),
        ],
        facility="",
        paragraphs=["この日のあとに始まる認定も、使えなくなります。"],
        reasons=[row.why_ended, row.end_words or ""],
        is_demo=is_demo,
    )
