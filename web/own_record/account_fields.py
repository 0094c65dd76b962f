"""What the account's part of the record is called."""

from collections.abc import Mapping
from typing import Final

from accounts.models import OrganisationRole
from accounts.models.proof import ProofSource
from core.refusals import gettext_noop as _
from web.own_record import sayings as say
from web.own_record.common_fields import ADDRESS, BIRTH, GENDERS, KANA, MAIL, NAME
from web.own_record.parts import Node, Part, Row, Table

_DOCUMENTS: Final = {
    "my-number-card": _("マイナンバーカード"),
    "driving-licence": _("運転免許証"),
    "handbook": _("障害者手帳"),
    "passport": _("パスポート"),
}
ACCOUNT: Final[Mapping[str, Node]] = {
    "person": Part(
        label=_("あなたのこと"),
        fields={
            "name": NAME,
            "name_kana": KANA,
            "birth_date": BIRTH,
            "address": ADDRESS,
            "proof_level": Row(
                label=_("本人確認"),
                said=say.one_of(
                    {
                        "0": _("まだです"),
                        "1": _("手紙の番号で確かめました"),
                        "2": _("窓口か、本人確認のアプリで確かめました"),
                    }
                ),
            ),
        },
    ),
    "email": MAIL,
    "joined": Row(label=_("アカウントを作った日時"), said=say.moment),
    "proofs": Part(
        label=_("本人確認の記録"),
        fields={
            "source": Row(label=_("確かめた所"), said=say.label_of(ProofSource)),
            "at": Row(label=_("いつ"), said=say.moment),
            "claims": Part(
                label=_("確かめたこと"),
                fields={
                    "name": NAME,
                    "birth_date": BIRTH,
                    "address": ADDRESS,
                    "gender": Row(label=_("性別"), said=say.one_of(GENDERS)),
                    "document": Row(label=_("見せたもの"), said=say.one_of(_DOCUMENTS)),
                },
            ),
        },
    ),
    "passkeys": Row(label=_("パスキーの数")),
    "sign_ins": Part(
        label=_("いまログインしている機器"),
        fields={
            "device": Row(label=_("機器"), said=say.device),
            "address": Row(label=_("インターネットの住所（IPアドレス）")),
            "since": Row(label=_("いつから"), said=say.moment),
        },
    ),
    "other_ways_in": Row(label=_("ほかのログインの方法"), said=say.other_ways_in),
    "works_for": Part(
        label=_("はたらいている所"),
        fields={
            "organisation": Row(label=_("名前")),
            "role": Row(label=_("役目"), said=say.label_of(OrganisationRole)),
            "since": Row(label=_("いつから"), said=say.moment),
        },
    ),
    "served_at_the_counter": Part(
        label=_("窓口で、市の職員が操作した記録"),
        fields={
            "at": Row(label=_("いつ"), said=say.moment),
            "document": Row(label=_("見せたもの"), said=say.one_of(_DOCUMENTS)),
        },
    ),
    "acts_for": Row(label=_("あなたがかわりに操作できる人"), said=say.how_many),
    "cared_for_by": Row(label=_("あなたのかわりに操作する人として登録した人"), said=say.how_many),
    "consents": Table(label=_("同意の記録"), pairs=say.consents),
    "notices": Row(label=_("届いたお知らせ"), said=say.notices),
    "notice_browsers": Row(label=_("お知らせを受け取るブラウザ"), said=say.listed),
    "looks": Table(label=_("わたしの記録を見た人"), pairs=say.looks),
}
