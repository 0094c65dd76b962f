"""Put the stored facts of a round into tables: one ``world`` for each subject of an application.

A world's columns are the facts that its rows may ask for: the household's and the child's, and
besides them the parent's or the facility's own. Facts outside the reference date stay out.
"""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from childcare.second_scorer.conditions import Rules, plain_name, quoted

_TABLES = """
CREATE TABLE application (app INTEGER PRIMARY KEY, family TEXT, number INTEGER);
CREATE TABLE wish (app INTEGER, facility TEXT);
CREATE TABLE document (app INTEGER, name TEXT);
CREATE TABLE fact (app INTEGER, subject TEXT, name TEXT, value, start TEXT, stop TEXT);
CREATE TABLE vocabulary (name TEXT PRIMARY KEY, owner TEXT);
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredApplication:
    """One application as it is stored: facts are the JSON list of its version."""

    key: str
    family: str  # who applies together
    number: int  # unique in the round, larger first
    facts: Sequence[Mapping[str, Any]]
    documents: frozenset[str] = frozenset()
    facilities: tuple[str, ...] = field(default=())


def load(
    database: sqlite3.Connection,
    rules: Rules,
    applications: Iterable[StoredApplication],
    *,
    on: date,
) -> list[str]:
    """Fill the tables; return the applications' keys in the order of their numbers in SQL."""
    database.executescript(_TABLES)
    keys = []
    for app, one in enumerate(applications):
        keys.append(one.key)
        _load_application(database, app, one)
    database.executemany("INSERT INTO vocabulary VALUES (?, ?)", rules.owners.items())
    database.execute(
        "DELETE FROM fact WHERE (start IS NOT NULL AND start > :day)"
        " OR (stop IS NOT NULL AND stop < :day)"
        " OR NOT EXISTS (SELECT 1 FROM vocabulary v WHERE v.name = fact.name"
        " AND fact.subject || ':' LIKE v.owner || ':%')",
        {"day": on.isoformat()},
    )
    _make_worlds(database, rules)
    return keys


def _load_application(database: sqlite3.Connection, app: int, one: StoredApplication) -> None:
    database.execute("INSERT INTO application VALUES (?, ?, ?)", (app, one.family, one.number))
    database.executemany(
        "INSERT INTO fact VALUES (?, ?, ?, ?, ?, ?)",
        [
            (app, fact["subject"], fact["name"], fact["value"], fact.get("from"), fact.get("to"))
            for fact in one.facts
        ],
    )
    database.executemany("INSERT INTO wish VALUES (?, ?)", [(app, to) for to in one.facilities])
    database.executemany("INSERT INTO document VALUES (?, ?)", [(app, to) for to in one.documents])


def _make_worlds(database: sqlite3.Connection, rules: Rules) -> None:
    facts = [plain_name(name) for name in rules.owners]
    pivots = ", ".join(f"max(CASE name WHEN {quoted(n)} THEN value END) AS f_{n}" for n in facts)
    database.executescript(f"""
    CREATE INDEX fact_by_app ON fact (app, subject);
    CREATE INDEX document_by_app ON document (app, name);
    CREATE TABLE subject AS
        SELECT app, 'household' AS subject, 'household' AS kind FROM application
        UNION ALL SELECT app, 'guardian:1', 'guardian' FROM application
        UNION ALL SELECT app, 'guardian:2', 'guardian' FROM application
        UNION ALL SELECT DISTINCT app, subject, 'facility' FROM fact
            WHERE subject LIKE 'facility:%';
    CREATE TABLE world AS
        SELECT s.app AS app, s.subject AS subject, s.kind AS kind, {pivots}
        FROM subject s LEFT JOIN fact ON fact.app = s.app
            AND fact.subject IN (s.subject, 'household', 'child')
        GROUP BY s.app, s.subject, s.kind;
    CREATE INDEX world_by_kind ON world (kind, app);
    CREATE TABLE special AS
        SELECT DISTINCT a.family AS family, substr(s.subject, 10) AS facility
        FROM subject s JOIN application a ON a.app = s.app WHERE s.kind = 'facility';
    CREATE TABLE place AS
        SELECT app, '' AS facility FROM application
        UNION ALL SELECT a.app, p.facility FROM application a JOIN special p USING (family);
    CREATE INDEX place_by_app ON place (app, facility);
    """)
