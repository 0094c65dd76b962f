"""``manage.py admission solve MARKET.json --out RESULT.json``: a market from anywhere.

Exit 0: RESULT was written, blocking families included. 2: the input is not a market. 3: time ran
out; RESULT says ``interrupted`` and cannot be published.
"""

import math
import time
from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser

from childcare.admission.market_file import BadMarket
from childcare.admission.result import Method
from childcare.admission.solve import load_market, solve

BAD_INPUT: Final = 2
OUT_OF_TIME: Final = 3


class Command(BaseCommand):
    help = "Solve an admission market."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        doors = parser.add_subparsers(dest="door", required=True)
        door = doors.add_parser("solve", help="a market file to a result file")
        door.add_argument("market", type=Path)
        door.add_argument("--out", type=Path, required=True)
        door.add_argument("--time-limit", type=_seconds, default=math.inf, metavar="SECONDS")

    def handle(self, *_args: Any, **options: Any) -> None:
        self.solve(options["market"], options["out"], options["time_limit"])

    def solve(self, path: Path, out: Path, seconds: float) -> None:
        """Write the result of the market at ``path`` to ``out``."""
        until = time.monotonic() + seconds
        try:
            market = load_market(path.read_bytes())
        except (OSError, BadMarket) as cause:
            raise CommandError(str(cause), returncode=BAD_INPUT) from None
        result = solve(market, seconds_left=lambda: until - time.monotonic()).result
        try:
            out.write_bytes(result.as_json())
        except OSError as cause:
            raise CommandError(str(cause), returncode=BAD_INPUT) from None
        if result.method is Method.INTERRUPTED:
            raise CommandError("time ran out: the result is not one", returncode=OUT_OF_TIME)
        self.stdout.write(
            f"{result.placed} placed by {result.method}, "
            f"{len(result.blocking_families)} families block"
        )


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        raise ArgumentTypeError(f"{text} is not a number of seconds") from None
    if not 0 <= seconds < math.inf:
        raise ArgumentTypeError("give 0 or more seconds")
    return seconds
