"""``manage.py admission``: a market from anywhere, and the city's rounds from the command line.

``solve`` exits 0 when RESULT was written, blocking families included; 2 if the input is not a
market; 3 when time ran out (RESULT says ``interrupted`` and cannot be published). The other doors
do what the staff's pages do, by the same functions; they exit 1 when they refuse, with the code
and both sentences of the refusal, and 2 where what was asked for is not there.
"""

import json
import math
import time
from argparse import ArgumentTypeError, _SubParsersAction
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext

from childcare.admission.draft_rules import draft_effect
from childcare.admission.market_file import BadMarket
from childcare.admission.overview import newest_run
from childcare.admission.proof import prove
from childcare.admission.publishing import publish_run, reasons_of
from childcare.admission.result import Method
from childcare.admission.running import make_run, replay
from childcare.admission.solve import load_market, solve
from childcare.admission.what_if import Effect, one_more_seat
from childcare.models import Application, Round, RuleSet, Run
from core.audit import SYSTEM
from core.refusals import Refusal

BAD_INPUT: Final = 2
OUT_OF_TIME: Final = 3
MARKET_BYTES_MAX: Final = 1 << 30  # a market of 120,000 children has 60 MB


class Command(BaseCommand):
    help = "Solve a market; run, replay, explain, try, publish and prove a round."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        doors = parser.add_subparsers(dest="door", required=True)
        door = doors.add_parser("solve", help="a market file to a result file")
        door.add_argument("market", type=Path)
        door.add_argument("--out", type=Path, required=True)
        door.add_argument("--time-limit", type=_seconds, default=math.inf, metavar="SECONDS")
        _round_door(doors, "run", "freeze, place and certify; nobody is told")
        _round_door(doors, "replay", "solve the stored snapshot again, byte for byte")
        _round_door(doors, "publish", "tell the families, once, after two approvals")
        _round_door(doors, "prove", "score sheets, snapshot, result, notices: one chain")
        door = _round_door(doors, "explain", "why one child got what it got")
        door.add_argument("receipt", help="the application's receipt number")
        door = _round_door(doors, "what-if", "who would gain and lose, as counts")
        door.add_argument("--facility", type=UUID, help="one more seat here ...")
        door.add_argument("--class-age", type=int, choices=range(6), help="... in this class")
        door.add_argument("--rule-set", type=UUID, help="or score by this draft")

    def handle(self, *_args: Any, **options: Any) -> None:
        door = options.pop("door")
        if door == "solve":
            self.solve(options["market"], options["out"], options["time_limit"])
            return
        doors: Mapping[str, Callable[..., str]] = {
            "run": self.run, "replay": self.replay, "publish": self.publish,
            "prove": self.prove, "explain": self.explain, "what-if": self.what_if,
        }  # fmt: skip
        round_ = Round.objects.select_related("rule_set").filter(pk=options["round"]).first()
        if round_ is None:
            raise CommandError("there is no such round", returncode=BAD_INPUT)
        try:
            self.stdout.write(doors[door](round_, options))
        except Refusal as refusal:
            raise CommandError(_in_words(refusal)) from None

    def solve(self, path: Path, out: Path, seconds: float) -> None:
        """Write the result of the market at ``path`` to ``out``."""
        until = time.monotonic() + seconds
        try:
            market = load_market(_read(path))
        except (OSError, BadMarket) as cause:
            raise CommandError(str(cause), returncode=BAD_INPUT) from None
        if out.is_dir() or out.resolve() == path.resolve():
            raise CommandError(f"{out}: the result needs a file of its own", returncode=BAD_INPUT)
        result = solve(market, seconds_left=lambda: until - time.monotonic()).result
        half = out.with_name(f"{out.name}.part")
        try:
            half.write_bytes(result.as_json())
            half.replace(out)
        except OSError as cause:
            with suppress(OSError):  # where there is no half of it
                half.unlink()
            raise CommandError(str(cause), returncode=BAD_INPUT) from None
        if result.method is Method.INTERRUPTED:
            raise CommandError("time ran out: the result is not one", returncode=OUT_OF_TIME)
        self.stdout.write(
            f"{result.placed} placed by {result.method}, "
            f"{len(result.blocking_families)} families block"
        )

    def run(self, round_: Round, _options: Mapping[str, Any]) -> str:
        """Compute the round."""
        run = make_run(round_, actor=SYSTEM, now=timezone.now())
        return (
            f"run {run.number}: {run.placed} of {run.children} placed by {run.method} in "
            f"{run.duration_ms} ms, {run.blocking_families} families block"
        )

    def replay(self, round_: Round, _options: Mapping[str, Any]) -> str:
        """Compare the replay with the stored result."""
        run = _run(round_)
        replay(run)
        return f"run {run.number}: the same {run.result_sha256}"

    def publish(self, round_: Round, _options: Mapping[str, Any]) -> str:
        """Tell the families."""
        run = publish_run(_run(round_), actor=SYSTEM, now=timezone.now())
        return f"run {run.number}: {run.children} told, chain {run.chain_sha256}"

    def prove(self, round_: Round, _options: Mapping[str, Any]) -> str:
        """Name each link and whether it holds."""
        proof = prove(_run(round_))
        links = {
            "score sheets -> market": proof.scores_to_market,
            "market -> result": proof.market_to_result,
            "result -> notices": proof.result_to_notices,
        }
        told = "\n".join(
            f"{name}: {'holds' if holds else 'BROKEN'}" for name, holds in links.items()
        )
        if not proof.holds:
            raise CommandError(f"{told}\npublished {proof.chain}, now {proof.chain_now}")
        return f"{told}\n{proof.chain_now}"

    def explain(self, round_: Round, options: Mapping[str, Any]) -> str:
        """Print the reason of one application, as its family reads it."""
        row = Application.objects.filter(round=round_, receipt_number=options["receipt"]).first()
        reasons = reasons_of(_run(round_)).by_application()
        if row is None or row.pk not in reasons:
            raise CommandError("the run has no such application", returncode=BAD_INPUT)
        return json.dumps(reasons[row.pk], ensure_ascii=False, indent=1)

    def what_if(self, round_: Round, options: Mapping[str, Any]) -> str:
        """Print counts, small ones left out."""
        run = _run(round_)
        if options["rule_set"]:
            draft = RuleSet.objects.filter(pk=options["rule_set"]).first()
            if draft is None:
                raise CommandError("there is no such rule set", returncode=BAD_INPUT)
            return _effect_text(draft_effect(run, draft))
        if options["facility"] is None or options["class_age"] is None:
            raise CommandError(
                "give --facility and --class-age, or --rule-set", returncode=BAD_INPUT
            )
        try:
            effect = one_more_seat(
                run, facility=options["facility"], class_age=options["class_age"]
            )
        except KeyError:
            raise CommandError("the run has no such class", returncode=BAD_INPUT) from None
        return _effect_text(effect)


