"""Publish the next key; it signs after thirty days (status and bundle keys: after two)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from core.municipality import all_municipalities
from core.refusals import Refusal
from disability_card.key_roll_over import roll_key
from disability_card.models import KeyPurpose
from disability_card.signing_keys import ONLINE_PURPOSES


class Command(BaseCommand):
    help = "次の署名鍵を公開する。使い始めは30日後。署名一覧の更新に根の鍵のファイルが要る。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("municipality", choices=sorted(all_municipalities()))
        parser.add_argument(
            "--purpose",
            choices=[purpose.value for purpose in ONLINE_PURPOSES],
            default=KeyPurpose.ISSUER.value,
        )

    def handle(self, *_: Any, **options: Any) -> None:
        try:
            key = roll_key(
                options["municipality"], KeyPurpose(options["purpose"]), now=timezone.now()
            )
        except Refusal as refusal:
            raise CommandError(refusal.title) from None
        self.stdout.write(f"{key.kid} {key.active_from.isoformat()}")
