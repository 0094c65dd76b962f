"""Prove the four invariants of the coupon ledger over the whole database."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext, override

from tourism.ledger_audit import INVARIANTS, audit_ledger
from tourism.models import Posting, Txn


class Command(BaseCommand):
    """Ends with status 1 and the rows where an invariant is broken."""

    help = "Prove no_lost_yen, no_doubled_yen, no_unfunded_yen and no_homeless_yen."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Print each invariant, and what breaks it."""
        broken = audit_ledger()
        for invariant in INVARIANTS:
            rows = [one for one in broken if one.invariant == invariant]
            self.stdout.write(f"{invariant}: {'broken' if rows else 'holds'}")
            for one in rows:
                self.stdout.write(f"  {_english(one.law)}: {one.row}, {one.yen} yen")
        counted = f"{Txn.objects.count()} transactions, {Posting.objects.count()} postings"
        self.stdout.write(counted)
        if broken:
            raise CommandError(f"{len(broken)} rows break the ledger's invariants", returncode=1)


def _english(text: str) -> str:
    with override("en"):
        return gettext(text)
