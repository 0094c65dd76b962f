"""Apply a checked ledger import, as the second person."""

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext

from accounts.actors import user_actor
from accounts.models import User
from core import policy
from core.refusals import Refusal
from disability_card.ledger_import import approve_import
from disability_card.models import LedgerImport


class Command(BaseCommand):
    help = "Apply a checked ledger import as the second person."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("id", type=UUID)
        parser.add_argument("--as", dest="email", required=True, help="e-mail of who approves")
        parser.add_argument("--confirm-removals", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:
        now = timezone.now()
        try:
            user = User.objects.get(email=options["email"], is_staff=True)
            found = LedgerImport.objects.get(pk=options["id"])
        except (User.DoesNotExist, LedgerImport.DoesNotExist) as exc:
            raise CommandError(str(exc)) from exc
        actor = user_actor(user, on_behalf_of=None, now=now, assurance=2)
        try:
            policy.demand(actor, "ledger.approve", found)
            approve_import(
                found,
                approved_by=user,
                actor=actor,
                now=now,
                confirms_removals=options["confirm_removals"],
            )
        except Refusal as refusal:
            raise CommandError(
                f"{gettext(refusal.title)}。{gettext(refusal.next_step)} ({refusal.code})"
            ) from refusal
        self.stdout.write(f"{found.file_name}: 反映しました")
