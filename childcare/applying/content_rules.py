"""What must be true of a content before it is submitted, each with a sentence that says the mend.

Plain Python. An *error* stops the submission; a *remark* is shown and does not: a fact whose
period does not hold the day that counts is not wrong, it only will not be scored.
"""

from collections.abc import Mapping, Sequence, Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from typing import Final

from childcare.applying.content import Content
from core.refusals import gettext_noop as _
from jp.ages import class_age

WISHES_MAX: Final = 6  # where the rule set of the city does not say another number
CLASS_AGE_MAX: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing to mend or to know. ``pointer`` is the place (RFC 6901), ``text`` a message id."""

    pointer: str
    code: str
    text: str
    stops: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What the rules need to know beside the content itself."""

    birth_date: date
    today: date
    school_year: int
    reference_on: date
    wishes_max: int = WISHES_MAX
    facilities: AbstractSet[str]  # with seats for this class in this round
    siblings_apply: bool  # somebody else of the family applies in the round


TEXTS: Final[Mapping[str, str]] = {
    "birth-in-future": _(
        "生まれた日が、きょうより後です。生まれてから申しこむか、窓口に相談してください。"
    ),
    "too-old": _("この年度には小学校に入る年齢です。生まれた日をたしかめてください。"),
    "no-wish": _("希望する園を1つ以上えらんでください。"),
    "too-many-wishes": _("希望する園が多すぎます。数をへらしてください。"),
    "no-such-class": _(
        "この園には、お子さんの年齢のクラスがありません。ほかの園をえらんでください。"
    ),
    "held-is-a-wish": _("いま通っている園が希望に入っています。希望から消してください。"),
    "box-missing": _("きょうだいも申しこんでいます。いっしょに入るかどうかをえらんでください。"),
    "out-of-period": _(
        "この内容は、基準日に期間が当たらないので、点数に入りません。期間をたしかめてください。"
    ),
}


def class_age_in(birth_date: date, *, school_year: int) -> int:
    """Return the class of a child: born after 1 April of the year, the youngest class."""
    return max(0, class_age(birth_date, school_year=school_year))


def findings(content: Content, around: Circumstances) -> list[Finding]:
    """Return everything to mend or to know, in the order of the form."""
    return [
        *_of_the_child(around),
        *_of_the_wishes(content, around),
        *_of_the_facts(content, around),
    ]


def errors(content: Content, around: Circumstances) -> Sequence[Finding]:
    """Return what stops the submission."""
    return [one for one in findings(content, around) if one.stops]


def _of_the_child(around: Circumstances) -> list[Finding]:
    if around.birth_date > around.today:
        return [_finding("/child/birth_date", "birth-in-future")]
    if class_age_in(around.birth_date, school_year=around.school_year) > CLASS_AGE_MAX:
        return [_finding("/child/birth_date", "too-old")]
    return []


def _of_the_wishes(content: Content, around: Circumstances) -> list[Finding]:
    found = []
    if not content.preferences:
        found.append(_finding("/preferences", "no-wish"))
    if len(content.preferences) > around.wishes_max:
        found.append(_finding("/preferences", "too-many-wishes"))
    for place, facility in enumerate(content.preferences):
        if facility == content.held_facility:
            found.append(_finding(f"/preferences/{place}", "held-is-a-wish"))
        elif facility not in around.facilities:
            found.append(_finding(f"/preferences/{place}", "no-such-class"))
    if around.siblings_apply and not content.siblings.box:
        found.append(_finding("/siblings/box", "box-missing"))
    return found


def _of_the_facts(content: Content, around: Circumstances) -> list[Finding]:
    """Name the facts of which no period holds the day that counts."""
    holds: dict[tuple[str, str], bool] = {}
    places: dict[tuple[str, str], int] = {}
    for place, fact in enumerate(content.facts):
        key = (fact.subject, fact.name)
        places.setdefault(key, place)
        holds[key] = holds.get(key, False) or fact.holds_on(around.reference_on)
    return [
        _finding(f"/facts/{places[key]}", "out-of-period", stops=False)
        for key, is_held in holds.items()
        if not is_held
    ]


def _finding(pointer: str, code: str, *, stops: bool = True) -> Finding:
    return Finding(pointer=pointer, code=code, text=TEXTS[code], stops=stops)
