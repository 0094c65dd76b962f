"""Every reason for which a card is not honoured, with the sentence that helps the front desk.

A person stands at the counter: each sentence says what to do next and blames nobody. None
names a handbook type or grade. Codes are public and never change.
"""

from collections.abc import Mapping
from typing import Final

from core.refusals import Refusal, gettext_noop as _
from signing.faults import Fault

_CHECK_THE_HANDBOOK: Final = _("手帳の原本を見せてもらってください。")
_SCAN_AGAIN: Final = _("画面を明るくして、QRコード全体をもう一度読み取ってください。")
_RENEW_THE_SCREEN: Final = _(
    "スマホのカード画面を開き直してもらい、新しいQRコードを読み取ってください。"
)
_UPDATE_THE_CARD: Final = _(
    "スマホをインターネットにつないでカードを更新してもらうか、手帳の原本を見せてもらってください。"
)
_CONNECT_THIS_DEVICE: Final = _("この端末をインターネットにつないで、もう一度読み取ってください。")
_CALL_THE_CITY: Final = _("手帳の原本で確認し、市の担当課に連絡してください。")


class CardRefused(Refusal):
    """The card must not be honoured. ``medium`` and ``as_of`` are set where they were known."""

    title = _("確認できません")
    next_step = _CHECK_THE_HANDBOOK
    medium: str | None = None
    as_of: str | None = None


class NotACard(CardRefused):
    code = Fault.NOT_A_CARD
    title = _("手帳カードのQRコードではありません")
    next_step = _("手帳カードの画面を開いてもらい、そのQRコードを読み取ってください。")


class TooLong(CardRefused):
    code = Fault.TOO_LONG
    title = _("手帳カードのQRコードではありません（長すぎます）")
    next_step = _("手帳カードの画面を開いてもらい、そのQRコードを読み取ってください。")


class CutOff(CardRefused):
    code = Fault.CUT_OFF
    title = _("QRコードが途中で切れています")
    next_step = _SCAN_AGAIN


class Unreadable(CardRefused):
    code = Fault.UNREADABLE
    title = _("QRコードを読み取れませんでした")
    next_step = _SCAN_AGAIN


class InflatesTooFar(CardRefused):
    code = Fault.INFLATES_TOO_FAR
    title = _("正しいカードではありません（中身が大きすぎます）")


class DuplicateJsonKey(CardRefused):
    code = Fault.DUPLICATE_JSON_KEY
    title = _("正しいカードではありません（同じ項目が二つあります）")


class AlgNone(CardRefused):
    code = Fault.ALG_NONE
    title = _("正しいカードではありません（署名がありません）")


class WrongAlg(CardRefused):
    code = Fault.WRONG_ALG
    title = _("正しいカードではありません（署名の方式が違います）")


class WrongTyp(CardRefused):
    code = Fault.WRONG_TYP
    title = _("正しいカードではありません（別の種類の証明です）")


class DuplicateDigest(CardRefused):
    code = Fault.DUPLICATE_DIGEST
    title = _("正しいカードではありません（項目が重なっています）")


class UnreferencedDisclosure(CardRefused):
    code = Fault.UNREFERENCED_DISCLOSURE
    title = _("正しいカードではありません（カードにない項目があります）")


class DisclosureOverridesClaim(CardRefused):
    code = Fault.DISCLOSURE_OVERRIDES_CLAIM
    title = _("正しいカードではありません（項目が書き換えられています）")


class ReservedClaimName(CardRefused):
    code = Fault.RESERVED_CLAIM_NAME
    title = _("正しいカードではありません（使えない項目名があります）")


class WrongCardType(CardRefused):
    code = "wrong-card-type"
    title = _("手帳カードではない、別の証明です")
    next_step = _("手帳カードの画面を開いてもらい、そのQRコードを読み取ってください。")


class OtherCity(CardRefused):
    code = "other-city"
    title = _("この市が確認できないカードです")


class UnknownKey(CardRefused):
    code = Fault.UNKNOWN_KEY
    title = _("カードの発行元の鍵を、この端末が知りません")
    next_step = _CONNECT_THIS_DEVICE


