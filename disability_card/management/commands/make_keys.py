"""Make a city's first signing keys and publish its trust list."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from core.municipality import all_municipalities
from disability_card.key_roll_over import make_first_keys
from disability_card.trust_publication import root_thumbprint


class Command(BaseCommand):
    help = "市の署名鍵を作り、信頼一覧を公開する。もうある鍵には触れない。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--municipality", choices=sorted(all_municipalities()))

    def handle(self, *_: Any, **options: Any) -> None:
        now = timezone.now()
        for code in [options["municipality"]] if options["municipality"] else all_municipalities():
            made = make_first_keys(code, now=now)
            for key in made:
                self.stdout.write(f"{code}: {key.get_purpose_display()} {key.kid} {key.location}")
            self.stdout.write(f"{code}: root {root_thumbprint(code, now=now)}")
