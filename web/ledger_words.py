"""Codes of the handbook ledger in words, for its two officers and for the person alike.

One table a code. Where the two must read different words, both tables stand side by side.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Final

from django.utils.translation import get_language, gettext

from core.refusals import gettext_noop as _
from disability_card.ledger_row import ChangeKind, HandbookType, ReturnReason
from web.dates import date_in_words

HANDBOOK_TYPES: Final[Mapping[str, str]] = {
    HandbookType.PHYSICAL: _("身体障害者手帳"),
    HandbookType.INTELLECTUAL: _("療育手帳"),
    HandbookType.MENTAL: _("精神障害者保健福祉手帳"),
}
FARE_CLASSES: Final[Mapping[str, str]] = {"1": _("第1種"), "2": _("第2種"), "0": _("種別なし")}
CHANGE_KINDS: Final[Mapping[str, str]] = {
    ChangeKind.NEW: _("新しい手帳"),
    ChangeKind.RENEWED: _("更新"),
    ChangeKind.GRADE_CHANGED: _("等級が変わった"),
    ChangeKind.DETAILS_CHANGED: _("書いてあることが変わった"),
    ChangeKind.REISSUED: _("もう一度出した"),
    ChangeKind.RETURNED: _("手帳を返した"),
}
# Officers compare the file with what they typed elsewhere, so theirs are the ledger's own terms.
# A person, or a family, reads of a death and of a handbook that ended: the same, in plain words.
RETURN_REASONS_OF_THE_LEDGER: Final[Mapping[str, str]] = {
    ReturnReason.DEATH: _("死亡"),
    ReturnReason.MOVED_OUT: _("転出"),
    ReturnReason.NO_LONGER_ELIGIBLE: _("非該当"),
    ReturnReason.DECLINED: _("辞退"),
    ReturnReason.LOST_AND_REISSUED: _("なくして、もう一度出した"),
}
RETURN_REASONS_IN_PLAIN_WORDS: Final[Mapping[str, str]] = {
    ReturnReason.DEATH: _("亡くなった"),
    ReturnReason.MOVED_OUT: _("市の外へ引っこした"),
    ReturnReason.NO_LONGER_ELIGIBLE: _("障害の程度に当てはまらなくなった"),
    ReturnReason.DECLINED: _("自分からことわった"),
    ReturnReason.LOST_AND_REISSUED: _("なくして、もう一度出した"),
}
_CODES: Final[Mapping[str, Mapping[str, str]]] = {
    "handbook_type": HANDBOOK_TYPES,
    "fare_class": FARE_CLASSES,
    "change_kind": CHANGE_KINDS,
    "return_reason": RETURN_REASONS_OF_THE_LEDGER,
}
_NONE: Final = "-"
_YES_OR_NO: Final = {"True": _("はい"), "False": _("いいえ")}
_CIVIL_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")


def value_in_words(column: str, text: str) -> str:
    """Return a ledger value as a page says it: dates in full, codes with their meaning."""
    if _CIVIL_DATE.fullmatch(text):
        return date_in_words(date.fromisoformat(text), get_language() or "ja")
    meaning = _CODES.get(column, _YES_OR_NO).get(text)
    return gettext(meaning) if meaning else text or _NONE
