"""For whom a benefit is, in sentences: one for each kind of handbook that it names."""

from collections.abc import Collection, Mapping
from typing import Final

from django.utils.translation import get_language, gettext

from core.refusals import gettext_noop as _
from disability_card.benefit_conditions import GRADES

_GRADES_OF: Final = {
    "physical": _("身体障害者手帳 %(grades)s級の人が使えます。"),
    "intellectual": _("療育手帳 %(grades)s の人が使えます。"),
    "mental": _("精神障害者保健福祉手帳 %(grades)s級の人が使えます。"),
}
_EVERY_GRADE: Final = {
    "physical": _("身体障害者手帳の人が使えます。"),
    "intellectual": _("療育手帳の人が使えます。"),
    "mental": _("精神障害者保健福祉手帳の人が使えます。"),
}


def condition_sentences(conditions: Mapping[str, Collection[str]]) -> list[str]:
    """Return what ``conditions`` say in the reader's language; nothing where all may come."""
    between = ", " if get_language() == "en" else "・"
    sentences = []
    for kind, printed in GRADES.items():
        chosen = [grade for grade in printed if grade in conditions.get(kind, ())]
        if len(chosen) == len(printed):
            sentences.append(gettext(_EVERY_GRADE[kind]))
        elif chosen:
            sentences.append(gettext(_GRADES_OF[kind]) % {"grades": between.join(chosen)})
    return sentences
