"""What of a bought set comes back, and until when one may ask: 資金決済法 art. 20.

The act binds issuers who are registered under it: its art. 20 par. 2 asks for a public notice that
a refund is made, that holders have to ask within a period of not less than sixty days, and that
whoever does not ask is left out. A city, or an issue of six months, stands outside the act (art. 4)
and refunds by its own rules: this product keeps the same notice and the same period for all.
"""

from datetime import date, timedelta
from typing import Final

from core.refusals import Refusal, gettext_noop as _
from tourism.models import RefundShare
from tourism.prepaid_law import Standing

CLAIM_DAYS_MIN: Final = 60


class PeriodTooShort(Refusal):
    code = "refund-period-too-short"
    title = _("申し出の期間が60日より短いです")
    next_step = _("公告の日から60日より後の日を書いてください（資金決済法 第20条第2項）。")


class WholeBalanceOwed(Refusal):
    code = "refund-whole-balance-owed"
    title = _("登録した発行者は、使っていない金額の全部を払いもどします")
    next_step = _("「使っていない金額の全部」を選んでください（資金決済法 第20条第1項）。")


def check_period(*, announced_on: date, claims_until: date) -> None:
    """Raise where holders have less than sixty days; the day of the notice does not count."""
    if claims_until < announced_on + timedelta(days=CLAIM_DAYS_MIN):
        raise PeriodTooShort


def check_share(share: str, standing: Standing) -> None:
    """Raise where the issuer owes more than the price that was paid."""
    if standing == Standing.REGISTERED and share != RefundShare.WHOLE:
        raise WholeBalanceOwed


def refund_yen(unused_yen: int, *, price_yen: int, value_yen: int, share: str) -> int:
    """Return what comes back of ``unused_yen`` of a set that cost ``price_yen``.

    Each yen of a set was paid by its buyer in the proportion of price to value; a part of a yen is
    rounded up, for the holder. What nobody paid for does not come back.
    """
    if not 0 <= price_yen <= value_yen or value_yen < 1 or unused_yen < 0:
        raise ValueError("a set is worth its price or more")
    if share == RefundShare.WHOLE:
        return unused_yen if price_yen else 0
    return -(-unused_yen * price_yen // value_yen)
