"""Words that several rooms' tables share."""

from typing import Final

from core.refusals import gettext_noop as _
from web.own_record import sayings as say
from web.own_record.parts import Row

NAME: Final = Row(label=_("名前"))
KANA: Final = Row(label=_("名前の読み方"))
BIRTH: Final = Row(label=_("生まれた日"), said=say.day)
ADDRESS: Final = Row(label=_("住所"))
MAIL: Final = Row(label=_("メールアドレス"))
STATE: Final = _("いまの状態")
GENDERS: Final = {
    "1": _("男"), "2": _("女"), "male": _("男"), "female": _("女"), "M": _("男"), "F": _("女"),
}  # fmt: skip
