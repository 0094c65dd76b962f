"""Values of the handbook ledger as its two officers read them."""

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
_NONE: Final = "-"
_CODES: Final[Mapping[str, Mapping[str, str]]] = {
    "return_reason": {
        ReturnReason.DEATH: _("死亡"),
        ReturnReason.MOVED_OUT: _("転出"),
        ReturnReason.NO_LONGER_ELIGIBLE: _("非該当"),
        ReturnReason.DECLINED: _("辞退"),
        ReturnReason.LOST_AND_REISSUED: _("なくして作り直した"),
    },
    "change_kind": {
        ChangeKind.NEW: _("新しく出した"),
        ChangeKind.RENEWED: _("更新"),
        ChangeKind.GRADE_CHANGED: _("等級が変わった"),
        ChangeKind.DETAILS_CHANGED: _("書いてあることが変わった"),
        ChangeKind.REISSUED: _("作り直した"),
        ChangeKind.RETURNED: _("返した"),
    },
    "fare_class": {"1": _("第1種"), "2": _("第2種"), "0": _("種別なし")},
}
_YES_OR_NO: Final = {"True": _("はい"), "False": _("いいえ")}
_CIVIL_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")


def value_in_words(column: str, text: str) -> str:
    """Return a ledger value as a page says it: dates in full, codes with their meaning."""
    if _CIVIL_DATE.fullmatch(text):
        return date_in_words(date.fromisoformat(text), get_language() or "ja")
    meaning = _CODES.get(column, _YES_OR_NO).get(text)
    return gettext(meaning) if meaning else text or _NONE
