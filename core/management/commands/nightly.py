"""`manage.py nightly`: everything that is due once a night, of all rooms. Run it by cron or timer.

`--list` says what there is, `--only NAME` does one; exit 1 names what failed.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from core.nightly import nightly_works, work_of_the_night


class Command(BaseCommand):
    """Do the work of the night and print one line for each."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Name the two switches."""
        parser.add_argument("--list", action="store_true", help="say what there is, do nothing")
        parser.add_argument("--only", action="append", metavar="NAME",
                            choices=[work.name for work in nightly_works()])  # fmt: skip

    def handle(self, *_args: Any, **options: Any) -> None:
        """Do what is due; a second run does nothing more."""
        works = [w for w in nightly_works() if options["only"] is None or w.name in options["only"]]
        if options["list"]:
            for work in works:
                self.stdout.write(f"{work.name}\t{work.what}")
            return
        failed = []
        for outcome in work_of_the_night(works, now=timezone.now()):
            if outcome.counts is None:
                failed.append(outcome.work.name)
                self.stderr.write(f"{outcome.work.name}\tfailed: {outcome.failure}")
                continue
            told = ", ".join(f"{name} {count}" for name, count in outcome.counts.items())
            self.stdout.write(f"{outcome.work.name}\t{told}")
        if failed:
            raise CommandError(f"failed: {', '.join(failed)}; see the log")
