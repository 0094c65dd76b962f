"""May this person claim this campaign's coupons, today? Plain values in, a refusal or nothing out.

It reads no database and no clock. How much is claimed and once for what stands in `claims`.
"""

from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import ClassVar

from core.refusals import Refusal, gettext_noop as _
from jp.ages import age_on


class ClaimRefused(Refusal):
    """Nothing was given out."""

    title = _("クーポンを受けとれません")
    next_step: ClassVar[str] = _("受けとれる人と期間を、事業のページでたしかめてください。")


class ClaimNotOpen(ClaimRefused):
    code = "claim-not-open"
    title = _("この事業は、いま受けとれる期間ではありません")


class ClaimOtherWay(ClaimRefused):
    code = "claim-other-way"
    title = _("このクーポンは、別の方法で受けとります")


class ProofNeeded(ClaimRefused):
    """``proof_level_min`` says how well the person must be known."""

    code = "claim-proof-needed"
    title = _("先に本人の確認が必要です")
    next_step = _("アカウントの「本人の確認」から手続きしてください。")


class NotResident(ClaimRefused):
    code = "claim-residents-only"
    title = _("市内に住む人のためのクーポンです")


class TooYoung(ClaimRefused):
    """``age_min`` says from which age on."""

    code = "claim-age"
    title = _("年齢の条件に合いません")


class PersonCap(ClaimRefused):
    code = "claim-person-cap"
    title = _("ひとりが受けとれる分は、受けとりずみです")


class HouseholdCap(ClaimRefused):
    code = "claim-household-cap"
    title = _("世帯で受けとれる分は、受けとりずみです")


class SoldOut(ClaimRefused):
    code = "claim-sold-out"
    title = _("配る分がなくなりました")


class NotDrawn(ClaimRefused):
    """The lot fell on the comparison without a coupon; it is never drawn again."""

    code = "claim-not-drawn"
    title = _("抽選の結果、今回は受けとれません")


class ClaimCodeNotAccepted(ClaimRefused):
    """One answer for unknown, somebody else's, used, expired and blocked."""

    code = "claim-code-not-accepted"
    title = _("このコードは使えません")
    next_step = _("手紙や宿のコードを、もう一度たしかめてください。")


class ClaimLocked(ClaimRefused):
    """Too many wrong codes."""

    code = "claim-locked"
    title = _("まちがったコードが続いたため、止めています")
    next_step = _("1時間たってから、もう一度ためしてください。")
    status = HTTPStatus.TOO_MANY_REQUESTS


CLAIM_REFUSALS: tuple[type[ClaimRefused], ...] = (
    ClaimNotOpen, ClaimOtherWay, ProofNeeded, NotResident, TooYoung, PersonCap, HouseholdCap,
    SoldOut, NotDrawn, ClaimCodeNotAccepted, ClaimLocked,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """What a campaign asks of whoever claims. Days are civil dates in Japan, both included."""

    is_open: bool
    starts_on: date
    ends_on: date
    municipality: str
    is_for_residents: bool = False
    proof_level_min: int = 0
    age_min: int | None = None  # in daily life, on the day of the claim


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimant:
    """What is known of a person; ``has_letter``: the city wrote to their household."""

    municipality: str
    proof_level: int
    birth_date: date | None = None
    has_letter: bool = False


def refusal_to_claim(
    conditions: Conditions, claimant: Claimant, *, today: date
) -> ClaimRefused | None:
    """Return the first reason why the claim is refused, or ``None``.

    The order is that of what a person can do about it: wait, prove who they are, or nothing.
    """
    if not conditions.is_open or not conditions.starts_on <= today <= conditions.ends_on:
        return ClaimNotOpen()
    # Where a resident lives is known from a letter or a proof, never from what somebody typed.
    level = conditions.proof_level_min
    if conditions.is_for_residents and not claimant.has_letter:
        level = max(level, 1)
    if claimant.proof_level < level:
        return ProofNeeded(proof_level_min=level)
    lives_elsewhere = claimant.municipality != conditions.municipality
    if conditions.is_for_residents and lives_elsewhere and not claimant.has_letter:
        return NotResident()
    if conditions.age_min is not None:
        if claimant.birth_date is None:
            return ProofNeeded(proof_level_min=2)
        if age_on(claimant.birth_date, day=today) < conditions.age_min:
            return TooYoung(age_min=conditions.age_min)
    return None
