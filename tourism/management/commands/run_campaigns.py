"""The hourly work on campaigns: open, end, expire coupons, and look for misuse. Run it any time."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from core.audit import SYSTEM
from tourism.campaign_life import move_due_campaigns
from tourism.expiry import expire
from tourism.leases import settle_old_leases
from tourism.models import Campaign
from tourism.paper import expire_paper
from tourism.risk_detection import detect

LOOKS_BACK = timedelta(hours=26)  # longer than a day, so that a run that failed misses nothing


class Command(BaseCommand):
    """Print one line for each thing that changed."""

    help = __doc__

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Do what is due now; a second run does nothing more."""
        now = timezone.now()
        for slug, state in move_due_campaigns(actor=SYSTEM, now=now).items():
            self.stdout.write(f"{slug}: {state}")
        for campaign in Campaign.objects.filter(opened_at__isnull=False, closed_at__isnull=True):
            if (over := expire(campaign)).wallets:
                self.stdout.write(
                    f"{campaign.slug}: {over.wallets} wallets, {over.yen} yen expired"
                )
            if leases := settle_old_leases(campaign, actor=SYSTEM, now=now):
                self.stdout.write(f"{campaign.slug}: {leases} leases settled")
            if sheets := expire_paper(campaign):
                self.stdout.write(f"{campaign.slug}: {sheets} paper sheets expired")
            if found := detect(campaign, since=now - LOOKS_BACK, now=now):
                self.stdout.write(f"{campaign.slug}: {found} new findings to look at")
