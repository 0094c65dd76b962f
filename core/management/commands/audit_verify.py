"""Prove that no audit event was changed, removed or slipped in; exit 1 and the row if not."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from core.audit_seal import defects, read_heads
from core.models import AuditEvent, AuditSeal


class Command(BaseCommand):
    help = "Check the sealed audit trail against the heads published outside the database."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--heads", type=Path, default=settings.AUDIT_HEADS_FILE)

    def handle(self, *_args: Any, **options: Any) -> None:
        path: Path = options["heads"]
        if not path.exists() and AuditSeal.objects.exists():
            raise CommandError(f"no published heads at {path}: nothing outside to compare with")
        heads = read_heads(path) if path.exists() else {}
        count = 0
        for defect in defects(heads=heads, now=timezone.now()):
            count += 1
            self.stdout.write(f"{defect.what}\t{defect.where}")
        if count:
            raise CommandError(f"{count} defects")
        events, seals = AuditEvent.objects.count(), AuditSeal.objects.count()
        self.stdout.write(f"{events} events, {seals} seals: as they were written")
