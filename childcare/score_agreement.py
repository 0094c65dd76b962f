"""Hold the two scorers' sheets against each other: any difference blocks the notice."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from childcare.models import Round, Scorer, ScoreSheet

_FIELDS = ("rank", "points", "tie_keys", "lines", "term_until")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What one scorer says of one child at one facility (none: wherever nothing else is said)."""

    application: str
    facility: str | None
    rank: int | None
    points: tuple[int, int]  # an exact fraction of half points
    tie_keys: tuple[int, ...]
    lines: frozenset[tuple[str, str, int]]  # row, subject, half points
    term_until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """One child at one facility of whom the scorers say different things, and in what."""

    application: str
    facility: str | None
    fields: tuple[str, ...]  # "missing" where one of them says nothing


def disagreements(
    wishes: Mapping[str, Sequence[str]],
    first: Iterable[Standing],
    second: Iterable[Standing],
) -> list[Disagreement]:
    """Compare both at every facility that each application asks for, and in common."""
    ours = {(one.application, one.facility): one for one in first}
    theirs = {(one.application, one.facility): one for one in second}
    found = []
    for application, facilities in wishes.items():
        for facility in (None, *facilities):
            pair = [
                side.get((application, facility)) or side.get((application, None))
                for side in (ours, theirs)
            ]
            if fields := _differing(*pair):
                found.append(
                    Disagreement(application=application, facility=facility, fields=fields)
                )
    return found


def _differing(one: Standing | None, other: Standing | None) -> tuple[str, ...]:
    if one is None or other is None:
        return ("missing",)
    return tuple(name for name in _FIELDS if getattr(one, name) != getattr(other, name))


def stored_standings(round_: Round, scorer: Scorer) -> list[Standing]:
    """Return what the stored sheets of one scorer say."""
    rows = ScoreSheet.objects.filter(round=round_, scorer=scorer)
    return [
        Standing(
            application=str(row.application_id),
            facility=str(row.facility_id) if row.facility_id else None,
            rank=row.rank,
            points=(row.points_numerator, row.points_denominator),
            tie_keys=tuple(row.tie_keys),
            lines=frozenset((one["row"], one["subject"], one["points"]) for one in row.lines),
            term_until=row.term_until,
        )
        for row in rows.iterator(chunk_size=1_000)
    ]
