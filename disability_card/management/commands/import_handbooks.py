"""Check a handbook ledger file and stage it for a second person's approval."""

from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any, cast

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from accounts.models import User
from core.audit import SYSTEM
from disability_card.imports.columns import OUR_OWN, BadMapping, columns, read_mapping
from disability_card.imports.problems import RowProblem
from disability_card.ledger_import import check_ledger_file, problems_of
from disability_card.models import LedgerImport, LedgerImportState, RowEffect

_SHOWN_MAX = 30


class Command(BaseCommand):
    help = "Check a handbook ledger file; a second person approves it (approve_import)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--mapping", type=Path, help="TOML: our columns -> the file's")
        parser.add_argument("--dry-run", action="store_true", help="show the plan, stage nothing")
        parser.add_argument("--partial", action="store_true", help="the file lists changes only")
        parser.add_argument("--municipality", default=settings.DEFAULT_MUNICIPALITY)
        parser.add_argument("--as", dest="email", required=True, help="e-mail of who submits it")

    def handle(self, *_args: Any, **options: Any) -> None:
        console = Console(file=cast("IO[str]", self.stdout._out), soft_wrap=True)
        try:
            mapping = read_mapping(options["mapping"]) if options["mapping"] else OUR_OWN
        except BadMapping as exc:
            raise CommandError(f"{options['mapping']}: {exc}") from exc
        if not options["file"].is_file():
            raise CommandError(f"{options['file']}: no such file")
        try:
            submitter = User.objects.get(email=options["email"], is_staff=True)
        except User.DoesNotExist:
            raise CommandError(f"{options['email']} is not a member of staff") from None
        with transaction.atomic():
            with Progress(console=console, transient=True) as bar:
                task = bar.add_task(options["file"].name, total=None)
                found = check_ledger_file(
                    options["file"],
                    file_name=options["file"].name,
                    mapping=mapping,
                    municipality=options["municipality"],
                    submitted_by=submitter,
                    actor=SYSTEM,
                    now=timezone.now(),
                    is_partial=options["partial"],
                    progress=lambda rows: bar.update(task, completed=rows),
                )
            transaction.set_rollback(options["dry_run"])  # a dry run leaves nothing behind
        self._show(console, found, is_dry=options["dry_run"])
        if found.state == LedgerImportState.FAILED:
            raise CommandError(gettext("直すところがあります。何も変わっていません。"))

    def _show(self, console: Console, found: LedgerImport, *, is_dry: bool) -> None:
        summary: Mapping[str, Any] = found.summary
        table = Table("", "件", title=f"{found.file_name} ({found.encoding})")
        for effect in RowEffect:
            table.add_row(str(effect.label), str(summary["effects"][effect]))
        table.add_row("古い行（使わない）", str(summary["older"]))
        table.add_row("影響のあるカード", str(summary["cards"]))
        table.add_row("注意", str(summary["warnings"]))
        table.add_row("エラー", str(summary["errors"]))
        table.add_row(
            "介護者要否で付き添いが増える行（設定が切のため使わない）",
            str(summary["attendant_rows"]),
        )
        console.print(table)
        problems = problems_of(found)
        for problem in problems[:_SHOWN_MAX]:
            console.print(_sentence(problem), markup=False)
        if len(problems) > _SHOWN_MAX:
            console.print(f"ほか {len(problems) - _SHOWN_MAX} 件")
        if found.state == LedgerImportState.CHECKED and not is_dry:
            console.print(f"承認: manage.py approve_import {found.pk} --as E-MAIL", markup=False)


def _sentence(problem: RowProblem) -> str:
    japanese = {column.name: column.japanese for column in columns()}
    where = f"{problem.row}行め " if problem.row else ""
    column = japanese.get(problem.column, "")
    return f"{where}{column}: {gettext(problem.message)}。{gettext(problem.mend)}"
