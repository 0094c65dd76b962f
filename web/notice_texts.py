"""The titles of notices, by their kind. A title says that there is news, never what it is."""

from typing import Final

from core.refusals import gettext_noop as _

NOTICE_TITLES: Final[dict[str, str]] = {
    "card-ready": _("手帳を電話に入れられます"),
    "card-changed": _("手帳のことで お知らせがあります"),
    "shop-account-changed": _("お店の口座のことで お知らせがあります"),
}
