"""Point tables for the city's IT staff: check a file, show what it changes, load it, publish it."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext

from accounts.actors import user_actor
from accounts.models import User
from childcare.models import RuleSet
from childcare.rule_set_publication import (
    publication_problems,
    publish_rule_set,
    submit_rule_set,
)
from childcare.rule_sets.comparing import Change, RowView, compare
from childcare.rule_sets.loading import load_rule_set, sha256_of
from childcare.rule_sets.problems import RuleSetRefused
from childcare.rule_sets_in_force import NoRuleSetInForce, rule_set_in_force, rules_of
from core import policy
from core.actor import Actor
from core.refusals import Refusal
from jp.clock import civil_date

_SIGNS = {Change.ADDED: "+", Change.REMOVED: "-", Change.CHANGED: "~", Change.SAME: " "}


class Command(BaseCommand):
    help = "check | diff | load | publish a point table (YAML or JSON)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=("check", "diff", "load", "publish"))
        parser.add_argument("file", type=Path)
        parser.add_argument("--city", default=settings.DEFAULT_MUNICIPALITY, metavar="CODE")
        parser.add_argument("--as", dest="email", default="", help="e-mail of who does it")
        parser.add_argument("--all", action="store_true", help="diff: rows that stay as well")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            content = options["file"].read_bytes()
        except OSError as cause:
            raise CommandError(f"{options['file']}: {cause.strerror}") from None
        try:
            getattr(self, f"_{options['what']}")(content, options)
        except RuleSetRefused as refused:
            raise CommandError("\n".join(str(problem) for problem in refused.problems)) from None
        except Refusal as refusal:
            raise CommandError(
                f"{gettext(refusal.title)}。{gettext(refusal.next_step)} ({refusal.code})"
            ) from None

    def _check(self, content: bytes, options: dict[str, Any]) -> None:
        """Say everything that stands against publishing; nothing is stored."""
        meta = load_rule_set(content).meta
        draft = RuleSet(
            municipality=options["city"],
            name=str(meta.name),
            version=meta.version,
            content=content.decode("utf-8-sig"),
            effective_from=meta.effective_from,
            effective_to=meta.effective_to,
        )
        if problems := publication_problems(draft):
            raise RuleSetRefused(problems)
        self.stdout.write(f"{meta.name} {meta.version}: 公開できます")

    def _diff(self, content: bytes, options: dict[str, Any]) -> None:
        """Show the file beside the version in force today, row by row."""
        draft = load_rule_set(content)
        try:
            row = rule_set_in_force(options["city"], on=civil_date(timezone.now()))
        except NoRuleSetInForce:
            before = None
        else:
            before = rules_of(row)
            self.stdout.write(f"{row} → {draft.meta.name} {draft.meta.version}")
        for one in compare(before, draft):
            if one.change == Change.SAME and not options["all"]:
                continue
            points = " → ".join(_points(view) for view in (one.before, one.after) if view)
            self.stdout.write(f"{_SIGNS[one.change]} {one.row.id}  {one.row.label}  {points}")

    def _load(self, content: bytes, options: dict[str, Any]) -> None:
        """Store a draft, or a reference."""
        user, actor = self._person(options, action="staff.rule-set.submit")
        row = submit_rule_set(
            content,
            municipality=options["city"],
            submitted_by=user,
            actor=actor,
            now=timezone.now(),
        )
        self.stdout.write(f"{row} ({row.get_status_display()}) sha256 {row.sha256}")

    def _publish(self, content: bytes, options: dict[str, Any]) -> None:
        """Publish the loaded draft with exactly this content, as the second person."""
        digest = sha256_of(content)
        row = RuleSet.objects.filter(municipality=options["city"], sha256=digest).first()
        if row is None:
            raise CommandError("この内容の下書きがありません。さきに load してください。")
        user, actor = self._person(options, action="staff.rule-set.publish")
        policy.demand(actor, "staff.rule-set.publish", row)
        done = publish_rule_set(row, published_by=user, actor=actor, now=timezone.now())
        self.stdout.write(f"{done}: 公開しました ({done.effective_from} - {done.effective_to})")

    def _person(self, options: dict[str, Any], *, action: str) -> tuple[User, Actor]:
        user = User.objects.filter(email=options["email"], is_staff=True).first()
        if user is None:
            raise CommandError("--as に、職員のメールアドレスを書いてください。")
        actor = user_actor(user, on_behalf_of=None, now=timezone.now(), assurance=2)
        policy.demand(actor, action)
        return user, actor


def _points(view: RowView) -> str:
    whole, half = divmod(abs(view.points or 0), 2)
    sign = "-" if (view.points or 0) < 0 else ""
    return f"{sign}{whole}{'.5' if half else ''}点"
