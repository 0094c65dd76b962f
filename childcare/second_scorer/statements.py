"""SQL that scores: which rows hold, which of them count, and what each child gets.

Totals are counted in halves of half points, so that a mean of two parents is whole too.
"""

from collections.abc import Iterator
from typing import Any

from childcare.second_scorer.conditions import Rules, quoted

FAR = 2**53  # beyond every value of a fact


def tables() -> Iterator[str]:
    """Make the tables of hits."""
    yield """CREATE TABLE parent (app INTEGER, subject TEXT)"""
    yield """CREATE TABLE base_hit (app INTEGER, subject TEXT, grp TEXT, grp_at INTEGER,
             name TEXT, row_at INTEGER, points INTEGER)"""
    yield """CREATE TABLE adjust_hit (app INTEGER, facility TEXT, subject TEXT, grp TEXT,
             combine TEXT, more INTEGER, name TEXT, row_at INTEGER, points INTEGER)"""
    yield """CREATE TABLE rank_hit (app INTEGER, subject TEXT, name TEXT, rank INTEGER)"""


def base(rules: Rules) -> Iterator[str]:
    """Find the parents who count, every row that holds of them, and the best of each."""
    raw = rules.tree["base"]
    leave_out = raw.get("leave_out_when")
    keep = f"NOT {rules.condition(leave_out)}" if leave_out else "1"
    yield f"INSERT INTO parent SELECT app, subject FROM world w WHERE kind = 'guardian' AND {keep}"
    groups = {group["id"]: group for group in raw["groups"]}
    points = row_points(rules.tree)
    for grp_at, group in enumerate(raw["groups"]):
        other = group.get("relative_to") or group.get("same_as")
        for row_at, row in enumerate(groups[other]["rows"] if other else group["rows"]):
            name = group["id"] if other else row["id"]
            worth = points[row["id"]] + int(group.get("delta", 0))
            yield (
                f"INSERT INTO base_hit SELECT w.app, w.subject, {quoted(group['id'])}, {grp_at},"
                f" {quoted(name)}, {row_at}, {worth} FROM world w JOIN parent USING (app, subject)"
                f" WHERE {rules.condition(group.get('when'))} AND {rules.condition(row['when'])}"
            )
    yield """CREATE TABLE base_best AS SELECT * FROM (
        SELECT *, row_number() OVER (PARTITION BY app, subject
                                     ORDER BY points DESC, grp_at) AS place
        FROM (SELECT *, row_number() OVER (PARTITION BY app, subject, grp
                                           ORDER BY row_at) AS inside FROM base_hit)
        WHERE inside = 1) WHERE place = 1"""
    total = {
        "sum": "2 * sum(points)",
        # One parent or two, so the halves are whole.
        "mean": "2 * sum(points) / count(*)",
        "lower": "2 * min(points)",
    }[raw["aggregate"]]
    yield f"""CREATE TABLE base_total AS SELECT app, {total} AS halves FROM (
        SELECT p.app AS app, COALESCE(b.points, 0) AS points
        FROM parent p LEFT JOIN base_best b USING (app, subject)) GROUP BY app"""


def row_points(tree: dict[str, Any]) -> dict[str, int]:
    """Return the points of every row, also of those that stand relative to another."""
    rows = [row for group in tree["base"]["groups"] for row in group.get("rows", [])]
    rows += tree.get("adjust", [])
    own = {row["id"]: int(row["points"]) for row in rows if "points" in row}
    return own | {
        row["id"]: own[row["relative_to"]] + int(row.get("delta", 0))
        for row in rows
        if "points" not in row
    }


