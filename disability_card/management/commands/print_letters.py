"""Print the letters with linking codes for every handbook that has no card yet: a mail run."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext
from rich.progress import Progress

from accounts.officers import add_officer_argument, officer_of
from core.refusals import Refusal
from disability_card.printing.letter_runs import print_letter_run


class Command(BaseCommand):
    help = "Print a letter with a linking code for each handbook in force that has no card."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--out", type=Path, required=True, help="the run's folder")
        parser.add_argument("--municipality", default=settings.DEFAULT_MUNICIPALITY)
        add_officer_argument(parser)

    def handle(self, *_args: Any, **options: Any) -> None:
        now = timezone.now()
        _user, actor = officer_of(options["email"], now=now)
        try:
            with Progress() as bar:
                task = bar.add_task("letters", total=None)
                report = print_letter_run(
                    options["municipality"],
                    folder=options["out"],
                    actor=actor,
                    now=now,
                    progress=lambda done, total: bar.update(task, completed=done, total=total),
                )
        except Refusal as refusal:
            raise CommandError(
                f"{gettext(refusal.title)}。{gettext(refusal.next_step)}"
            ) from refusal
        self.stdout.write(f"{report.printed} letters in {report.files} files")
        for handbook in report.by_hand:
            self.stdout.write(f"by hand: handbook {handbook}")
