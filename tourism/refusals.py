"""Every reason for which coupon money does not move, with the sentence that helps at the counter.

Codes are public and never change. Whose wallet it is, whether it is blocked or whether a code
ever existed is one answer (`wallet-not-accepted`, `claim-code-not-accepted`): it must not help to
find out about others.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from core.refusals import Refusal, gettext_noop as _

_ASK_THE_CITY: Final = _("市のクーポン担当に連絡してください。")
_PAY_WITHOUT: Final = _("クーポンを使わずにお会計してください。")
_NEW_CODE: Final = _("お客さんのクーポン画面を開き直してもらい、もう一度読みとってください。")


class CouponRefused(Refusal):
    """No yen moved."""

    title = _("クーポンを使えません")
    next_step = _PAY_WITHOUT


class WalletNotAccepted(CouponRefused):
    """One answer for unknown, somebody else's, another city's and blocked."""

    code = "wallet-not-accepted"
    title = _("このクーポンは使えません")
    next_step = _("お客さんに、市のクーポン担当へ聞いてもらってください。")


class CodeTooOld(CouponRefused):
    code = "coupon-code-too-old"
    title = _("クーポンのQRコードが古いです")
    next_step = _NEW_CODE


class CodeUnreadable(CouponRefused):
    code = "coupon-code-unreadable"
    title = _("クーポンのQRコードではありません")
    next_step = _NEW_CODE


class CodeUsed(CouponRefused):
    code = "coupon-code-used"
    title = _("一度使われたQRコードです")
    next_step = _NEW_CODE


class NotOpen(CouponRefused):
    code = "campaign-not-open"
    title = _("この事業は、いま使える期間ではありません")


class WalletExpired(CouponRefused):
    code = "coupon-expired"
    title = _("クーポンの期限が切れています")


class Insufficient(CouponRefused):
    """``remaining_yen`` says how much there is."""

    code = "insufficient"
    title = _("クーポンの残りがたりません")
    next_step = _("少ない金額のクーポンを選んでください。")


class BudgetExhausted(CouponRefused):
    code = "budget-exhausted"
    title = _("予算を使いきったため、この事業は終わりました")


class DailyLimit(CouponRefused):
    code = "daily-limit"
    title = _("このお店では、今日はもう使えません")


class DayLimit(CouponRefused):
    code = "day-limit"
    title = _("今日使える回数は終わりました")
    next_step = _("あしたから、また使えます。")


class BadAmount(CouponRefused):
    code = "amount-not-offered"
    title = _("この金額のクーポンは使えません")
    next_step = _("お会計の金額と、使うクーポンをたしかめてください。")


class ShopNotActive(CouponRefused):
    code = "shop-not-active"
    title = _("このお店では、いまクーポンを使えません")
    next_step = _ASK_THE_CITY


class ShopNotInCampaign(CouponRefused):
    code = "shop-not-in-campaign"
    title = _("このお店は、このクーポンの対象ではありません")


class TooFast(CouponRefused):
    """``retry_after_seconds`` says when to try again."""

    code = "too-many-redemptions"
    title = _("短い時間に何度も使われています")
    next_step = _("少し待ってから、もう一度ためしてください。")
    status = HTTPStatus.TOO_MANY_REQUESTS


class KeyMissing(CouponRefused):
    code = "idempotency-key-missing"
    title = _("Idempotency-Key がありません")
    next_step = _("端末に書いてから、Idempotency-Key をつけて送ってください。")
    status = HTTPStatus.BAD_REQUEST


class MoneyUnavailable(CouponRefused):
    """The database did not answer; whether the money moved is told by the same key."""

    code = "money-unavailable"
    title = _("いま記録できません")
    next_step = _("同じ Idempotency-Key で、もう一度送ってください。")
    status = HTTPStatus.SERVICE_UNAVAILABLE


# The database's CHECKs by name, as the refusals that people read.
REFUSAL_OF_CHECK: Final[Mapping[str, type[CouponRefused]]] = {
    "balance_of_a_wallet_is_enough": Insufficient,
    "balance_of_the_budget_is_enough": BudgetExhausted,
    "balance_is_not_negative": Insufficient,
    "wallet_has_enough": Insufficient,
    "daily_use_is_within_its_limit": DailyLimit,
}
