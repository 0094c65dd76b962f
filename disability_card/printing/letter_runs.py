"""A mail run of letters with linking codes, in files of 200, safe to stop and start again.

The folder is the run, as in ``disability_card.printing.runs``: a handbook named in ``run.json``
has its letter in a finished file. A code whose file was not finished was never sent; the next
start makes another, which withdraws it.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from core.actor import Actor
from core.print_fonts import print_font
from disability_card.handbook_search import handbooks_open_to
from disability_card.ledger_row import LedgerRow
from disability_card.life_cycle import LIVE
from disability_card.linking import make_linking_codes
from disability_card.models import Handbook
from disability_card.printing.letters import LinkingLetter, render_letters
from disability_card.printing.runs import record_run, write_whole
from jp.clock import civil_date

LETTERS_A_FILE: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterRunReport:
    """What a run has made; ``by_hand`` are handbooks whose name or address no font here prints."""

    files: int
    printed: int
    by_hand: Sequence[str]


def print_letter_run(
    municipality: str,
    *,
    folder: Path,
    actor: Actor,
    now: datetime,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> LetterRunReport:
    """Print a letter for each handbook in force without a live card; return what stands there.

    Whoever is protected from the officer (支援措置) is not among them, and the officer is not told:
    the same command in the same folder, run by another one, prints what is left.
    """
    folder.mkdir(parents=True, exist_ok=True)
    state_file = folder / "run.json"
    state: dict[str, list[list[str]]] = {"files": [], "by_hand": []}
    if state_file.exists():
        state = json.loads(state_file.read_text(encoding="utf-8"))
    done = {pk for part in (*state["files"], *state["by_hand"]) for pk in part}
    wanted = [
        str(pk)
        for pk in handbooks_open_to(actor, "staff.handbook.letter")
        .filter(municipality=municipality, is_gone=False)
        .exclude(cards__state__in=LIVE)
        .order_by("pk")
        .values_list("pk", flat=True)
        if str(pk) not in done
    ]
    for start in range(0, len(wanted), LETTERS_A_FILE):
        part = Handbook.objects.filter(pk__in=wanted[start : start + LETTERS_A_FILE]).order_by("pk")
        by_hand = [str(one.pk) for one in part if _is_for_hand_work(one)]
        printable = [one for one in part if str(one.pk) not in by_hand]
        if printable:
            content = render_letters(
                linking_letters(printable, now=now), city=municipality, sent_on=civil_date(now)
            )
            write_whole(folder / f"letters-{len(state['files']) + 1:03d}.pdf", content)
            state["files"].append([str(one.pk) for one in printable])
        if by_hand:
            state["by_hand"].append(by_hand)
        write_whole(state_file, json.dumps(state).encode())
        progress(min(start + LETTERS_A_FILE, len(wanted)), len(wanted))
    record_run("handbook.letters-printed", municipality, len(wanted), actor=actor, now=now)
    return LetterRunReport(
        files=len(state["files"]),
        printed=sum(map(len, state["files"])),
        by_hand=[pk for part in state["by_hand"] for pk in part],
    )


def _is_for_hand_work(handbook: Handbook) -> bool:
    row = LedgerRow.from_record(handbook.record)
    return bool(print_font().missing_from(row.name + row.addr_text))


def linking_letters(handbooks: Sequence[Handbook], *, now: datetime) -> list[LinkingLetter]:
    """Return the letters of ``handbooks``, each with a new code; earlier ones are withdrawn."""
    made = make_linking_codes(handbooks, now=now)
    letters = []
    for handbook, new in zip(handbooks, made, strict=True):
        row = LedgerRow.from_record(handbook.record)
        letters.append(
            LinkingLetter(
                name=row.name,
                postal_code=row.postal_code,
                address=row.addr_text,
                reference=new.code.reference,
                secret=new.secret,
                expires_on=civil_date(new.code.expires_at),
            )
        )
    return letters
