"""`manage.py print_notice_letters FILE.pdf --as OFFICER`: the letters that wait."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.officers import add_officer_argument, officer_of
from web.notice_letters import print_letters


class Command(BaseCommand):
    """Print notices for people who want a letter."""

    help = "Prints the notices that wait as letters into one PDF file (A4, PDF/UA)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--municipality", default=settings.DEFAULT_MUNICIPALITY)
        add_officer_argument(parser)

    def handle(self, *_args: Any, **options: Any) -> None:
        file: Path = options["file"]
        now = timezone.now()
        _user, actor = officer_of(options["email"], now=now)
        run = print_letters(options["municipality"], write=file.write_bytes, actor=actor, now=now)
        self.stdout.write(f"letters: {run.letters}")
        for person in run.by_hand:
            self.stdout.write(f"by hand: person {person}")
