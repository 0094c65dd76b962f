"""Score a whole round in SQLite, in memory, from stored facts and the rule set's text."""

import sqlite3
from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import gcd

from childcare.second_scorer import statements
from childcare.second_scorer.conditions import Rules
from childcare.second_scorer.worlds import StoredApplication, load

_MONTHS_OF_YEAR = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondScore:
    """One child's score at a facility, or (none) at every facility without one of its own.

    ``lines`` are (row, subject, half points), sorted.
    """

    key: str
    facility: str | None
    rank: int | None
    numerator: int
    denominator: int
    tie_keys: tuple[int, ...]
    lines: tuple[tuple[str, str, int], ...]
    term_until: date | None


def score_applications(
    content: bytes, applications: Iterable[StoredApplication], *, on: date, starts_on: date
) -> list[SecondScore]:
    """Return every score of the round, each child's common one first."""
    rules = Rules(content, starts_on=starts_on)
    with closing(sqlite3.connect(":memory:")) as database:
        keys = load(database, rules, applications, on=on)
        for step in (
            statements.tables(),
            statements.base(rules),
            statements.adjust(rules),
            statements.ranks(rules),
            statements.totals(rules),
            [statements.LINES, "CREATE INDEX line_by_place ON line (app, facility)"],
            statements.terms(rules),
        ):
            for statement in step:
                database.execute(statement)
        return _read(database, rules, keys, starts_on=starts_on)


def _read(
    database: sqlite3.Connection, rules: Rules, keys: Sequence[str], *, starts_on: date
) -> list[SecondScore]:
    ties = statements.tie_keys(rules)
    columns = "".join(f", {tie}" for tie in ties)
    lines = _lines(database)
    found: list[SecondScore] = []
    common: SecondScore | None = None
    for app, facility, rank, top, bottom, months, *tie_keys in database.execute(
        "SELECT t.app, t.facility, r.rank, t.top, t.bottom,"
        f" (SELECT min(months) FROM term m WHERE m.app = t.app){columns}"
        " FROM total t JOIN app_rank r USING (app) JOIN application a USING (app)"
        " JOIN world w ON w.app = t.app AND w.kind = 'household'"
        " WHERE t.facility = '' OR EXISTS (SELECT 1 FROM wish h WHERE h.app = t.app"
        " AND h.facility = t.facility) ORDER BY t.app, t.facility"
    ):
        shared = gcd(top, bottom)
        score = SecondScore(
            key=keys[app],
            facility=facility or None,
            rank=rank,
            numerator=top // shared,
            denominator=bottom // shared,
            tie_keys=tuple(tie_keys),
            lines=tuple(sorted(lines.get((app, facility), ()))),
            term_until=_term_end(starts_on, months) if months else None,
        )
        if score.facility is None:
            common = score
        elif common and replace(score, facility=None) == common:
            continue  # nothing is special there
        found.append(score)
    return found


def _lines(
    database: sqlite3.Connection,
) -> dict[tuple[int, str], list[tuple[str, str, int]]]:
    found: dict[tuple[int, str], list[tuple[str, str, int]]] = defaultdict(list)
    for app, facility, name, subject, points in database.execute(
        "SELECT app, facility, name, subject, points FROM line"
    ):
        found[app, facility].append((name, subject, points))
    return found


def _term_end(starts_on: date, months: int) -> date:
    """Return the day before the same day ``months`` later, or that month's last day without one."""
    count = starts_on.year * _MONTHS_OF_YEAR + starts_on.month - 1 + months
    year, month = count // _MONTHS_OF_YEAR, count % _MONTHS_OF_YEAR + 1
    days = monthrange(year, month)[1]
    if starts_on.day > days:
        return date(year, month, days)
    return date(year, month, starts_on.day) - timedelta(days=1)