def _read(path: Path) -> bytes:
    if (size := path.stat().st_size) > MARKET_BYTES_MAX:
        raise BadMarket(f"{path}: {size} bytes are more than {MARKET_BYTES_MAX}. Split the round.")
    with path.open("rb") as file:  # a pipe or a device does not say its size
        raw = file.read(MARKET_BYTES_MAX + 1)
    if len(raw) > MARKET_BYTES_MAX:
        raise BadMarket(f"{path}: has no end within {MARKET_BYTES_MAX} bytes. Split the round.")
    return raw


def _in_words(refusal: Refusal) -> str:
    """Return the code, both sentences and the facts of a refusal."""
    facts = json.dumps(refusal.extra, default=str) if refusal.extra else ""
    said = f"{gettext(refusal.title)}。{gettext(refusal.next_step) if refusal.next_step else ''}"
    return " ".join(part for part in (f"{refusal.code}:", said, refusal.detail, facts) if part)


def _round_door(doors: "_SubParsersAction[Any]", name: str, words: str) -> CommandParser:
    door: CommandParser = doors.add_parser(name, help=words)
    door.add_argument("round", type=UUID, help="the round's id")
    return door


def _run(round_: Round) -> Run:
    run = newest_run(round_)
    if run is None:
        raise CommandError("the round was not run yet", returncode=BAD_INPUT)
    return run


def _effect_text(effect: Effect) -> str:
    counts = {
        "better": effect.better, "worse": effect.worse, "newly placed": effect.newly_placed,
        "no longer placed": effect.no_longer_placed,
    }  # fmt: skip
    return ", ".join(
        f"{name}: {'1 to 4' if count is None else count}" for name, count in counts.items()
    )


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        raise ArgumentTypeError(f"{text} is not a number of seconds") from None
    if not 0 <= seconds < math.inf:
        raise ArgumentTypeError("give 0 or more seconds")
    return seconds
