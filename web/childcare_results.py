"""A result in a family's words: what it is, why, until when to answer, how to appeal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext

from childcare.applying.states import ApplicationState
from childcare.models import (
    Application,
    Decision,
    FacilityAnswer,
    Offer,
    Outcome,
    ParentAnswer,
)
from childcare.placing.appeals import SENTENCES, TERMS, review_until
from childcare.placing.offers import last_day_to_answer
from core.municipality import municipality
from core.refusals import gettext_noop as _
from jp.clock import civil_date
from web.childcare_words import facility_names

TITLES: Final[Mapping[str, str]] = {
    Outcome.OFFERED: _("入園が内定しました"),
    Outcome.HELD: _("転園はできませんでした。いまの園に通えます"),
    Outcome.NOT_PLACED: _("今回は入園できませんでした（保留）"),
}
ADMITTED: Final = _("入園が決まりました")
REFUSED: Final = _("内定した園が、受け入れられなくなりました")
ENDED: Final[Mapping[str, str]] = {
    ParentAnswer.DECLINED: _("入園を辞退しました"),
    ParentAnswer.LAPSED: _("返事の期限が過ぎて、内定が終わりました"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What the page and the letter say of one decision."""

    title: str
    facility: str
    decided_on: date
    reasons: list[str] = field(default_factory=list)
    appeal: list[str] = field(default_factory=list)
    appeal_until: date
    offer: Offer | None
    answer_until: date | None  # the last day that counts
    may_answer: bool
    is_good: bool


def result_of(row: Application, *, language: str, now: datetime) -> Result | None:
    """Return the newest result of an application; ``None`` before there is one."""
    decision = (
        Decision.objects.filter(application=row)
        .select_related("facility__place")
        .order_by("-sent_at")
        .first()
    )
    offer = Offer.objects.filter(application=row).select_related("facility__place").first()
    if decision is None and offer is None:
        return None
    is_free_seat = offer is not None and offer.decision_id is None
    facility = offer.facility if offer else decision.facility if decision else None
    return Result(
        title=gettext(_title(row, decision, offer)),
        facility=facility.place.name if facility else "",
        decided_on=civil_date(decision.sent_at if decision else offer.offered_at),  # type: ignore[union-attr]
        # The reasons are those of the round, in which a seat that came free later was not there.
        reasons=reason_lines(decision) if decision and not is_free_seat else [],
        appeal=appeal_lines(language),
        appeal_until=review_until(civil_date(now)),
        offer=offer,
        answer_until=last_day_to_answer(offer.answer_by) if offer else None,
        may_answer=offer is not None and _is_open(offer, now),
        is_good=offer is not None and _is_good(offer),
    )


def _title(row: Application, decision: Decision | None, offer: Offer | None) -> str:
    if offer is None:
        return TITLES[decision.outcome if decision else Outcome.NOT_PLACED]
    if offer.facility_answer == FacilityAnswer.REFUSED:
        return REFUSED
    if row.state == ApplicationState.ADMITTED:
        return ADMITTED
    return ENDED.get(offer.answer, TITLES[Outcome.OFFERED])


def _is_good(offer: Offer) -> bool:
    return offer.facility_answer != FacilityAnswer.REFUSED and offer.answer not in ENDED


def _is_open(offer: Offer, now: datetime) -> bool:
    return (
        offer.answer == ParentAnswer.WAITING
        and offer.facility_answer == "confirmed"
        and now < offer.answer_by
    )


SHORT: Final = _(
    "第%(rank)s希望 %(facility)s: 入った人のいちばん低い点は %(lowest)s点、"
    "あなたは %(own)s点でした。"
)
VERDICTS: Final[Mapping[str, str]] = {
    "got": _("第%(rank)s希望 %(facility)s: 入れることになりました。"),
    "kept": _("第%(rank)s希望 %(facility)s: いまの席のままです。"),
    "no_seat": _("第%(rank)s希望 %(facility)s: この回では、席の募集がありませんでした。"),
    "rank": _("第%(rank)s希望 %(facility)s: 点数の前にくらべる順番で、ほかの人が先になりました。"),
    "points": _("第%(rank)s希望 %(facility)s: 点数が足りませんでした。"),
    "tie": _("第%(rank)s希望 %(facility)s: 同じ点の人がいて、順番の決まりでほかの人になりました。"),
    "siblings": _(
        "第%(rank)s希望 %(facility)s: 席はありましたが、きょうだいの入り方に合いませんでした。"
    ),
}
NO_WISH: Final = _(
    "この回で席を決められる希望が、ありませんでした。"
    "そのクラスの募集がないか、きょうだいの入り方に合う園がありませんでした。"
)
CHANGES: Final[Mapping[str, str]] = {
    "points": _("%(facility)sは、点数がもっと高ければ結果が変わりました。"),
    "seat": _("%(facility)sは、席があと1つあれば入れました。"),
    "box": _("%(facility)sは、きょうだいの入り方がちがえば入れました。"),
}


def reason_lines(decision: Decision) -> list[str]:
    """Return the reason of a decision as sentences, one a wish, and what would have changed it."""
    stored = decision.reason
    wishes = stored.get("wishes", []) if isinstance(stored, Mapping) else []
    named = {UUID(one["facility"]) for one in wishes}
    if wishes and stored.get("change_at"):
        named.add(UUID(stored["change_at"]))
    names = facility_names(named)
    lines = [_wish_line(one, names) for one in wishes]
    if not wishes and decision.outcome != Outcome.OFFERED:
        lines.append(gettext(NO_WISH))
    change = CHANGES.get(stored.get("change", "")) if wishes else None
    if change is not None and decision.outcome != Outcome.OFFERED:
        facility = names.get(str(stored.get("change_at")), "")
        lines.append(gettext(change) % {"facility": facility})
    return lines


def _wish_line(wish: Mapping[str, Any], names: Mapping[str, str]) -> str:
    facts = {"rank": wish["rank"], "facility": names.get(wish["facility"], "")}
    own, lowest = wish.get("own"), wish.get("lowest")
    if wish["verdict"] == "points" and own and lowest:
        numbers = {"own": points_in_words(own), "lowest": points_in_words(lowest)}
        return gettext(SHORT) % (facts | numbers)
    return gettext(VERDICTS[wish["verdict"]]) % facts


def points_in_words(half_points: Sequence[int]) -> str:
    """Return half points (numerator, denominator) as points: 61, 61.5, or two decimals."""
    points = Fraction(half_points[0], half_points[1]) / 2
    if points.denominator == 1:
        return str(points.numerator)
    return f"{float(points):.2f}".rstrip("0")


def appeal_lines(language: str) -> list[str]:
    """Return how to appeal (教示), in the reader's language."""
    name = municipality(settings.DEFAULT_MUNICIPALITY).name
    city = name.get(language, name["ja"])
    facts = {"city": city, "mayor": gettext(_("%(city)s長")) % {"city": city}}
    numbers = (
        TERMS.review_months,
        TERMS.review_years_at_most,
        TERMS.court_months,
        TERMS.court_months,
        TERMS.court_years_at_most,
        0,
    )
    return [
        gettext(sentence) % (facts | {"months": number, "years": number})
        for sentence, number in zip(SENTENCES, numbers, strict=True)
    ]
