"""Make the de-identified copies anew that insight asks; for every night."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from core.audit import SYSTEM
from tourism.insight.export import export_campaign
from tourism.models import Campaign, CampaignState

_WITHOUT_VISITORS = (CampaignState.DRAFT, CampaignState.REVIEWED, CampaignState.SCHEDULED)


class Command(BaseCommand):
    help = "Copy consenting visitors of each campaign into Parquet, under random numbers."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--campaign", default="", metavar="SLUG")

    def handle(self, *_args: Any, **options: Any) -> None:
        campaigns = Campaign.objects.exclude(state__in=_WITHOUT_VISITORS)
        if options["campaign"]:
            campaigns = campaigns.filter(slug=options["campaign"])
        for campaign in campaigns:
            made = export_campaign(campaign, actor=SYSTEM, now=timezone.now())
            self.stdout.write(f"{campaign.slug}: {made.people} people, {made.visits} coupons")
