"""Keep what a visitor says for the count: who they are, and bills with or without a coupon.

Saying it is the consent; taking the consent back on one's own page ends its use at once.
"""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from accounts.consents import decide, has_consented
from accounts.models import Person
from core.actor import Actor
from core.refusals import Refusal, gettext_noop as _
from jp.clock import civil_date
from tourism.models import Campaign, Receipt, Shop, StudyArm, VisitorProfile
from tourism.models.visitors import AgeBand, Origin, Party

PURPOSE = "insight"  # of accounts.consents


class ReceiptNotCounted(Refusal):
    """Without consent, of another time or of a day to come."""

    code = "receipt-not-counted"
    title = _("このレシートは数えられません")
    next_step = _("同意と、使った日をたしかめてください。事業の期間の、きょうまでの日を書きます。")


def answer_profile(
    person: UUID,
    campaign: Campaign,
    *,
    origin: Origin,
    age_band: AgeBand,
    party: Party,
    actor: Actor,
    now: datetime,
) -> VisitorProfile:
    """Consent, and say who one is; said again, the newest answer counts."""
    with transaction.atomic():
        decide(person, PURPOSE, is_given=True, channel="page", actor=actor, now=now)
        profile, _is_new = VisitorProfile.objects.update_or_create(
            person_id=person,
            campaign=campaign,
            defaults={
                "origin": origin,
                "age_band": age_band,
                "party": party,
                "answered_at": now,
            },
        )
    return profile


def keep_receipt(
    person: UUID, campaign: Campaign, *, shop: Shop, bill_yen: int, spent_on: date, now: datetime
) -> Receipt:
    """Keep one bill; people with a coupon and without one write it the same way."""
    in_time = campaign.starts_on <= spent_on <= min(campaign.ends_on, civil_date(now))
    if not in_time or not has_consented(person, PURPOSE):
        raise ReceiptNotCounted
    return Receipt.objects.create(
        person_id=person, campaign=campaign, shop=shop, bill_yen=bill_yen, spent_on=spent_on,
        written_at=now,
    )  # fmt: skip


# -- merges -------------------------------------------------------------------------------------


def move_answers(kept: Person, gone: Person, _actor: Actor, _now: datetime) -> None:
    """Give what a merged record said for the count to the one that stays.

    A person has one profile and one lot a campaign. The newer profile stays; a second lot stays
    where it was drawn, because the comparison counts the lots that were drawn. A bill that was
    written in both records is one bill.
    """
    for profile in VisitorProfile.objects.filter(person=gone):
        twin = VisitorProfile.objects.filter(person=kept, campaign=profile.campaign_id)
        if twin.filter(answered_at__gte=profile.answered_at).exists():
            profile.delete()
        else:
            twin.delete()
            profile.person = kept
            profile.save(update_fields=["person"])
    mine = StudyArm.objects.filter(person=kept).values_list("campaign", flat=True)
    StudyArm.objects.filter(person=gone).exclude(campaign__in=list(mine)).update(person=kept)
    bills = ("campaign", "shop", "bill_yen", "spent_on")
    written = set(Receipt.objects.filter(person=kept).values_list(*bills))
    for row in Receipt.objects.filter(person=gone).values_list("pk", *bills):
        if row[1:] in written:
            Receipt.objects.filter(pk=row[0]).delete()
    Receipt.objects.filter(person=gone).update(person=kept)


# -- disclosure and erasure ---------------------------------------------------------------------


def export_answers(person: UUID) -> object:
    """Return what a person said for the count."""
    profiles = VisitorProfile.objects.filter(person=person).select_related("campaign")
    receipts = Receipt.objects.filter(person=person).order_by("spent_on")
    return {
        "profiles": [
            {
                "campaign": one.campaign.slug,
                "origin": one.origin,
                "age_band": one.age_band,
                "party": one.party,
            }
            for one in profiles
        ],
        "receipts": [
            {"shop": str(one.shop_id), "bill_yen": one.bill_yen, "on": one.spent_on.isoformat()}
            for one in receipts
        ],
    }


def erase_answers(person: UUID, _now: datetime) -> None:
    """Forget it; a copy for insight loses it with the next night."""
    VisitorProfile.objects.filter(person=person).delete()
    Receipt.objects.filter(person=person).delete()
