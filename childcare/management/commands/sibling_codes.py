"""``manage.py sibling_codes FILE --round ID --as EMAIL``: the ledger's sibling codes.

Shows what the file would change, by receipt number, and writes nothing; ``--apply`` writes it, all
or nothing. A file with a problem names each with its row, column and mend, and exits 1.
"""

from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext

from accounts.actors import user_actor
from accounts.models import User
from childcare.applying.content import Siblings
from childcare.applying.sibling_ledger import plan_siblings, write_siblings_of
from childcare.applying.versions import Told
from childcare.models import Application, Channel, Round
from core import policy


class Command(BaseCommand):
    help = "Check the sibling codes of an application ledger, and write them with --apply."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--round", type=UUID, required=True)
        parser.add_argument("--as", dest="email", required=True, help="e-mail of who does it")
        parser.add_argument("--apply", action="store_true", help="write what is shown")

    def handle(self, *_args: Any, **options: Any) -> None:
        now = timezone.now()
        user = User.objects.filter(email=options["email"], is_staff=True).first()
        round_ = Round.objects.filter(pk=options["round"]).first()
        if user is None or round_ is None:
            raise CommandError("there is no such round, or nobody of the staff with this address")
        try:
            content = options["file"].read_bytes()
        except OSError as cause:
            raise CommandError(f"{options['file']}: {cause.strerror}") from None
        actor = user_actor(user, on_behalf_of=None, now=now, assurance=2)
        rows = policy.allowed(actor, "staff.childcare.application.edit", Application.objects.all())
        plan = plan_siblings(content, round_, rows)
        if plan.problems:
            raise CommandError(
                "\n".join(
                    f"{one.row} {one.column}: {gettext(one.message)} ({one.code})"
                    for one in plan.problems
                )
            )
        for one in plan.changes:
            self.stdout.write(
                f"{one.application.receipt_number}: {_box(one.before)} → {_box(one.after)}"
            )
        if options["apply"]:
            write_siblings_of(plan, told=Told(channel=Channel.PAPER, actor=actor, now=now))
        done = "written" if options["apply"] else "to write with --apply"
        self.stdout.write(f"{len(plan.changes)} {done}")


def _box(siblings: Siblings) -> str:
    marks = [siblings.box or "-", "same first" if siblings.same_first else "", siblings.one_alone]
    return " ".join(one for one in marks if one)
