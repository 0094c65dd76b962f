"""Decide whether coupons may be issued this way: 資金決済に関する法律 (Act No. 59 of 2009).

Coupons that were paid for are 前払式支払手段 (art. 3). Two kinds stand outside the act: those that
can be used for at most six months from their issue (art. 4 item 2; 施行令 art. 4), and those
of the state or a local government (art. 4 item 3). Anyone else needs a registration before
they sell coupons that other people's shops take (art. 7). It does not decide on refunds.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from core.refusals import Refusal, gettext_noop as _

EXEMPT_MONTHS: Final = 6


class Standing(StrEnum):
    """Why the coupons may be issued."""

    FREE = "free"  # not paid for: no 前払式支払手段
    CITY = "city"  # art. 4 item 3
    SHORT = "short"  # art. 4 item 2
    REGISTERED = "registered"  # art. 7


WORDS: Final = {
    Standing.FREE: _("無料で配るので、資金決済法の前払式支払手段ではありません。"),
    Standing.CITY: _("市が発行するので、資金決済法の登録はいりません（第4条第3号）。"),
    Standing.SHORT: _("6か月以内に使い終わるので、資金決済法の登録はいりません（第4条第2号）。"),
    Standing.REGISTERED: _("第三者型発行者の登録があります（資金決済法 第7条）。"),
}


class NeedsRegistration(Refusal):
    """A council sells coupons for longer than six months without a registration."""

    code = "campaign-needs-registration"
    title = _("協議会などが6か月より長く使えるクーポンを売るには、資金決済法の登録が必要です")
    next_step = _("使える期間を6か月までにするか、市の発行にするか、登録番号を書いてください。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """How coupons are given out. Days are civil dates in Japan, both ends included."""

    is_by_city: bool
    is_paid: bool
    first_sale_on: date
    last_use_on: date
    valid_days: int | None = None  # from each sale on; empty: all until the last day
    registration: str = ""


def standing(issue: Issue) -> Standing:
    """Return why ``issue`` is lawful; raise :class:`NeedsRegistration` where it is not."""
    if not issue.is_paid:
        return Standing.FREE
    if issue.is_by_city:
        return Standing.CITY
    if _last_use(issue) <= six_months_on(issue.first_sale_on):
        return Standing.SHORT
    if issue.registration.strip():
        return Standing.REGISTERED
    raise NeedsRegistration


def six_months_on(sold_on: date) -> date:
    """Return the last day of six months that begin with the day of sale itself.

    The day of issue counts (the cautious reading: a day less than Civil Code art. 140 would give).
    """
    month = sold_on.month + EXEMPT_MONTHS
    year, month = sold_on.year + (month - 1) // 12, (month - 1) % 12 + 1
    day = min(sold_on.day, monthrange(year, month)[1])
    same_day = date(year, month, day)
    return same_day if day < sold_on.day else same_day - timedelta(days=1)


def _last_use(issue: Issue) -> date:
    """Return the last day on which a coupon of the first sale can be spent."""
    if issue.valid_days is None:
        return issue.last_use_on
    return min(issue.last_use_on, issue.first_sale_on + timedelta(days=issue.valid_days))
