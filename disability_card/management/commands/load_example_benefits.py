"""Write the shipped example benefits and their demo places."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from core.audit import SYSTEM
from disability_card.benefit_editing import load_examples


class Command(BaseCommand):
    help = "Write about 20 invented, plausible benefits, marked as examples."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--municipality", default=settings.DEFAULT_MUNICIPALITY)

    def handle(self, *_args: Any, **options: Any) -> None:
        count = load_examples(options["municipality"], actor=SYSTEM, now=timezone.now())
        self.stdout.write(f"{count} benefits")
