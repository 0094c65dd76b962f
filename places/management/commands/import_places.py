"""Check a sheet of places or events, show every repair, and apply it where nothing is wrong."""

from pathlib import Path
from typing import IO, Any, cast

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext
from rich.console import Console
from rich.table import Table

from core.audit import SYSTEM
from places.export import problems_csv
from places.models import ImportState, PlaceImport, Sheet
from places.place_import import apply_place_import, check_place_file, problems_of, repairs_of

_SHOWN_MAX = 30


class Command(BaseCommand):
    help = "Import a national open-data sheet; any error and nothing of it is written."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="show the plan, write nothing")
        parser.add_argument("--sheet", choices=[sheet.value for sheet in Sheet], default="")
        parser.add_argument("--municipality", default=settings.DEFAULT_MUNICIPALITY)
        parser.add_argument("--errors", type=Path, help="write the list of problems as CSV")

    def handle(self, *_args: Any, **options: Any) -> None:
        console = Console(file=cast("IO[str]", self.stdout._out), soft_wrap=True)
        if not options["file"].is_file():
            raise CommandError(f"{options['file']}: no such file")
        now = timezone.now()
        with transaction.atomic():
            found = check_place_file(
                options["file"],
                file_name=options["file"].name,
                municipality=options["municipality"],
                submitted_by=None,
                actor=SYSTEM,
                now=now,
                sheet=options["sheet"],
            )
            if found.state == ImportState.CHECKED:
                found = apply_place_import(found, actor=SYSTEM, now=now)
            transaction.set_rollback(options["dry_run"])  # a dry run leaves nothing behind
        self._show(console, found)
        if options["errors"]:
            content = problems_csv(problems_of(found), translate=gettext)
            options["errors"].write_text(content, encoding="utf-8-sig")
        if found.state == ImportState.FAILED:
            raise CommandError(gettext("直すところがあります。何も変わっていません。"))
        if options["dry_run"]:
            console.print(gettext("ためしただけです。何も変わっていません。"))

    def _show(self, console: Console, found: PlaceImport) -> None:
        sheet = Sheet(found.sheet).label if found.sheet else "?"
        table = Table("", "件", title=f"{found.file_name}: {sheet} {found.layout}")
        for name, word in (
            ("new", "新しい"),
            ("changed", "変わる"),
            ("same", "同じ"),
            ("not_in_file", "ファイルにない（そのまま）"),
            ("errors", "エラー"),
        ):
            table.add_row(word, str(found.summary.get(name, 0)))
        console.print(table)
        lines = [
            f"{_where(repair.row)}{repair.column}: {gettext(repair.message)} "
            f"{repair.before!r} → {repair.after!r}"
            for repair in repairs_of(found)
        ]
        lines += [
            f"{_where(problem.row)}{problem.column}: {gettext(problem.message)}。"
            f"{gettext(problem.mend)}"
            for problem in problems_of(found)
        ]
        for line in lines[:_SHOWN_MAX]:
            console.print(line, markup=False)
        if len(lines) > _SHOWN_MAX:
            console.print(f"ほか {len(lines) - _SHOWN_MAX} 件")


def _where(row: int) -> str:
    return f"{row}行め " if row else ""
