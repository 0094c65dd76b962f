"""Rebuild every status list each two minutes, and forget what has run out. Runs until stopped."""

import signal
import threading
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections
from django.utils import timezone

from core.municipality import all_municipalities
from disability_card.enrolment.nonces import forget_old_nonces
from disability_card.enrolment.tokens import forget_expired_enrolment
from disability_card.status_publication import live_status_tokens, withdraw_lists

# Half of the two minutes after which a list counts as old: no list waits for a second round.
LOOKED_AT_EVERY_SECONDS: Final = 60


class Command(BaseCommand):
    help = "状態一覧を2分ごとに作り直す。--once で一度だけ。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true")

    def handle(self, *_: Any, **options: Any) -> None:
        stop = threading.Event()
        if not options["once"]:
            for name in (signal.SIGTERM, signal.SIGINT):
                signal.signal(name, lambda *_: stop.set())
        while True:
            self._round()
            if options["once"] or stop.wait(LOOKED_AT_EVERY_SECONDS):
                return
            close_old_connections()  # the database may have restarted meanwhile

    def _round(self) -> None:
        now = timezone.now()
        withdraw_lists(now=now)
        for municipality in all_municipalities():
            live_status_tokens(municipality, now=now)
        forget_old_nonces(now=now)
        forget_expired_enrolment(now=now)
