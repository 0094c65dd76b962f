"""Block a stolen key: verifiers refuse it with their next bundle."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from core.municipality import all_municipalities
from core.refusals import Refusal
from disability_card.key_roll_over import block_key


class Command(BaseCommand):
    help = "盗まれた鍵を止める。この鍵のカードは、確認端末の次の更新から使えなくなる。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("municipality", choices=sorted(all_municipalities()))
        parser.add_argument("kid")

    def handle(self, *_: Any, **options: Any) -> None:
        try:
            key = block_key(options["municipality"], options["kid"], now=timezone.now())
        except Refusal as refusal:
            raise CommandError(refusal.title) from None
        self.stdout.write(f"{key.kid} {key.blocked_at:%Y-%m-%dT%H:%M:%S%z}")
