"""The hourly work on campaigns: open, end, expire coupons, and look for misuse. Run it any time."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from tourism.due_work import move_campaigns


class Command(BaseCommand):
    """Print one line for each thing that changed."""

    help = __doc__

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Do what is due now; a second run does nothing more."""
        for what, count in move_campaigns(timezone.now()).items():
            if count:
                self.stdout.write(f"{what}: {count}")
