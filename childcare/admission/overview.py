"""What staff see of a round at a glance: wishes come true, the scores' spread, last year's."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final
from uuid import UUID

from childcare.models import Allocation, Round, Run, RunState, Scorer, ScoreSheet

SAMPLE: Final = 20  # results that an approver reads one by one
BINS: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Counts of whole-point bins from ``low`` in steps of ``step`` points, ours and last year's."""

    low: int
    step: int
    ours: Sequence[int]
    before: Sequence[int]


def overfull_classes(run: Run) -> int:
    """Return in how many classes ``run`` gives more seats than are offered and held there."""
    given: Counter[tuple[UUID, int]] = Counter()
    held: Counter[tuple[UUID, int]] = Counter()
    rows = Allocation.objects.filter(run=run).values_list(
        "facility_id", "class_age", "application__held_facility_id"
    )
    for facility, age, held_at in rows:
        if facility is not None:
            given[facility, age] += 1
        if held_at is not None:
            held[held_at, age] += 1
    offered = {
        (slot.facility_id, slot.class_age): slot.offered for slot in run.round.slots.iterator()
    }
    return sum(number > offered.get(slot, 0) + held[slot] for slot, number in given.items())


def lost_seats(run: Run) -> int:
    """Return how many children who hold a seat have none after ``run``: there must be none."""
    return Allocation.objects.filter(
        run=run, application__held_facility__isnull=False, facility__isnull=True
    ).count()


def newest_run(round_: Round) -> Run | None:
    """Return the run that counts: the published one, else the newest that was not taken back."""
    runs = round_.runs.exclude(state=RunState.VOID).order_by("-number")
    return runs.filter(state=RunState.PUBLISHED).first() or runs.first()


def wish_counts(run: Run) -> dict[str, int]:
    """Return how many got their first, second, third or later wish, keep their seat, or wait."""
    found: Counter[str] = Counter()
    for rank, is_held in run.allocations.values_list("wish_rank", "is_held"):
        if is_held:
            found["held"] += 1
        elif rank is None:
            found["none"] += 1
        else:
            found["1" if rank == 1 else "2" if rank == 2 else "3"] += 1  # noqa: PLR2004  wishes
    return dict(found)


def spread(round_: Round) -> Spread | None:
    """Return how the scores spread beside last year's round; ``None`` without scores."""
    ours = _points(round_)
    if not ours:
        return None
    last = _last_year(round_)
    before = [] if last is None else _points(last)
    low, high = min(ours + before), max(ours + before)
    step = max(1, -(-(high - low + 1) // BINS))
    return Spread(
        low=low,
        step=step,
        ours=_binned(ours, low, step),
        before=_binned(before, low, step) if before else (),
    )


def _points(round_: Round) -> list[int]:
    rows = ScoreSheet.objects.filter(round=round_, scorer=Scorer.FIRST, facility=None)
    return [
        # Whole points, rounded down, for the picture only.
        numerator // (2 * denominator)
        for numerator, denominator in rows.values_list("points_numerator", "points_denominator")
    ]


def _binned(points: Sequence[int], low: int, step: int) -> tuple[int, ...]:
    found = Counter((one - low) // step for one in points)
    return tuple(found[at] for at in range(BINS))


def _last_year(round_: Round) -> Round | None:
    return Round.objects.filter(
        municipality=round_.municipality, fiscal_year=round_.fiscal_year - 1, kind=round_.kind
    ).first()


def sample(run: Run) -> list[Allocation]:
    """Return twenty results to read one by one: nobody chooses them, anybody finds the same."""
    codes = sorted(
        run.allocations.values_list("code", flat=True),
        key=lambda code: sha256(f"{run.pk}|{code}".encode()).digest(),
    )[:SAMPLE]
    return list(
        run.allocations.filter(code__in=codes)
        .select_related("application", "facility__place")
        .order_by("code")
    )
