"""A printable run: thousands of cards in files of a few hundred pages, safe to stop and restart.

A run is a folder. Each finished file is written under a temporary name and renamed, and names
the cards it holds in ``run.json``; starting again goes on behind the last finished file, so no
card is issued twice for one run.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Final

from core import audit
from core.actor import Actor
from disability_card.printing.cards import CardFace, Layout, render_cards

CARDS_A_FILE: Final = 200  # about 3 seconds of work: the most that a stop can lose


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """What a run has made: files, cards, and the names that no font here can print."""

    files: int
    printed: int
    for_hand_work: Sequence[str]  # serials


def print_run(
    serials: Sequence[str],
    *,
    faces_of: Callable[[Sequence[str]], Sequence[CardFace]],
    folder: Path,
    city: str,
    layout: Layout,
    progress: Callable[[int], None] = lambda _count: None,
) -> RunReport:
    """Print the cards of ``serials`` into ``folder`` and return what stands there now.

    ``serials`` name the cards; ``faces_of`` issues the paper credentials of one file's cards when
    their turn comes, in the same order.
    """
    folder.mkdir(parents=True, exist_ok=True)
    state_file = folder / "run.json"
    state: dict[str, list[list[str]]] = {"files": [], "by_hand": []}
    if state_file.exists():
        state = json.loads(state_file.read_text(encoding="utf-8"))
    done = {serial for part in (*state["files"], *state["by_hand"]) for serial in part}
    progress(len(done))
    for part in _parts([serial for serial in serials if serial not in done]):
        faces = list(zip(part, faces_of(part), strict=True))
        printable = [(serial, face) for serial, face in faces if not face.missing_glyphs()]
        by_hand = [serial for serial, face in faces if face.missing_glyphs()]
        if printable:
            pdf = render_cards([face for _, face in printable], city=city, layout=layout)
            write_whole(folder / f"cards-{len(state['files']) + 1:03d}.pdf", pdf)
            state["files"].append([serial for serial, _ in printable])
        if by_hand:
            state["by_hand"].append(by_hand)
        write_whole(state_file, json.dumps(state, ensure_ascii=False).encode())
        progress(len(part))
    return RunReport(
        files=len(state["files"]),
        printed=sum(map(len, state["files"])),
        for_hand_work=[serial for part in state["by_hand"] for serial in part],
    )


def record_run(
    action: str, municipality: str, printed: int, *, actor: Actor, now: datetime
) -> None:
    """Write down who printed; which cards or letters it were stands in the run's folder."""
    audit.record(
        action,
        actor=actor,
        now=now,
        municipality=municipality,
        object_type="print-run",
        facts={"printed": printed},
    )


def _parts(serials: Sequence[str]) -> Iterator[list[str]]:
    rest = iter(serials)
    while part := list(islice(rest, CARDS_A_FILE)):
        yield part


def write_whole(path: Path, content: bytes) -> None:
    """Write all or nothing: a file under its final name is a finished one."""
    made = path.with_suffix(path.suffix + ".part")
    made.write_bytes(content)
    made.replace(path)
