"""Sign the trust list anew: before it runs out, after a block, or to drop spent keys."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.utils import timezone

from core.municipality import all_municipalities
from disability_card.key_roll_over import withdraw_spent_keys
from disability_card.trust_publication import publish_trust_list


class Command(BaseCommand):
    help = "信頼一覧に署名し直す。根の鍵のファイルが要る。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("municipality", choices=sorted(all_municipalities()))

    def handle(self, *_: Any, **options: Any) -> None:
        now, municipality = timezone.now(), options["municipality"]
        with transaction.atomic():
            withdrawn = withdraw_spent_keys(municipality, now=now)
            publish_trust_list(municipality, now=now)
        self.stdout.write(f"{municipality}: {withdrawn} withdrawn")
