"""The letter to another city about a child (広域利用): our request, or our answer (PDF/UA)."""

from datetime import datetime
from typing import Final

from django.conf import settings
from django.template.loader import render_to_string

from childcare.models import Application, Consultation, ConsultationState, Exchange
from core.municipality import municipality
from core.pdf import pdf_ua
from core.print_fonts import print_font
from jp.clock import civil_date
from jp.eras import in_words

_TITLES: Final = {
    Exchange.OUT: "保育の利用の広域利用に係る協議について",
    Exchange.IN: "保育の利用の広域利用に係る協議について（回答）",
}
# Theirs that the family wishes for; of ours, what was wished for or is given.
_NURSERY: Final = {Exchange.OUT: "希望する園", Exchange.IN: "園"}


def consultation_pdf(row: Consultation, *, now: datetime) -> bytes:
    """Return the letter as the consultation stands."""
    city = municipality(settings.DEFAULT_MUNICIPALITY).name["ja"]
    application = row.application
    page = render_to_string(
        "web/print/childcare_consultation.html",
        {
            "font": print_font().family,
            "title": _TITLES[Exchange(row.direction)],
            "to": f"{row.other_name}長 様",
            "mayor": f"{city}長",
            "dated": in_words(civil_date(row.answered_at or row.sent_at or now)),
            "says": _says(row, city),
            "rows": _rows(row, application),
            "is_demo": application.round.is_demo,
        },
    )
    return pdf_ua(page)


def _says(row: Consultation, city: str) -> list[str]:
    if row.direction == Exchange.OUT:
        return [
            f"{city}に住む次の子どもが、貴市町村の園の利用を希望しています。",
            "利用できるかどうかを協議します。承諾か不承諾かを、文書で回答してください。",
        ]
    if row.state == ConsultationState.AGREED:
        return [f"協議のあった次の子どもについて、{city}の園の利用を承諾します。"]
    if row.state == ConsultationState.REFUSED:
        return [
            f"協議のあった次の子どもについて、{city}の園の利用を承諾できません。",
            f"理由: {row.reason}",
        ]
    return [f"次の子どもについての協議を受け付けました。{city}の利用調整のあとで回答します。"]


def _rows(row: Consultation, application: Application) -> list[tuple[str, str]]:
    household = application.child.household
    guardian = next((one.name for one in household.guardians.all() if one.name), "")
    if row.direction == Exchange.OUT:
        places = [row.facility_name]
    else:
        offered = application.offers.exclude(facility_answer="refused").first()
        wishes = application.preferences.select_related("facility__place")
        places = (
            [offered.facility.place.name]
            if offered and row.state == ConsultationState.AGREED
            else [one.facility.place.name for one in wishes]
        )
    found = [
        ("子どもの名前", application.child.name),
        ("生まれた日", in_words(application.child.birth_date)),
        ("保護者", guardian),
        ("住所", household.address or ""),
        (_NURSERY[Exchange(row.direction)], "、".join(places)),
        ("利用を始める日", in_words(application.round.starts_on)),
        ("受付番号", application.receipt_number or ""),
    ]
    return [(term, text) for term, text in found if text]
