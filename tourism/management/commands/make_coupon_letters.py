"""Make the codes of a campaign's letters: household numbers in, a CSV for the printer out.

The codes stand nowhere else in clear. Where the file cannot be written, no code is made.
"""

import csv
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from core.audit import SYSTEM
from core.refusals import Refusal
from tourism.models import Campaign
from tourism.stays import LetterCode, make_letter_codes

HOUSEHOLD_CHARS_MAX: Final = 40


class Command(BaseCommand):
    help = "Make a code a line of HOUSEHOLDS (a register's number each) and write them to OUT."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("campaign", metavar="SLUG")
        parser.add_argument("households", type=Path)
        parser.add_argument("--out", type=Path, required=True, help="a CSV that does not exist")
        parser.add_argument("--more", action="store_true", help="letters were made before")
        parser.add_argument("--municipality", default=settings.DEFAULT_MUNICIPALITY)

    def handle(self, *_args: Any, **options: Any) -> None:
        campaign = Campaign.objects.filter(
            slug=options["campaign"], municipality=options["municipality"], closed_at=None
        ).first()
        if campaign is None:
            raise CommandError("この事業はありません。")
        households = _households(options["households"])
        with transaction.atomic():
            locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
            if locked.grants.exists() and not options["more"]:
                raise CommandError("手紙のコードは、もう作りました。たすときは --more をつけます。")
            try:
                letters = make_letter_codes(locked, households, actor=SYSTEM, now=timezone.now())
            except Refusal as refusal:
                raise CommandError(gettext(refusal.title)) from refusal
            _write(options["out"], letters)
        self.stdout.write(f"{len(letters)} letters in {options['out']}")


def _households(path: Path) -> list[str]:
    """Return the numbers of a file; stop at the first line that is none."""
    numbers = [line.strip() for line in path.read_text(encoding="utf-8-sig").splitlines()]
    if not numbers:
        raise CommandError("世帯の番号が1つもありません。")
    for at, number in enumerate(numbers, start=1):
        if not 0 < len(number) <= HOUSEHOLD_CHARS_MAX or "," in number:
            raise CommandError(f"{at}行めが、世帯の番号ではありません。")
    return numbers


def _write(path: Path, letters: Sequence[LetterCode]) -> None:
    """Write a new file that only its owner reads; the code in fours, as it is typed."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w",
                       newline="", encoding="utf-8-sig") as out:  # fmt: skip
            writer = csv.writer(out)
            writer.writerow(["household", "code", "yen"])
            for one in letters:
                fours = [one.code[at : at + 4] for at in range(0, len(one.code), 4)]
                writer.writerow([one.household, "-".join(fours), one.value_yen])
    except OSError as broken:
        raise CommandError(f"ファイルを書けません: {broken.strerror}") from broken
