"""Write a generated ledger file, or next month's file of one written before."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from disability_card.imports.columns import OUR_OWN
from disability_card.imports.ledger_file import read_ledger
from disability_card.imports.ledger_writing import write_ledger
from disability_card.ledger_generation import LedgerGenerator


class Command(BaseCommand):
    help = "Write a plausible, generated handbook ledger (no real person)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rows", type=int, default=6000)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--out", type=Path, required=True)
        parser.add_argument("--as-of", help="ISO 8601 with offset; default: now")
        parser.add_argument("--encoding", default="cp932", choices=["cp932", "utf-8", "utf-8-sig"])
        parser.add_argument("--changes-from", type=Path, help="a file written by this command")

    def handle(self, *_args: Any, **options: Any) -> None:
        as_of = timezone.now().replace(microsecond=0)
        if options["as_of"]:
            as_of = datetime.fromisoformat(options["as_of"])
            if as_of.tzinfo is None:
                raise CommandError("--as-of needs an offset, such as +09:00")
        generator = LedgerGenerator(options["seed"], as_of)
        rows = generator.rows(options["rows"])
        if before := options["changes_from"]:
            ledger = read_ledger(before, mapping=OUR_OWN)
            kept = [row for _number, row in ledger.rows()]
            if ledger.has_errors:
                raise CommandError(f"{before} has errors; write it again")
            rows = generator.month_later(kept, as_of=as_of)
        count = write_ledger(options["out"], rows, encoding=options["encoding"])
        self.stdout.write(f"{options['out']}: {count} rows")
