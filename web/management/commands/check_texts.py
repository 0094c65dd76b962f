"""Fail where a text has no English or no やさしい日本語."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from web.catalogues import add_missing, defects, unused


class Command(BaseCommand):
    """``manage.py check_texts``: part of ``make check``."""

    help = "Check that every text is in every language."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add ``--add``, for whoever wrote a new text."""
        parser.add_argument(
            "--add", action="store_true", help="append an empty entry for each missing text"
        )

    def handle(self, *_args: object, **options: Any) -> None:
        """List each defect with the place where the text stands."""
        if options["add"]:
            self.stdout.write(f"{add_missing(settings.BASE_DIR)} entries to fill in")
            return
        for message in unused(settings.BASE_DIR):
            self.stdout.write(f"no longer said: {message}")
        found = defects(settings.BASE_DIR)
        for one in found:
            self.stdout.write(f"{one.place}: {one.language}: {one.what}: {one.message}")
        if found:
            raise CommandError(f"{len(found)} texts to translate")
