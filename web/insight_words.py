"""Say the four answers of insight: one sentence, one table, one picture each."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import get_language, gettext as _

from core.refusals import gettext_noop
from tourism.insight.answers import AddedSpending, Told, WhatNext, WhoCame, WhomToInvite
from tourism.insight.asking import Answer, Question
from tourism.insight.cubes import NOTHING_MORE
from tourism.insight.disclosure import OTHERS
from tourism.insight.effects import Difference
from tourism.models import ShopKind
from tourism.models.visitors import AgeBand, Origin, Party
from web.dates import yen_in_words

TITLES: Final = {
    Question.WHO_CAME: gettext_noop("だれが来たか"),
    Question.WHAT_NEXT: gettext_noop("そのあと、どこへ行ったか"),
    Question.ADDED_SPENDING: gettext_noop("クーポンで、使うお金は増えたか"),
    Question.WHOM_TO_INVITE: gettext_noop("来年、だれをよぶか"),
}
_ROWS_SHOWN: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One answer in words. Rows are a label and then numbers or words, in the order of heads."""

    question: Question
    title: str
    sentence: str
    why: str = ""
    heads: Sequence[str] = ()
    rows: Sequence[Sequence[str | int]] = ()
    bars: Sequence[dict[str, Any]] = field(default_factory=tuple)
    interval: Difference | None = None


def question_of(answer: Answer) -> Question:
    """Return the question that ``answer`` answers."""
    if isinstance(answer, WhoCame):
        return Question.WHO_CAME
    if isinstance(answer, WhatNext):
        return Question.WHAT_NEXT
    if isinstance(answer, AddedSpending):
        return Question.ADDED_SPENDING
    return Question.WHOM_TO_INVITE


def box_of(answer: Answer) -> Box:
    """Return ``answer`` as a page shows it."""
    match answer.told:
        case Told.TOO_FEW:
            return _silent(
                answer,
                _("人数が足りません。"),
                _("10人より少ない人のことや、1つの店のことがわかってしまう数は、出しません。"),
            )
        case Told.NOT_ANSWERABLE:
            return _silent(
                answer,
                _("この事業では答えられません。"),
                _(
                    "クーポンのある人とない人の両方が、同じやり方でレシートを残したときだけ、"
                    "くらべられます。"
                ),
            )
        case Told.ANSWERED:
            return _told(answer)


def _silent(answer: Answer, sentence: str, why: str) -> Box:
    question = question_of(answer)
    return Box(question=question, title=_(TITLES[question]), sentence=sentence, why=why)


def _told(answer: Answer) -> Box:
    if isinstance(answer, WhoCame):
        return _who_came(answer)
    if isinstance(answer, WhatNext):
        return _what_next(answer)
    if isinstance(answer, WhomToInvite):
        return _whom(answer)
    if answer.difference is None:
        raise ValueError("a told answer has its numbers")
    return _added(answer.difference)


def _label(value: str) -> str:
    """Return the word for one value of a dimension."""
    if value == OTHERS:
        return _("ほかの人とまとめた分")
    if value == NOTHING_MORE:
        return _("2つめの店はなし")
    for choices in (Origin, AgeBand, Party, ShopKind):
        if value in choices:
            return str(choices(value).label)
    return value


def _yen(amount: int) -> str:
    return yen_in_words(amount, get_language() or "ja")


def _people(number: int) -> str:
    return _("約 %(number)s人") % {"number": f"{number:,}"}


def _bar(label: str, number: int, text: str, *, is_rest: bool = False) -> dict[str, Any]:
    return {"label": label, "number": number, "text": text, "is_rest": is_rest}


