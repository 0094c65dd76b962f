"""Seal new audit events and publish the head; ``--every`` goes on until it is ended."""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from core.audit_seal import publish_head, seal_new_events


class Command(BaseCommand):
    help = "Chain new audit events and append the head to KAITEKI_AUDIT_HEADS_FILE."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--every", type=int, default=0, metavar="SECONDS")

    def handle(self, *_args: Any, **options: Any) -> None:
        while True:
            self.seal()
            if not options["every"]:
                return
            time.sleep(options["every"])

    def seal(self) -> None:
        """Seal until nothing new is left."""
        while (seal := seal_new_events(now=timezone.now())) is not None:
            publish_head(seal, settings.AUDIT_HEADS_FILE)
            self.stdout.write(f"seal {seal.number}: {seal.events} events")
