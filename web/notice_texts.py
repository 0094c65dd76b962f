"""The titles of notices, by their kind. A title says that there is news, never what it is."""

from typing import Final

from core.refusals import gettext_noop as _

NOTICE_TITLES: Final[dict[str, str]] = {
    "counter.start": _("窓口のことで お知らせがあります"),
    "card.suspend": _("手帳のことで お知らせがあります"),
    "card.resume": _("手帳のことで お知らせがあります"),
    "card.revoke": _("手帳のことで お知らせがあります"),
    "card.reissue": _("手帳のことで お知らせがあります"),
    "card.renew-contents": _("手帳のことで お知らせがあります"),
    "coupon-refund": _("クーポンのことで お知らせがあります"),
    "coupon-reversal-declined": _("お店のクーポンのことで お知らせがあります"),
    "shop-account-changed": _("お店の口座のことで お知らせがあります"),
    "nursery-handed-on": _("園の運営者のことで お知らせがあります"),
    "nursery-operator": _("園ではたらく人のことで お知らせがあります"),
    "childcare.submitted": _("保育園の申しこみを受け付けました"),
    "childcare.changed": _("保育園の申しこみの内容が変わりました"),
    "childcare.withdrawn": _("保育園の申しこみを取り下げました"),
    "childcare.papers": _("保育園の申しこみの書類のことで お知らせがあります"),
    "childcare.round-dates": _("保育園の申しこみの日付が変わりました"),
    "childcare.result": _("保育園の申しこみの結果が出ました"),
    "childcare.offer": _("保育園の申しこみのことで お知らせがあります"),
    "childcare.certification": _("子どもの認定が終わることの お知らせがあります"),
    "childcare.consultation": _("保育園の申しこみのことで お知らせがあります"),
    "childcare.admitted": _("保育園の申しこみのことで お知らせがあります"),
}
