"""What is due on campaigns, whoever starts it: the hourly command, or the work of the night.

Nothing here decides whether a coupon is good; it moves what is over, and a second run moves nothing
more. What is kept no longer: letters' and stays' codes when their campaign is closed, and what
visitors said for the count two years later.
"""

from collections import Counter
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from core.audit import SYSTEM
from tourism.campaign_life import move_due_campaigns
from tourism.expiry import expire
from tourism.insight.export import export_campaign
from tourism.leases import settle_old_leases
from tourism.models import (
    Campaign,
    CampaignState,
    Grant,
    InsightExport,
    Receipt,
    StudyArm,
    VisitorProfile,
)
from tourism.paper import expire_paper
from tourism.risk_detection import detect

LOOKS_BACK: Final = timedelta(hours=26)  # longer than a day: a run that failed misses nothing
COPY_EVERY: Final = timedelta(hours=12)
VISITORS_KEPT: Final = timedelta(days=2 * 365)
_WITHOUT_VISITORS: Final = (
    CampaignState.DRAFT, CampaignState.REVIEWED, CampaignState.SCHEDULED, CampaignState.CLOSED,
)  # fmt: skip


def move_campaigns(now: datetime) -> dict[str, int]:
    """Open and end campaigns, expire what is over, settle old leases, look for misuse."""
    done: Counter[str] = Counter(moved=len(move_due_campaigns(actor=SYSTEM, now=now)))
    for campaign in Campaign.objects.filter(opened_at__isnull=False, closed_at__isnull=True):
        done["leases_settled"] += settle_old_leases(campaign, actor=SYSTEM, now=now)
        over = expire(campaign)  # after the leases: an open one keeps its coupons
        done["wallets_expired"] += over.wallets
        done["yen_expired"] += over.yen
        done["sheets_expired"] += expire_paper(campaign)
        done["findings"] += detect(campaign, since=now - LOOKS_BACK, now=now)
    return dict(done)


def copy_visitors(now: datetime) -> dict[str, int]:
    """Copy consenting visitors for insight where the last copy is not of this night."""
    fresh = InsightExport.objects.filter(made_at__gt=now - COPY_EVERY).values("campaign")
    campaigns = Campaign.objects.exclude(state__in=_WITHOUT_VISITORS).exclude(pk__in=fresh)
    copies = [export_campaign(campaign, actor=SYSTEM, now=now) for campaign in campaigns]
    return {"copies": len(copies), "people": sum(copy.people for copy in copies)}


def forget_what_is_over(now: datetime) -> dict[str, int]:
    """Delete codes of closed campaigns, and what visitors said two years after the closing."""
    with transaction.atomic():
        codes = Grant.objects.filter(campaign__state=CampaignState.CLOSED).delete()[0]
        old = {"campaign__closed_at__lt": now - VISITORS_KEPT}
        answers = VisitorProfile.objects.filter(**old).delete()[0]
        receipts = Receipt.objects.filter(**old).delete()[0]
        lots = StudyArm.objects.filter(**old).delete()[0]
    return {"codes": codes, "answers": answers, "receipts": receipts, "lots": lots}
