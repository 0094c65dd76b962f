"""Make a new root key, signed by the old one, and publish the trust list under it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from core.municipality import all_municipalities
from disability_card.key_roll_over import roll_root


class Command(BaseCommand):
    help = "根の鍵を替える。古い鍵で新しい鍵に署名し、信頼一覧を出し直す。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("municipality", choices=sorted(all_municipalities()))

    def handle(self, *_: Any, **options: Any) -> None:
        key = roll_root(options["municipality"], now=timezone.now())
        self.stdout.write(f"{key.kid} {key.location}")
