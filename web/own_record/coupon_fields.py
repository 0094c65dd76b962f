"""What the coupons' part of the record is called: wallets, paper, refunds, shops, answers."""

from collections.abc import Mapping
from typing import Final

from core.refusals import gettext_noop as _
from tourism.models import ApplicationState, PaperState, RefundWay, SheetState, WalletState
from tourism.models.visitors import AgeBand, Origin, Party
from web.own_record import sayings as say
from web.own_record.common_fields import ADDRESS, MAIL, STATE
from web.own_record.parts import Node, Part, Row

_BANK: Final[Mapping[str, Node]] = {
    "bank_code": Row(label=_("銀行の番号")),
    "bank_kana": Row(label=_("銀行の名前")),
    "branch_code": Row(label=_("支店の番号")),
    "branch_kana": Row(label=_("支店の名前")),
    "kind": Row(
        label=_("口座の種類"),
        said=say.one_of({"1": _("普通"), "2": _("当座"), "4": _("貯蓄"), "9": _("そのほか")}),
    ),
    "number": Row(label=_("口座番号")),
    "holder_kana": Row(label=_("口座の名義")),
}
_CAMPAIGN: Final = Row(label=_("クーポンの事業"))
_NUMBER: Final = Row(label=_("番号"))
WALLETS: Final[Mapping[str, Node]] = {
    "campaign": _CAMPAIGN,
    "number": _NUMBER,
    "state": Row(label=STATE, said=say.label_of(WalletState)),
    "granted_yen": Row(label=_("もらった金額"), said=say.yen),
    "remaining_yen": Row(label=_("のこり"), said=say.yen),
    "spent": Part(
        label=_("使った記録"),
        fields={
            "at": Row(label=_("いつ"), said=say.moment),
            "shop": Row(label=_("お店")),
            "bill_yen": Row(label=_("お店での代金"), said=say.yen),
            "coupon_yen": Row(label=_("クーポンで払った金額"), said=say.yen),
        },
    ),
}
REFUNDS: Final[Mapping[str, Node]] = {
    "campaign": _CAMPAIGN,
    "number": _NUMBER,
    "unused_yen": Row(label=_("使わなかった金額"), said=say.yen),
    "refund_yen": Row(label=_("もどる金額"), said=say.yen),
    "way": Row(label=_("受け取り方"), said=say.label_of(RefundWay)),
    "account": Part(label=_("振りこみ先"), fields=_BANK),
    "claimed_at": Row(label=_("頼んだ日時"), said=say.moment),
}
SHEETS: Final[Mapping[str, Node]] = {
    "campaign": _CAMPAIGN,
    "serial": _NUMBER,
    "state": Row(label=STATE, said=say.label_of(SheetState)),
    "value_yen": Row(label=_("クーポンの金額"), said=say.yen),
    "price_yen": Row(label=_("払った金額"), said=say.yen),
    "handed_at": Row(label=_("わたされた日時"), said=say.moment),
    "coupons": Part(
        label=_("紙のクーポン"),
        fields={
            "number": Row(label=_("何枚目か")),
            "face_yen": Row(label=_("金額"), said=say.yen),
            "state": Row(label=STATE, said=say.label_of(PaperState)),
        },
    ),
}
SHOP_APPLICATIONS: Final[Mapping[str, Node]] = {
    "reference": Row(label=_("受付番号")),
    "shop": Row(label=_("お店の名前")),
    "shop_kana": Row(label=_("お店の名前の読み方")),
    "state": Row(label=STATE, said=say.label_of(ApplicationState)),
    "applied_at": Row(label=_("申しこんだ日時"), said=say.moment),
    "address": ADDRESS,
    "phone": Row(label=_("電話番号")),
    "contact_name": Row(label=_("担当の人")),
    "email": MAIL,
    "corporate_number": Row(label=_("法人番号")),
    "is_local": Row(label=_("市内のお店"), said=say.yes_or_no),
    "open_days": Row(label=_("開いている曜日"), said=say.weekdays),
    "opens": Row(label=_("開く時刻")),
    "closes": Row(label=_("閉まる時刻")),
    "bank": Part(label=_("振りこみ先"), fields=_BANK),
}
ANSWERS: Final[Mapping[str, Node]] = {
    "profiles": Part(
        label=_("自分についての答え"),
        fields={
            "campaign": Row(label=_("クーポンの事業"), said=say.campaign),
            "origin": Row(label=_("住んでいるところ"), said=say.label_of(Origin)),
            "age_band": Row(label=_("年齢"), said=say.label_of(AgeBand)),
            "party": Row(label=_("だれと来たか"), said=say.label_of(Party)),
        },
    ),
    "receipts": Part(
        label=_("書いたレシート"),
        fields={
            "shop": Row(label=_("お店"), said=say.shop),
            "bill_yen": Row(label=_("お店での代金"), said=say.yen),
            "on": Row(label=_("いつ"), said=say.day),
        },
    ),
}