def _who_came(answer: WhoCame) -> Box:
    named = sorted(answer.origins, key=lambda one: (-one[1], one[0]))
    values = {"all": f"{answer.people:,}"}
    if named:
        values |= {"origin": _label(named[0][0]), "people": f"{named[0][1]:,}"}
        sentence = _("約 %(all)s人のうち、いちばん多いのは %(origin)s の 約 %(people)s人です。")
    else:
        sentence = _("約 %(all)s人が来ました。住んでいるところは、まとめてあります。")
    bars = [_bar(_label(one), number, _people(number)) for one, number in named]
    if answer.others:
        bars.append(_bar(_label(OTHERS), answer.others, _people(answer.others), is_rest=True))
    rows: list[list[str | int]] = [
        [_label(part.key[0]), _label(part.key[1]), _label(part.key[2]), part.people]
        for part in answer.parts
    ]
    return Box(
        question=Question.WHO_CAME,
        title=_(TITLES[Question.WHO_CAME]),
        sentence=sentence % values,
        heads=(_("住んでいるところ"), _("年齢"), _("だれと来たか"), _("人数")),
        rows=rows,
        bars=bars,
    )


def _what_next(answer: WhatNext) -> Box:
    rows: list[list[str | int]] = [
        [_label(one.first), _label(one.following), one.people] for one in answer.steps
    ]
    return Box(
        question=Question.WHAT_NEXT,
        title=_(TITLES[Question.WHAT_NEXT]),
        sentence=_("約 %(all)s人のうち 約 %(people)s人が、2つめの店でもクーポンを使いました。")
        % {"all": f"{answer.people:,}", "people": f"{answer.went_on:,}"},
        heads=(_("はじめの店"), _("つぎの店"), _("人数")),
        rows=rows,
        bars=[
            _bar(
                f"{_label(one.first)} → {_label(one.following)}",
                one.people,
                _people(one.people),
                is_rest=one.following in {NOTHING_MORE, OTHERS},
            )
            for one in answer.steps[:_ROWS_SHOWN]
        ],
    )


def _added(found: Difference) -> Box:
    values = {"yen": _yen(abs(found.yen)), "low": _yen(found.low_yen), "high": _yen(found.high_yen)}
    if found.low_yen > 0:
        sentence = _("クーポンで、1人が使うお金は 約 %(yen)s 増えました。")
    elif found.high_yen < 0:
        sentence = _("クーポンで、1人が使うお金は 約 %(yen)s 減りました。")
    else:
        sentence = _("クーポンで使うお金が増えたかどうかは、まだわかりません。")
    return Box(
        question=Question.ADDED_SPENDING,
        title=_(TITLES[Question.ADDED_SPENDING]),
        sentence=sentence % values,
        why=_("ほんとうの差は、95％の確かさで %(low)s から %(high)s のあいだです。") % values,
        heads=(_("だれ"), _("1人が使ったお金（円）")),
        rows=[
            [_("クーポンのある人"), found.with_yen],
            [_("クーポンのない人"), found.without_yen],
            [_("差"), found.yen],
            [_("差の下の端"), found.low_yen],
            [_("差の上の端"), found.high_yen],
        ],
        interval=found,
    )


def _whom(answer: WhomToInvite) -> Box:
    best = answer.invitees[0]
    rows: list[list[str | int]] = [
        [
            *(_label(value) for value in one.key),
            one.people,
            one.own_yen_each,
            one.own_percent_of_coupon,
        ]
        for one in answer.invitees
    ]
    return Box(
        question=Question.WHOM_TO_INVITE,
        title=_(TITLES[Question.WHOM_TO_INVITE]),
        sentence=_("クーポン100円につき、%(who)s が いちばん多く、%(yen)s を自分で払いました。")
        % {"who": _kind(best.key), "yen": _yen(best.own_percent_of_coupon)},
        why=_("これは見えた差です。よべば同じように使う、という約束ではありません。"),
        heads=(
            _("住んでいるところ"),
            _("年齢"),
            _("だれと来たか"),
            _("人数"),
            _("1人が自分で払ったお金（円）"),
            _("クーポン100円につき（円）"),
        ),
        rows=rows,
        bars=[
            _bar(_kind(one.key), one.own_percent_of_coupon, _yen(one.own_percent_of_coupon))
            for one in answer.invitees[:_ROWS_SHOWN]
        ],
    )


def _kind(key: Sequence[str]) -> str:
    return "・".join(_label(value) for value in key if value != OTHERS)
