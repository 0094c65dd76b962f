"""How many sets one person may buy, and how many are left: over all campaigns of a programme.

こまPay sold two, one and one of three kinds of sets, and four to a person in all, on phones and on
paper. The rule is a pure function; :func:`demand_set_left` reads what it asks under a lock of the
buyer, then of the set, so that two sales at two counters count each other.
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from accounts.models import Person
from core.refusals import gettext_noop as _
from tourism.claim_rules import ClaimRefused, PersonCap, SoldOut
from tourism.models import (
    Campaign,
    CouponSet,
    PaperCoupon,
    PaperSheet,
    PaperState,
    SetMedium,
    SheetState,
    Wallet,
)


class BuyerNotNamed(ClaimRefused):
    """A limit by person cannot be kept for a bearer."""

    code = "set-buyer-not-named"
    title = _("このセットは、買う人の数に上限があります")
    next_step = _("窓口で買う人を開いてから、もう一度行ってください。")


SET_REFUSALS: Final = (BuyerNotNamed, PersonCap, SoldOut)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetLimits:
    """The most sets a person may hold, and the pieces there are; empty: no limit."""

    of_campaign: int | None
    of_programme: int | None
    pieces: int

    @property
    def count_people(self) -> bool:
        """Say whether it matters who buys."""
        return self.of_campaign is not None or self.of_programme is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetsHeld:
    """What a person has bought of a campaign and of its programme, and what all have bought."""

    of_campaign: int
    of_programme: int
    sold: int  # pieces of this set, by anybody


def refusal_to_sell(limits: SetLimits, held: SetsHeld) -> ClaimRefused | None:
    """Return why one more set may not be sold, or ``None``: the person's own limits first."""
    for most, mine in (
        (limits.of_campaign, held.of_campaign),
        (limits.of_programme, held.of_programme),
    ):
        if most is not None and mine >= most:
            return PersonCap()
    return SoldOut() if held.sold >= limits.pieces else None


def lock_buyer(person_id: UUID) -> None:
    """Lock a person before anything else of a sale: their sets of all campaigns are counted.

    Not their key: who only refers to the person's row does not wait.
    """
    Person.objects.select_for_update(no_key=True).filter(pk=person_id).first()


def demand_set_left(coupon_set: CouponSet, person_id: UUID | None) -> None:
    """Raise where one more set may not be sold; the buyer's row is locked by the caller."""
    limits = limits_of(coupon_set)
    if person_id is None and limits.count_people:
        raise BuyerNotNamed
    CouponSet.objects.select_for_update().get(pk=coupon_set.pk)
    refusal = refusal_to_sell(limits, _held(coupon_set, person_id))
    if refusal is not None:
        raise refusal


def limits_of(coupon_set: CouponSet) -> SetLimits:
    """Return the limits of a set as its campaign has them."""
    campaign = coupon_set.campaign
    return SetLimits(
        of_campaign=campaign.sets_per_person,
        of_programme=campaign.programme_sets_per_person,
        pieces=coupon_set.sets_total,
    )


def _held(coupon_set: CouponSet, person_id: UUID | None) -> SetsHeld:
    campaign = coupon_set.campaign
    return SetsHeld(
        of_campaign=_bought(person_id, Q(campaign=campaign)),
        of_programme=_bought(person_id, _programme(campaign)),
        sold=_sold(coupon_set),
    )


def _programme(campaign: Campaign) -> Q:
    """Return the campaigns that people know under one name; a campaign alone is its own."""
    if not campaign.programme:
        return Q(campaign=campaign)
    return Q(campaign__programme=campaign.programme, campaign__municipality=campaign.municipality)


def _bought(person_id: UUID | None, campaigns: Q) -> int:
    if person_id is None:
        return 0
    on_phone = Wallet.objects.filter(campaigns, person=person_id).aggregate(sets=Sum("sets"))
    on_paper = sheets_given(campaigns & Q(person_id=person_id, price_yen__gt=0)).count()
    return (on_phone["sets"] or 0) + on_paper


def sheets_given(among: Q) -> QuerySet[PaperSheet]:
    """Return the sheets that count against a limit.

    One that was made void counts if something of it was used or moved; else it went back whole. A
    sheet that took over the rest of a lost one is that one's.
    """
    kept = Q(state=SheetState.HANDED) | Exists(
        PaperCoupon.objects.filter(sheet=OuterRef("pk"), state=PaperState.USED)
    )
    moved = Exists(PaperSheet.objects.filter(replaces=OuterRef("pk")))
    return PaperSheet.objects.filter(
        among, kept | moved, handed_at__isnull=False, replaces__isnull=True
    )


def _sold(coupon_set: CouponSet) -> int:
    campaign = coupon_set.campaign
    if coupon_set.medium == SetMedium.PAPER:
        return sheets_given(Q(campaign=campaign)).count()
    sold = Wallet.objects.filter(campaign=campaign).aggregate(sets=Sum("sets"))["sets"]
    return sold or 0
