"""What the audit trail's actions mean, in a resident's words."""

from collections.abc import Mapping
from typing import Final

from core.refusals import gettext_noop as _

ACTORS: Final[Mapping[str, str]] = {
    "self": _("あなた"),
    "staff": _("市の職員"),
    "device": _("お店の端末"),
    "system": _("市のシステム"),
    "other": _("あなたのかわりの人"),
}
_ACTIONS: Final[Mapping[str, str]] = {
    "handbook.read": _("手帳の名前と住所を見ました"),
    "card.read": _("カードの状態を見ました"),
    "card.link": _("手帳を登録しました"),
    "card.suspend": _("カードを止めました"),
    "card.resume": _("カードを再開しました"),
    "card.revoke": _("カードを失効しました"),
    "card.revoke-paper": _("紙のカードを使えなくしました"),
    "card.reissue": _("カードを再発行しました"),
    "card.issued": _("電話にカードを出しました"),
    "card.renew-contents": _("カードの中身を新しくしました"),
    "handbook.search": _("あなたの手帳を台帳でさがしました"),
    "person.read": _("あなたの記録を開きました"),
    "person.proved": _("本人確認をしました"),
    "person.proof-refused": _("ほかの人の本人確認だったので、ことわりました"),
    "person.register": _("窓口で、あなたの記録を作りました"),
    "person.export": _("データをまとめました"),
    "person.merge": _("2つのアカウントを1つにしました"),
    "person.protect": _("見られないように守りました"),
    "protection.lift-asked": _("守りを終わりにしてよいか、市の職員が確かめています"),
    "protection.lift-declined": _("守りをつづけることにしました"),
    "protection.lift-withdrawn": _("守りを終わりにする頼みを、市が取り消しました"),
    "protection.lift-lapsed": _("決まらなかったので、守りはつづいています"),
    "protection.lifted": _("守りを終わりにしました"),
    "delegation.record": _("かわりに操作する人を登録しました"),
    "delegation.end": _("かわりに操作する人を終わりにしました"),
    "consent.given": _("同意しました"),
    "consent.withdrawn": _("同意を取り消しました"),
    "counter.start": _("窓口で、あなたのかわりに操作を始めました"),
    "childcare.household.link": _("紙で出した保育園の申しこみを、あなたの記録につなぎました"),
    "childcare.application.start": _("保育園の申しこみを書き始めました"),
    "childcare.application.read": _("保育園の申しこみを開きました"),
    "childcare.version": _("保育園の申しこみの内容が入りました"),
    "childcare.certification": _("子どもの認定を出しました"),
    "childcare.certification.cancel": _("子どもの認定を終わりにしました"),
    "childcare.check": _("保育園の申しこみを書類とくらべました"),
    "childcare.paper.receive": _("保育園の書類を受け取りました"),
    "childcare.paper.accept": _("保育園の書類を確認しました"),
    "childcare.paper.back": _("保育園の書類を直してほしいと伝えました"),
    "counter.end": _("窓口での操作を終えました"),
}


def action_words(action: str) -> str:
    """Return the message id of an action; an unknown one is said as a change."""
    return _ACTIONS.get(action, _("記録が変わりました"))
