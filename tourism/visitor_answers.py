"""Keep what a visitor says for the count: who they are, and bills with or without a coupon.

Saying it is the consent; taking the consent back on one's own page ends its use at once.
"""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from accounts.consents import decide, has_consented
from core.actor import Actor
from core.refusals import Refusal, gettext_noop as _
from jp.clock import civil_date
from tourism.models import Campaign, Receipt, Shop, VisitorProfile
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
