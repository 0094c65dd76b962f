"""Erase the families of visits that are long over; run daily."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from childcare.visits import forget_old_bookings


class Command(BaseCommand):
    help = "Erase bookings of visits that ended 90 days ago."

    def handle(self, *_args: Any, **_options: Any) -> None:
        self.stdout.write(f"{forget_old_bookings(now=timezone.now())}")
