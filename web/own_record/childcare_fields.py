"""What childcare's part of the record is called: families, applications, visits."""

from collections.abc import Mapping
from typing import Final

from childcare.models import (
    CareAmount,
    CertificationChange,
    CertificationClass,
    Channel,
    ConsultationState,
    DocumentState,
    EndReason,
    Exchange,
    ParentAnswer,
    SiblingBox,
    StateOfApplication,
    WhyAVersion,
)
from core.refusals import gettext_noop as _
from web.own_record import sayings as say
from web.own_record.common_fields import ADDRESS, BIRTH, KANA, NAME, STATE
from web.own_record.parts import Node, Part, Row, Table
from web.own_record.reader import Reader

_CONTENT: Final[Mapping[str, Node]] = {
    "facts": Table(label=_("書いてあること"), pairs=say.facts),
    "preferences": Row(label=_("希望する園"), said=say.nurseries),
    "siblings": Part(
        label=_("きょうだい"),
        fields={
            "box": Row(label=_("いっしょに入りたいか"), said=say.label_of(SiblingBox)),
            "same_first": Row(label=_("同じ園を先にえらぶ"), said=say.yes_or_no),
            "one_alone": Row(label=_("ひとりだけ入るとき"), said=say.alone),
        },
    ),
    "held_facility": Row(label=_("いま通っている園"), said=say.nursery),
}
_APPLICATION: Final = Part(
    label=_("申しこみ"),
    reader=Reader.for_application,
    fields={
        "receipt_number": Row(label=_("受付番号")),
        "starts_on": Row(label=_("入園の日"), said=say.day),
        "state": Row(label=STATE, said=say.label_of(StateOfApplication)),
        "draft": Part(
            label=_("下書き"),
            fields={
                **_CONTENT,
                "step": Row(label=_("最後に書いた所"), said=say.step),
                "answers": Table(label=_("質問の答え"), pairs=say.answers),
            },
        ),
        "versions": Part(
            label=_("出した内容"),
            fields={
                "number": Row(label=_("何回目の内容か")),
                "at": Row(label=_("いつ"), said=say.moment),
                "why": Row(label=_("わけ"), said=say.label_of(WhyAVersion)),
                "channel": Row(label=_("出した方法"), said=say.label_of(Channel)),
                **_CONTENT,
            },
        ),
        "papers": Part(
            label=_("書類"),
            fields={
                "kind": Row(label=_("書類の種類"), said=say.paper_kind),
                "subject": Row(label=_("だれの書類か"), said=say.subject),
                "state": Row(label=STATE, said=say.label_of(DocumentState)),
                "name": Row(label=_("ファイルの名前")),
            },
        ),
        "consultations": Part(
            label=_("ほかの市町村との話し合い"),
            fields={
                "with": Row(label=_("相手の市町村")),
                "direction": Row(label=_("どこの園か"), said=say.label_of(Exchange)),
                "facility": Row(label=_("園の名前")),
                "state": Row(label=STATE, said=say.label_of(ConsultationState)),
                "reason": Row(label=_("わけ")),
            },
        ),
        "offers": Part(
            label=_("内定"),
            fields={
                "answer": Row(label=_("家族の返事"), said=say.label_of(ParentAnswer)),
                "answer_by": Row(label=_("返事の期限"), said=say.moment),
            },
        ),
    },
)
FAMILIES: Final[Mapping[str, Node]] = {
    "address": ADDRESS,
    "guardians": Part(label=_("保護者"), fields={"number": Row(label=_("何人目か")), "name": NAME}),
    "children": Part(
        label=_("子ども"),
        fields={
            "name": NAME,
            "name_kana": KANA,
            "birth_date": BIRTH,
            "certifications": Part(
                label=_("認定"),
                fields={
                    "number": Row(label=_("認定の番号")),
                    "class": Row(label=_("認定の区分"), said=say.label_of(CertificationClass)),
                    "amount": Row(label=_("保育の時間"), said=say.label_of(CareAmount)),
                    "from": Row(label=_("はじめの日"), said=say.day),
                    "to": Row(label=_("終わりの日"), said=say.day),
                    "change": Row(label=STATE, said=say.label_of(CertificationChange)),
                    "end_reason": Row(label=_("終わるわけ"), said=say.label_of(EndReason)),
                    "end_words": Row(label=_("市からの説明")),
                },
            ),
            "applications": _APPLICATION,
        },
    ),
}
VISITS: Final[Mapping[str, Node]] = {
    "facility": Row(label=_("園の名前")),
    "starts_at": Row(label=_("見学の日時"), said=say.moment),
    "name": NAME,
    "contact": Row(label=_("連絡先")),
    "children": Row(label=_("いっしょに来る子どもの数")),
    "cancelled": Row(label=_("取り消した"), said=say.yes_or_no),
}