class KeyBlocked(CardRefused):
    code = "key-blocked"
    title = _("発行元の鍵が止められているため、このカードは使えません")
    next_step = _UPDATE_THE_CARD


class Forged(CardRefused):
    code = Fault.FORGED
    title = _("市が発行したカードではありません（署名が違います）")


class HolderMismatch(CardRefused):
    code = "holder-mismatch"
    title = _("カードを受け取ったスマホの画面ではありません")
    next_step = _("本人のスマホの画面を開いてもらうか、手帳の原本を見せてもらってください。")


class KeyBindingMissing(CardRefused):
    code = "key-binding-missing"
    title = _("本人のスマホが出したQRコードではありません")
    next_step = _RENEW_THE_SCREEN


class DetailsMissing(CardRefused):
    code = "details-missing"
    title = _("割引を決める項目が示されていません")
    next_step = _("カードの最初の画面を開いてもらい、そのQRコードを読み取ってください。")


class WrongAudience(CardRefused):
    code = "wrong-audience"
    title = _("このお店の窓口あてのQRコードではありません")
    next_step = _(
        "この窓口の番号のQRコードをスマホで読み取ってもらい、出た画面を読み取ってください。"
    )


class WrongNonce(CardRefused):
    code = "wrong-nonce"
    title = _("窓口の番号が、いまのものと違います")
    next_step = _("窓口のQRコードを出し直して、スマホで読み取ってもらってください。")


class QrTooOld(CardRefused):
    code = "qr-too-old"
    title = _("QRコードが古いです")
    next_step = _RENEW_THE_SCREEN


class ClockOff(CardRefused):
    code = "clock-off"
    title = _("スマホとこの端末の時計がずれています")
    next_step = _("両方の時計を自動設定にして、カード画面を開き直してもらってください。")


class Replayed(CardRefused):
    code = "replayed"
    title = _("一度使われたQRコードです")
    next_step = _RENEW_THE_SCREEN


class NotYetValid(CardRefused):
    code = "not-yet-valid"
    title = _("このカードはまだ有効ではありません")


class Expired(CardRefused):
    code = "expired"
    title = _("このカードは有効期限が切れています")
    next_step = _UPDATE_THE_CARD


class StatusIndexOutOfRange(CardRefused):
    code = "status-index-out-of-range"
    title = _("正しいカードではありません（状態の番号がありません）")


class StatusListMissing(CardRefused):
    code = "status-list-missing"
    title = _("このカードが止められていないか、この端末では分かりません")
    next_step = _CONNECT_THIS_DEVICE


class StatusListOld(CardRefused):
    code = "status-list-old"
    title = _("この端末の情報が24時間より古いです")
    next_step = _CONNECT_THIS_DEVICE


class StatusListBad(CardRefused):
    code = Fault.STATUS_LIST_BAD
    title = _("この端末が持つカードの状態の一覧が、正しくありません")
    next_step = _CONNECT_THIS_DEVICE


class Suspended(CardRefused):
    code = "suspended"
    title = _("このカードは一時停止中です")


class Revoked(CardRefused):
    code = "revoked"
    title = _("このカードは失効しています")


class TrustListForeign(CardRefused):
    code = Fault.TRUST_LIST_FOREIGN
    title = _("この端末の設定が、この市のものではありません")
    next_step = _CALL_THE_CITY


class TrustListExpired(CardRefused):
    code = Fault.TRUST_LIST_EXPIRED
    title = _("この端末が持つ市の鍵の一覧が、期限切れです")
    next_step = _CONNECT_THIS_DEVICE


class BundleBad(CardRefused):
    code = Fault.BUNDLE_BAD
    title = _("この端末が受け取った情報が、正しくありません")
    next_step = _CONNECT_THIS_DEVICE


class BundleExpired(CardRefused):
    code = Fault.BUNDLE_EXPIRED
    title = _("この端末の情報が古くなりました")
    next_step = _CONNECT_THIS_DEVICE


def all_refusals() -> Mapping[str, type[CardRefused]]:
    """Return every refusal of the verifier by its code."""
    return {refusal.code: refusal for refusal in CardRefused.__subclasses__()}


REFUSAL_OF_FAULT: Final[Mapping[Fault, type[CardRefused]]] = {
    fault: all_refusals()[fault] for fault in Fault
}