def adjust(rules: Rules) -> Iterator[str]:
    """Find every further row that holds, and what it counts at each place."""
    points = row_points(rules.tree)
    groups = rules.tree.get("groups", {})
    for row_at, row in enumerate(rules.tree.get("adjust", [])):
        scope = row.get("scope", "household")
        grp = row.get("group", "")
        way = groups.get(grp, {})
        times = _times(rules, row)
        source = "world w JOIN parent USING (app, subject)" if scope == "guardian" else "world w"
        kind = "household" if scope == "child" else scope
        where = "substr(w.subject, 10)" if scope == "facility" else "''"
        yield (
            f"INSERT INTO adjust_hit SELECT w.app, {where}, w.subject, {quoted(grp)},"
            f" {quoted(way.get('combine', 'sum'))}, {int(way.get('each', 0))},"
            f" {quoted(row['id'])}, {row_at}, {points[row['id']]} * {times} FROM {source}"
            f" WHERE w.kind = {quoted(kind)} AND {times} > 0"
            f" AND {rules.condition(row.get('when'))}"
        )
    yield "CREATE INDEX adjust_hit_by_app ON adjust_hit (app)"
    yield """CREATE TABLE adjust_line AS SELECT app, facility, grp, name, subject,
        CASE WHEN combine = 'best_plus_each' AND best > 1 THEN more ELSE points END AS points
        FROM (SELECT p.app AS app, p.facility AS facility, h.grp AS grp, h.name AS name,
                     h.subject AS subject, h.combine AS combine, h.more AS more,
                     h.points AS points,
                     row_number() OVER (PARTITION BY p.app, p.facility, h.grp
                         ORDER BY h.points DESC, h.row_at, h.subject) AS best,
                     row_number() OVER (PARTITION BY p.app, p.facility, h.grp
                         ORDER BY h.row_at, h.subject) AS first
              FROM place p JOIN adjust_hit h ON h.app = p.app
                  AND h.facility IN ('', p.facility))
        WHERE grp = '' OR combine IN ('sum', 'best_plus_each')
            OR (combine = 'max' AND best = 1) OR (combine = 'first' AND first = 1)"""
    yield "CREATE INDEX adjust_line_by_place ON adjust_line (app, facility)"


def _times(rules: Rules, row: dict[str, Any]) -> str:
    per = row.get("per")
    if not per:
        return "1"
    found = f"max(0, COALESCE({rules.column(per['fact'])}, 0) - {int(per.get('from', 1))} + 1)"
    return f"min({found}, {int(per['max'])})" if "max" in per else found


def ranks(rules: Rules) -> Iterator[str]:
    """Find the rank of each application; 1 is the best."""
    raw, last = rules.tree.get("ranks"), rules.tree.get("last")
    rows, owner = (raw["rows"], raw["of"]) if raw else ([], "")
    for at, row in enumerate(rows):
        earlier = " OR ".join(rules.condition(one["when"]) for one in rows[:at]) or "0"
        source = "world w JOIN parent USING (app, subject)"
        if owner == "household":
            source = "world w"
        kind = quoted(owner)
        yield (
            f"INSERT INTO rank_hit SELECT w.app, w.subject, {quoted(row['id'])},"
            f" {int(row['rank'])} FROM {source} WHERE w.kind = {kind} AND NOT ({earlier})"
            f" AND {rules.condition(row['when'])}"
        )
    yield f"CREATE TABLE app_rank AS {_rank_query(raw)}"
    if last:
        worst = max([int(raw["otherwise"]) if raw else 1, *(int(row["rank"]) for row in rows)])
        agreed = rules.condition(last["when"])
        holds = f"SELECT app FROM world w WHERE kind = 'household' AND {agreed}"
        yield "UPDATE app_rank SET rank = COALESCE(rank, 1)"
        yield f"UPDATE app_rank SET rank = {worst + 1} WHERE app IN ({holds})"
        yield (
            f"INSERT INTO rank_hit SELECT app, 'household', {quoted(last['id'])}, {worst + 1}"
            f" FROM ({holds})"
        )


def _rank_query(raw: dict[str, Any] | None) -> str:
    if raw is None:
        return "SELECT app, NULL AS rank FROM application"
    otherwise = int(raw["otherwise"])
    pick = "max" if raw.get("decides", "lower") == "lower" else "min"
    asked = (
        "parent"
        if raw["of"] == "guardian"
        else "(SELECT app, 'household' AS subject FROM application)"
    )
    return f"""SELECT a.app AS app, COALESCE({pick}(
            CASE WHEN q.app IS NULL THEN NULL ELSE COALESCE(r.rank, {otherwise}) END),
            {otherwise}) AS rank
        FROM application a LEFT JOIN {asked} q ON q.app = a.app
        LEFT JOIN rank_hit r ON r.app = q.app AND r.subject = q.subject GROUP BY a.app"""


