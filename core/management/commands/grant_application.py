"""Let a PostgreSQL role serve the application without owning a table; run after each migrate."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from django.utils.translation import gettext

from core.database_grants import grant_application
from core.refusals import Refusal


class Command(BaseCommand):
    help = "Give ROLE the rights of the application: append-only tables are read and added to."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("role")

    def handle(self, *_args: Any, **options: Any) -> None:
        if connection.vendor != "postgresql":
            raise CommandError("SQLite has no roles.")
        try:
            with transaction.atomic():
                guarded = grant_application(connection, options["role"])
        except Refusal as refusal:
            raise CommandError(
                f"{gettext(refusal.title)}。{gettext(refusal.next_step)}"
            ) from refusal
        for table in guarded:
            self.stdout.write(f"append-only {table}")
