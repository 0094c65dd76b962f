"""Letters of childcare on paper: the receipt, and the result with the way to appeal (PDF/UA).

Letters are in Japanese, as the city's seal stands for them; the page says the same in three
languages.
"""

from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from childcare.applying.steps import rules_of_row
from childcare.applying.versions import content_of
from childcare.models import Application, Decision, Outcome
from core.municipality import municipality
from core.pdf import pdf_ua
from core.print_fonts import print_font
from jp.clock import JST, civil_date
from jp.eras import in_words
from web.childcare_results import result_of
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


def result_pdf(row: Application, *, now: datetime) -> bytes:
    """Return the letter of the result.

    A 保留通知書 is the same letter: it names the day from which there was no seat, which the
    extension of the childcare leave benefit asks for.
    """
    with translation.override(_JAPANESE):
        result = result_of(row, language=_JAPANESE, now=now)
        decision = Decision.objects.filter(application=row).order_by("-sent_at").first()
        assert result is not None
        assert decision is not None
        content = content_of(row)
        words = wording_of(rules_of_row(row), _JAPANESE, content)
        return _render(
            "web/print/childcare_result.html",
            row,
            now=now,
            result=result,
            decided_on=in_words(result.decided_on),
            is_offer=decision.outcome == Outcome.OFFERED,
            is_held_back=decision.outcome == Outcome.NOT_PLACED,
            birth_date=in_words(row.child.birth_date),
            wishes=[words.names.get(one, one) for one in content.preferences],
            answer_by=in_words(civil_date(decision.answer_by)) if decision.answer_by else "",
            applied_on=in_words(civil_date(row.submitted_at or row.created_at)),
        )


def _render(template: str, row: Application, *, now: datetime, **more: object) -> bytes:
    city = municipality(settings.DEFAULT_MUNICIPALITY)
    page = render_to_string(
        template,
        {
            "font": print_font().family,
            "city": city.name["ja"],
            "mayor": f"{city.name['ja']}長",
            "made_on": in_words(civil_date(now)),
            "row": row,
            "starts_on": in_words(row.round.starts_on),
            "number": row.receipt_number,
            **more,
        },
    )
    return pdf_ua(page)
