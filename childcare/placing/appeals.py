"""How to appeal against a decision (教示): the terms as data, the sentences as texts.

Plain Python. The periods are the law's: 審査請求 three months from the day after one knew of the
decision (行政不服審査法 18条1項), at the latest one year from the day after it (18条2項); the
action for annulment six months from the day one knew (行政事件訴訟法 14条1項), at the latest one
year from it (14条2項). That a decision must say so: 行政不服審査法 82条, 行政事件訴訟法 46条.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from core.refusals import gettext_noop as _

MONTHS_IN_A_YEAR: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealTerms:
    """Until when one may turn to whom."""

    review_months: int = 3  # 審査請求
    review_years_at_most: int = 1
    court_months: int = 6  # 処分の取消しの訴え
    court_years_at_most: int = 1


TERMS: Final = AppealTerms()

REVIEW: Final = _(
    "この決定に不服があるときは、この決定があったことを知った日の翌日から数えて"
    "%(months)s か月以内に、%(mayor)sに審査請求をすることができます。"
)
REVIEW_LATEST: Final = _(
    "ただし、この決定の日の翌日から数えて%(years)s 年を過ぎると、審査請求をすることができません。"
)
COURT: Final = _(
    "この決定の取消しの訴えは、この決定があったことを知った日の翌日から数えて"
    "%(months)s か月以内に、%(city)sを被告として起こすことができます。"
)
COURT_AFTER_REVIEW: Final = _(
    "審査請求をしたときは、その裁決があったことを知った日の翌日から数えて%(months)s か月以内です。"
)
COURT_LATEST: Final = _(
    "ただし、この決定の日の翌日から数えて%(years)s 年を過ぎると、訴えを起こすことができません。"
)
HOW: Final = _(
    "審査請求は、紙に理由を書いて、窓口に持っていくか、郵便で送ります。お金はかかりません。"
)
SENTENCES: Final = (REVIEW, REVIEW_LATEST, COURT, COURT_AFTER_REVIEW, COURT_LATEST, HOW)


def review_until(known_on: date, *, terms: AppealTerms = TERMS) -> date:
    """Return the last day of the 審査請求 for who knew of the decision on ``known_on``.

    The months begin on the day after (Civil Code art. 140) and end the day before the day of the
    month on which they began, or with the month that has no such day (art. 143 paragraph 2).
    """
    first = known_on + timedelta(days=1)
    year, month = divmod(
        first.year * MONTHS_IN_A_YEAR + first.month - 1 + terms.review_months, MONTHS_IN_A_YEAR
    )
    try:
        return date(year, month + 1, first.day) - timedelta(days=1)
    except ValueError:
        return date(year, month + 1, monthrange(year, month + 1)[1])
