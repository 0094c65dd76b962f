"""Print the paper twins of a city's live cards: a run that can be stopped and started again."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext
from rich.progress import Progress

from accounts.officers import add_officer_argument, officer_of
from core import policy
from core.refusals import Refusal
from disability_card.models import Card
from disability_card.paper import PRINTABLE, make_paper_cards
from disability_card.printing.cards import CardFace, Layout
from disability_card.printing.runs import print_run, record_run


class Command(BaseCommand):
    help = "Print the paper cards of every live card into PDF files of 200 cards."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--out", type=Path, required=True, help="the run's folder")
        parser.add_argument("--layout", choices=list(Layout), default=Layout.A4_FOUR)
        parser.add_argument("--municipality", default=settings.DEFAULT_MUNICIPALITY)
        add_officer_argument(parser)

    def handle(self, *_args: Any, **options: Any) -> None:
        printer, actor = officer_of(options["email"], now=timezone.now())
        city = options["municipality"]
        # Without those who are protected from the officer, as on every page; another one prints.
        cards = policy.allowed(
            actor, "staff.card.paper", Card.objects.filter(municipality=city, state__in=PRINTABLE)
        ).order_by("pk")
        ids = [str(pk) for pk in cards.values_list("pk", flat=True)]

        def faces_of(part: Sequence[str]) -> Sequence[CardFace]:
            found = {str(card.pk): card for card in Card.objects.filter(pk__in=part)}
            made = make_paper_cards(
                [found[pk] for pk in part], printed_by=printer, now=timezone.now()
            )
            return [one.face for one in made]

        try:
            with Progress() as bar:
                task = bar.add_task("print", total=len(ids))
                report = print_run(
                    ids,
                    faces_of=faces_of,
                    folder=options["out"],
                    city=city,
                    layout=Layout(options["layout"]),
                    progress=lambda count: bar.advance(task, count),
                )
        except Refusal as refusal:
            raise CommandError(
                f"{gettext(refusal.title)}。{gettext(refusal.next_step)}"
            ) from refusal
        record_run("card.run-printed", city, report.printed, actor=actor, now=timezone.now())
        self.stdout.write(f"{report.printed} cards in {report.files} files")
        for card in report.for_hand_work:
            self.stdout.write(f"by hand: card {card}")
