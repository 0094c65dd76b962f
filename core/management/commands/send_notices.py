"""`manage.py send_notices [--rounds N]`: send what waits in the outbox.

Run it each minute, on as many machines as you like: each notice is claimed by one of them.
"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from core.notice_delivery import BATCH, SendingReport, send_due

ROUNDS_MAX = 500  # ends before the next minute's run in any case that is not a flood


class Command(BaseCommand):
    """Send notices by mail, LINE and web push; letters are printed by ``print_notice_letters``."""

    help = "Sends what waits in the outbox, and tries again what failed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--rounds", type=int, default=ROUNDS_MAX, metavar="N",
                            help=f"at most N batches of {BATCH}")  # fmt: skip

    def handle(self, *_args: Any, **options: Any) -> None:
        total = SendingReport(planned=0, sent=0, failed=0, gave_up=0)
        for _ in range(options["rounds"]):
            done = send_due(now=timezone.now())
            total = SendingReport(
                planned=total.planned + done.planned,
                sent=total.sent + done.sent,
                failed=total.failed + done.failed,
                gave_up=total.gave_up + done.gave_up,
            )
            if not done.planned and not done.sent + done.failed + done.gave_up:
                break
        self.stdout.write(
            f"planned {total.planned}, sent {total.sent}, to be tried again {total.failed}, "
            f"given up {total.gave_up}"
        )