def totals(rules: Rules) -> Iterator[str]:
    """Add base and further rows at each place, join siblings, round."""
    yield """CREATE TABLE own AS
        SELECT p.app AS app, a.family AS family, p.facility AS facility,
               COALESCE(b.halves, 0) AS base, COALESCE(sum(l.points), 0) AS adjust,
               COALESCE(b.halves, 0) + 2 * COALESCE(sum(l.points), 0) AS halves
        FROM place p JOIN application a USING (app) LEFT JOIN base_total b USING (app)
        LEFT JOIN adjust_line l ON l.app = p.app AND l.facility = p.facility
        GROUP BY p.app, p.facility"""
    yield "CREATE INDEX own_by_family ON own (family, facility)"
    score = rules.tree.get("siblings", {}).get("score", "own")
    top, bottom = {
        "own": ("o.halves", "2"),
        "mean": ("sum(f.halves)", "2 * count(*)"),
        "max": ("max(f.halves)", "2"),
    }[score]
    join = ""
    if score != "own":
        join = "JOIN own f ON f.family = o.family AND f.facility = o.facility"
    yield f"""CREATE TABLE total AS SELECT o.app AS app, o.facility AS facility,
        o.base AS base, o.adjust AS adjust, {top} AS top, {bottom} AS bottom
        FROM own o {join} GROUP BY o.app, o.facility"""
    rounding = rules.tree.get("rounding")
    if isinstance(rounding, dict):
        unit = 2 if rounding["to"] == "point" else 1
        half = {"down": "0", "half_up": f"bottom * {unit} / 2", "up": f"bottom * {unit} - 1"}
        # Whole numbers only: bottom * unit is even, so its half is whole as well.
        raised, by = f"(top + {half[rounding['mode']]})", f"(bottom * {unit})"
        floor = f"(({raised} - (({raised} % {by}) + {by}) % {by}) / {by})"
        yield f"UPDATE total SET top = {unit} * {floor}, bottom = 1"


def tie_keys(rules: Rules) -> list[str]:
    """Return one SQL expression a key over ``total t``, ``world w`` (the household's) and lines."""
    return [_tie_key(rules, raw) for raw in _tie_break(rules.tree)]


def _tie_break(tree: dict[str, Any]) -> list[dict[str, Any]]:
    found = tree.get("tie_break")
    return found if isinstance(found, list) else []


def _tie_key(rules: Rules, raw: dict[str, Any]) -> str:
    if "points_of" in raw:
        of = raw["points_of"]
        if of in {"base", "adjust"}:
            return f"t.{of}"
        return (
            "(SELECT COALESCE(sum(points), 0) FROM adjust_line l WHERE l.app = t.app"
            f" AND l.facility = t.facility AND l.grp = {quoted(of)})"
        )
    if "rows" in raw:
        count = len(raw["rows"])
        cases = " ".join(
            f"WHEN {quoted(row)} THEN {count - at}" for at, row in enumerate(raw["rows"])
        )
        return (
            f"(SELECT COALESCE(max(CASE name {cases} ELSE 0 END), 0) FROM line l"
            " WHERE l.app = t.app AND l.facility = t.facility)"
        )
    if "fact" in raw:
        sign = "-" if raw["first"] == "low" else ""
        missing = FAR if raw.get("missing") == "first" else -FAR
        return f"COALESCE({sign}{rules.column(raw['fact'])}, {missing})"
    return rules.condition(raw["when"]) if "when" in raw else "a.number"


LINES = """CREATE TABLE line AS
    SELECT p.app AS app, p.facility AS facility, b.name AS name, b.subject AS subject,
           b.points AS points FROM place p JOIN base_best b ON b.app = p.app
    UNION ALL SELECT app, facility, name, subject, points FROM adjust_line
    UNION ALL SELECT p.app, p.facility, r.name, r.subject, 0
        FROM place p JOIN rank_hit r ON r.app = p.app"""


def terms(rules: Rules) -> Iterator[str]:
    """Find the shortest term of each application, in months."""
    yield "CREATE TABLE term (app INTEGER, months INTEGER)"
    for raw in rules.tree.get("terms", []):
        groups = ", ".join(quoted(group) for group in raw["groups"])
        yield (
            f"INSERT INTO term SELECT app, {int(raw['months'])} FROM base_best"
            f" WHERE grp IN ({groups})"
        )
