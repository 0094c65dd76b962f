"""What the card's part of the record is called: the card, and the handbook behind it."""

from collections.abc import Mapping
from typing import Final

from core.refusals import gettext_noop as _
from disability_card.models import CardState
from web.ledger_words import (
    CHANGE_KINDS,
    FARE_CLASSES,
    HANDBOOK_TYPES,
    RETURN_REASONS_IN_PLAIN_WORDS,
)
from web.own_record import sayings as say
from web.own_record.common_fields import ADDRESS, BIRTH, GENDERS, KANA, NAME, STATE
from web.own_record.parts import Node, Part, Row, Table

HANDBOOK: Final[Mapping[str, Node]] = {
    "resident_ref": Row(label=_("宛名番号")),
    "handbook_type": Row(label=_("手帳の種類"), said=say.one_of(HANDBOOK_TYPES)),
    "handbook_number": Row(label=_("手帳の番号")),
    "issuer_code": Row(label=_("手帳を出した所の番号")),
    "issuer_name": Row(label=_("手帳を出した所")),
    "name": NAME,
    "name_kana": KANA,
    "alias": Row(label=_("旧氏・通称")),
    "birth_date": BIRTH,
    "sex": Row(label=_("性別"), said=say.one_of(GENDERS)),
    "addr_lgcode": Row(label=_("住んでいる市町村の番号")),
    "addr_machiaza": Row(label=_("町や字の番号")),
    "addr_text": ADDRESS,
    "postal_code": Row(label=_("郵便番号")),
    "first_issued_on": Row(label=_("はじめて手帳が出た日"), said=say.day),
    "issued_on": Row(label=_("手帳が出た日"), said=say.day),
    "valid_until": Row(label=_("手帳を使える最後の日"), said=say.day),
    "recert_month": Row(label=_("もう一度認定を受ける月"), said=say.month),
    "next_assessment_month": Row(label=_("次の判定の月"), said=say.month),
    "overall_grade": Row(label=_("総合等級")),
    "assessment": Row(label=_("判定")),
    "fare_class": Row(label=_("運賃の割引の種別"), said=say.one_of(FARE_CLASSES)),
    "part_codes": Row(label=_("障害の部位"), said=say.listed),
    "part_grades": Row(label=_("部位ごとの等級"), said=say.listed),
    "disability_name": Row(label=_("障害の名前")),
    "guardian_name": Row(label=_("保護者の名前")),
    "guardian_relation": Row(label=_("保護者の続柄")),
    "attendant_needed": Row(label=_("介護者が必要"), said=say.yes_or_no),
    "has_photo": Row(label=_("写真がある"), said=say.yes_or_no),
    "returned_on": Row(label=_("手帳を返した日"), said=say.day),
    "return_reason": Row(
        label=_("手帳を返した理由"), said=say.one_of(RETURN_REASONS_IN_PLAIN_WORDS)
    ),
    "changed_on": Row(label=_("台帳が変わった日"), said=say.day),
    "change_kind": Row(label=_("台帳が変わった理由"), said=say.one_of(CHANGE_KINDS)),
    "as_of": Row(label=_("台帳のデータの日時"), said=say.moment),
}

CARDS: Final[Mapping[str, Node]] = {
    "state": Row(label=STATE, said=say.label_of(CardState)),
    "since": Row(label=_("カードができた日時"), said=say.moment),
    "linked_by": Row(
        label=_("手帳を登録した方法"),
        said=say.one_of({"identity": _("本人確認"), "letter": _("手紙"), "counter": _("窓口")}),
    ),
    "handbook": Part(label=_("手帳台帳に書いてあること"), fields=HANDBOOK),
    "phones": Table(label=_("カードを入れた電話"), pairs=say.phones),
    "papers": Row(label=_("紙のカードの番号"), said=say.listed),
    "credentials": Row(label=_("電話に出したカードの数")),
}
