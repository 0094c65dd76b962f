"""Letters after a result (PDF/UA): the result itself, a seat that came free, the admission.

A family may need an older letter when a newer one is there: the 保留通知書 of April is asked for
when the leave is extended, though a seat was found in May. So each stays to be had. Letters are in
Japanese, as the city's seal stands for them; the page says the same in three languages.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from django.conf import settings
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext

from childcare.models import Application, Decision, FacilityAnswer, Offer, Outcome, ParentAnswer
from childcare.placing.offers import last_day_to_answer
from core.municipality import municipality
from core.pdf import pdf_ua
from core.print_fonts import print_font
from core.refusals import gettext_noop as _
from jp.clock import civil_date
from jp.eras import in_words
from web.childcare_results import appeal_lines, reason_lines
from web.childcare_words import facility_names

_JAPANESE: Final = "ja"


class LetterKind(StrEnum):
    """What a letter is about; the word stands in its address."""

    ADMISSION = "admission"  # 承諾: the child is admitted
    SEAT = "seat"  # 内定 of a seat that came free after the round
    RESULT = "result"  # 内定, 保留 or 転園保留, by the round's decision


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One letter as its template reads it."""

    title: str
    says: str
    dated: str
    address: str
    reader: str
    child: str
    rows: Sequence[tuple[str, str]]
    facility: str
    paragraphs: Sequence[str]
    reasons: Sequence[str] = field(default_factory=list)
    is_demo: bool


LINKS: Final = {
    LetterKind.ADMISSION: _("承諾通知書（PDF）を開く"),
    LetterKind.SEAT: _("空いた席の内定通知書（PDF）を開く"),
    LetterKind.RESULT: _("結果の通知書（PDF）を開く"),
}
_TITLES: Final = {
    Outcome.OFFERED: ("利用調整結果（内定）通知書", "入園が内定しました"),
    Outcome.HELD: (
        "利用調整結果（転園保留）通知書",
        "転園はできませんでした。いまの園に通えます",
    ),
    Outcome.NOT_PLACED: (
        "利用調整結果（保留）通知書",
        "今回は入園できませんでした（保留）",
    ),
}
_ADMITTED: Final = ("保育所等利用承諾通知書", "入園を承諾します")
_AFTER_OFFER: Final = (
    "園が受け入れを確認すると、お知らせが届きます。そのあと、返事の期限までに、"
    "承諾するか辞退するかを、アプリ、電話、窓口のどれかで伝えてください。"
)
_FREE_SEAT: Final = "利用調整のあとに席が空いたので、待っている子どもの順番により内定しました。"
_NO_ANSWER_NEEDED: Final = "いまの園の席は、そのまま使えます。返事はいりません。"
_KEEP: Final = (
    "この通知書は、育児休業の延長の手続きで求められることがあります。なくさないでください。"
)


def letters_of(row: Application) -> list[LetterKind]:
    """Return the letters that there are for ``row``, the newest first."""
    there = {
        LetterKind.ADMISSION: row.state == "admitted" and _accepted(row) is not None,
        LetterKind.SEAT: _free_seat(row) is not None,
        LetterKind.RESULT: row.decisions.exists(),
    }
    return [kind for kind, is_there in there.items() if is_there]


def letter_links(row: Application) -> list[dict[str, str]]:
    """Return the letters that there are, each with the words of its link."""
    return [{"kind": kind, "label": gettext(LINKS[kind])} for kind in letters_of(row)]


def result_pdf(row: Application, kind: LetterKind) -> bytes:
    """Return one letter of ``row``; ``LookupError`` if there is none of the kind."""
    return letters_pdf([(row, kind)])


def letters_pdf(wanted: Iterable[tuple[Application, LetterKind]]) -> bytes:
    """Return the letters in one file, each on a page of its own."""
    city = municipality(settings.DEFAULT_MUNICIPALITY).name[_JAPANESE]
    with translation.override(_JAPANESE):
        page = render_to_string(
            "web/print/childcare_letters.html",
            {
                "font": print_font().family,
                "mayor": f"{city}長",
                "appeal": appeal_lines(_JAPANESE),
                "letters": [_WRITE[kind](row) for row, kind in wanted],
            },
        )
    return pdf_ua(page)


