"""Write one sheet in its newest national layout."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext

from places.export import Encoding, sheet_csv, sheet_rows
from places.models import Sheet


class Command(BaseCommand):
    help = "Write one sheet of the registry, strictly in its newest layout."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("sheet", choices=[s.value for s in Sheet if s != Sheet.OWN])
        parser.add_argument("file", type=Path)
        parser.add_argument("--municipality", default=settings.DEFAULT_MUNICIPALITY)
        parser.add_argument(
            "--encoding", choices=[one.value for one in Encoding], default=Encoding.UTF8_BOM.value
        )
        parser.add_argument(
            "--with-ours", action="store_true", help="add columns that the layout does not have"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        rows = sheet_rows(
            options["sheet"],
            municipality=options["municipality"],
            with_ours=options["with_ours"],
        )
        options["file"].write_bytes(sheet_csv(rows, encoding=Encoding(options["encoding"])))
        self.stdout.write(f"{options['file']}: {len(rows.cells)}")
        if rows.layout.label:
            self.stdout.write(gettext(rows.layout.label))
        if rows.left_out:
            self.stdout.write("--with-ours: " + ", ".join(rows.left_out))
