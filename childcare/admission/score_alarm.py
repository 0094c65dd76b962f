"""Scores that look unlike the round before (甲賀 2023: points of a whole row were left out).

Both scorers may agree and still be wrong alike: a fact that nobody imported this year is missing
for both. So each row of the point table is asked for how many children it counts, and the mean is
asked, beside the last round of the same kind that was told. What stands out stops the notice
until an approver has written why it is right. Nobody is named; small numbers are not compared.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from statistics import fmean, stdev
from typing import Final
from uuid import UUID

from django.db import transaction

from childcare.admission.explained import REASON_MAX
from childcare.admission.refusals import NotInThisRunState, ScoresUnlikeBefore
from childcare.admission.running import LIVE_RUNS
from childcare.models import Round, RoundState, Run, Scorer, ScoreSheet
from core import audit
from core.actor import Actor

CHILDREN_MIN: Final = 5  # fewer are not compared: chance alone moves them
SHARE_MOVED: Final = 0.10  # of the children for whom a row counts, up or down
ERRORS_MOVED: Final = 3  # standard errors; less is chance
MEAN_MOVED: Final = 0.5  # of the deviation of the round before


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """A row (the mean, if empty) that counts unlike before, in percent or points of both rounds."""

    row: str
    was: float
    now: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scores:
    """What a round's first scorer found, without names."""

    children: int
    counted: Counter[str]  # row -> for how many children
    points: Sequence[float]


def score_alarms(round_: Round) -> list[Alarm]:
    """Return what stands out beside the round before; nothing where there is none to compare."""
    before = round_before(round_)
    if before is None:
        return []
    old, new = _scores(before), _scores(round_)
    if min(old.children, new.children) < CHILDREN_MIN:
        return []
    rows = sorted({*old.counted, *new.counted})
    found = [
        Alarm(
            row=row,
            was=100 * old.counted[row] / old.children,
            now=100 * new.counted[row] / new.children,
        )
        for row in rows
        if _stands_out(old.counted[row], old.children, new.counted[row], new.children)
    ]
    return [*_mean_alarm(old, new), *found]


def round_before(round_: Round) -> Round | None:
    """Return the last round of the same kind that was told."""
    return (
        Round.objects.filter(
            municipality=round_.municipality,
            kind=round_.kind,
            starts_on__lt=round_.starts_on,
            state__in=(RoundState.NOTIFIED, RoundState.CLOSED),
            score_sheets__isnull=False,
        )
        .order_by("-starts_on")
        .first()
    )


def demand_scores_explained(run: Run) -> None:
    """Raise :class:`ScoresUnlikeBefore` where something stands out and nobody wrote why."""
    if run.scores_explained_at is None and (found := score_alarms(run.round)):
        raise ScoresUnlikeBefore(found=len(found))


def explain_scores(run: Run, *, reason: str, actor: Actor, now: datetime) -> Run:
    """Keep why the scores are right though they are unlike before; a new run asks again."""
    with transaction.atomic():
        row = Run.objects.select_for_update().get(pk=run.pk)
        if row.state not in LIVE_RUNS:
            raise NotInThisRunState(state=row.state)
        row.scores_explained = reason.strip()[:REASON_MAX]
        row.scores_explained_by_id = actor.user_id
        row.scores_explained_at = now
        row.save(update_fields=["scores_explained", "scores_explained_by", "scores_explained_at"])
        audit.record(
            "childcare.run.explain_scores",
            actor=actor,
            now=now,
            municipality=row.round.municipality,
            object_type="run",
            object_id=row.pk,
        )
    return row


def _stands_out(was: int, of: int, now: int, out_of: int) -> bool:
    """A row that is gone or new, or whose share moved by more than chance does."""
    if min(was, now) == 0:
        return max(was, now) >= CHILDREN_MIN
    share = (was + now) / (of + out_of)
    error = math.sqrt(share * (1 - share) * (1 / of + 1 / out_of))
    moved = abs(now / out_of - was / of)
    return moved >= SHARE_MOVED and moved > ERRORS_MOVED * error


def _mean_alarm(old: _Scores, new: _Scores) -> list[Alarm]:
    was, now, deviation = fmean(old.points), fmean(new.points), stdev(old.points)
    error = deviation * math.sqrt(1 / old.children + 1 / new.children)
    if abs(now - was) <= max(MEAN_MOVED * deviation, ERRORS_MOVED * error):
        return []
    return [Alarm(row="", was=was, now=now)]


def _scores(round_: Round) -> _Scores:
    """Read the sheets of all facilities: some rows count at one facility only."""
    rows_of: dict[UUID, set[str]] = {}
    points: list[float] = []
    sheets = ScoreSheet.objects.filter(round=round_, scorer=Scorer.FIRST).only(
        "application_id", "facility_id", "points_numerator", "points_denominator", "lines"
    )
    for sheet in sheets.iterator():
        rows_of.setdefault(sheet.application_id, set()).update(one["row"] for one in sheet.lines)
        if sheet.facility_id is None:
            half_points = Fraction(sheet.points_numerator, sheet.points_denominator)
            points.append(float(half_points / 2))
    counted = Counter(row for rows in rows_of.values() for row in rows)
    return _Scores(children=len(points), counted=counted, points=points)