def to_print(rows: QuerySet[Application]) -> QuerySet[Application]:
    """Return ``rows`` with all that a letter reads, in the order of their numbers."""
    return rows.select_related("round", "child__household").prefetch_related(
        "child__household__guardians", "preferences__facility__place"
    ).order_by("receipt_number", "pk")  # fmt: skip


def _free_seat(row: Application) -> Offer | None:
    seats = Offer.objects.filter(application=row, decision=None)
    return seats.exclude(facility_answer=FacilityAnswer.REFUSED).order_by("-offered_at").first()


def _accepted(row: Application) -> Offer | None:
    return Offer.objects.filter(application=row, answer=ParentAnswer.ACCEPTED).first()


def _result(row: Application) -> Letter:
    decision = Decision.objects.filter(application=row).order_by("-sent_at").first()
    if decision is None:
        raise LookupError("there is no result yet")
    title, says = _TITLES[Outcome(decision.outcome)]
    paragraphs = {
        Outcome.OFFERED: [_AFTER_OFFER],
        Outcome.HELD: [_NO_ANSWER_NEEDED],
        Outcome.NOT_PLACED: [
            f"{in_words(row.round.starts_on)}からの保育の利用を申しこみましたが、"
            "利用調整の結果、入園できる園がありませんでした。",
            _KEEP,
        ],
    }[Outcome(decision.outcome)]
    return _letter(
        row,
        title=title,
        says=says,
        on=civil_date(decision.sent_at),
        facility=_name_of(decision.facility_id),
        answer_by=decision.answer_by,
        paragraphs=paragraphs,
        reasons=reason_lines(decision),
    )


def _seat(row: Application) -> Letter:
    offer = _free_seat(row)
    if offer is None:
        raise LookupError("no seat came free for this child")
    title, says = _TITLES[Outcome.OFFERED]
    return _letter(
        row,
        title=title,
        says=says,
        on=civil_date(offer.offered_at),
        facility=_name_of(offer.facility_id),
        answer_by=offer.answer_by,
        paragraphs=[_FREE_SEAT, _AFTER_OFFER],
    )


def _admission(row: Application) -> Letter:
    offer = _accepted(row)
    if offer is None or row.state != "admitted":
        raise LookupError("the child is not admitted")
    title, says = _ADMITTED
    return _letter(
        row,
        title=title,
        says=says,
        on=civil_date(offer.admitted_at or offer.offered_at),
        facility=_name_of(offer.facility_id),
        paragraphs=["入園の準備は、園から連絡があります。"],
    )


_WRITE: Final = {
    LetterKind.RESULT: _result,
    LetterKind.SEAT: _seat,
    LetterKind.ADMISSION: _admission,
}


def _name_of(facility_id: object) -> str:
    return "" if facility_id is None else facility_names([facility_id])[str(facility_id)]  # type: ignore[list-item]


def _letter(
    row: Application,
    *,
    title: str,
    says: str,
    on: date,
    facility: str,
    paragraphs: Sequence[str],
    answer_by: datetime | None = None,
    reasons: Sequence[str] = (),
) -> Letter:
    household = row.child.household
    guardian = next((one.name for one in household.guardians.all() if one.name), "")
    wishes = [
        (f"第{one.rank}希望", one.facility.place.name)
        for one in sorted(row.preferences.all(), key=lambda one: one.rank)
    ]
    return Letter(
        title=title,
        says=says,
        dated=in_words(on),
        address=household.address or "",
        reader=f"{guardian} 様" if guardian else f"{row.child.name} さんの保護者 様",
        child=row.child.name,
        rows=[
            ("受付番号", row.receipt_number or ""),
            ("子どもの名前", row.child.name),
            ("生まれた日", in_words(row.child.birth_date)),
            ("申しこんだ日", in_words(civil_date(row.submitted_at or row.created_at))),
            ("入園したい日", in_words(row.round.starts_on)),
            *wishes,
            *([("返事の期限", f"{in_words(last_day_to_answer(answer_by))}まで")]
              if answer_by else []),
        ],
        facility=facility,
        paragraphs=paragraphs,
        reasons=reasons,
        is_demo=row.round.is_demo,
    )  # fmt: skip
