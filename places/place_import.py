"""Import one national sheet: check a file whole, keep what it would change, apply it all at once.

Steps: (1) the file is read (`places.imports.sheet_file`); (2) each row gets its town, and a point
where it has none of its own; (3) rows are compared with the registry; (4) applying writes all rows
and their search texts in one transaction. A file with an error changes nothing.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from django.db import transaction

from accounts.models import User
from core import audit
from core.actor import Actor
from core.municipality import municipality as city_of
from core.refusals import Refusal, gettext_noop as _
from places.imports.problems import Repair, RowProblem
from places.imports.sheet_file import SheetFile, SheetRow, read_sheet
from places.models import Event, ImportState, Place, PlaceImport, PointKind, Sheet
from places.points import FAR_METRES, OUTSIDE_METRES, Point, metres_between, town_in
from places.search_index import index_events, index_places
from places.towns import town_points

_NEVER_FROM_A_SHEET: Final = frozenset(
    ("id", "municipality", "sheet", "number", "is_example", "changed_at", "place",
     "hours_exceptions", "languages", "is_yearly")
)  # fmt: skip
DEMO: Final = "デモ"


class PlaceImportNotOpen(Refusal):
    """The import was applied or taken back, or the file had errors."""

    code = "place-import-not-open"
    title = _("この取り込みは、もう決まっているか、直すところがあります")
    next_step = _("直したファイルを、もう一度取り込んでください。")
    status = HTTPStatus.CONFLICT


def check_place_file(
    path: Path,
    *,
    file_name: str,
    municipality: str,
    submitted_by: User | None,
    actor: Actor,
    now: datetime,
    sheet: str = "",
) -> PlaceImport:
    """Check the file and keep its good rows; return the import, ``checked`` or ``failed``."""
    found = read_sheet(path, municipality=municipality, sheet=sheet)
    layout = found.layout
    rows = [] if layout is None else _placed(found, layout.sheet, municipality)
    summary = _compare(layout.sheet, rows, municipality) if layout else {}
    is_good = layout is not None and not found.error_count
    with transaction.atomic():
        made = PlaceImport.objects.create(
            municipality=municipality,
            sheet=layout.sheet if layout else "",
            layout=layout.version if layout else "",
            file_name=file_name[-255:],
            file_sha256=found.sha256,
            encoding=found.encoding,
            state=ImportState.CHECKED if is_good else ImportState.FAILED,
            submitted_by=submitted_by,
            submitted_at=now,
            problems=[asdict(problem) for problem in found.problems],
            repairs=[asdict(repair) for repair in found.repairs],
            rows=rows if is_good else [],
            summary=summary | {"errors": found.error_count},
        )
        audit.record(
            "place.import.check",
            actor=actor,
            now=now,
            municipality=municipality,
            object_type="place-import",
            object_id=made.pk,
            outcome=made.state,
            facts={"rows": len(rows), "errors": found.error_count, "repairs": len(found.repairs)},
        )
    return made


def problems_of(found: PlaceImport) -> list[RowProblem]:
    """Return the stored problems as typed values."""
    return [RowProblem(**one) for one in found.problems]


def repairs_of(found: PlaceImport) -> list[Repair]:
    """Return the stored repairs as typed values."""
    return [Repair(**one) for one in found.repairs]


def apply_place_import(found: PlaceImport, *, actor: Actor, now: datetime) -> PlaceImport:
    """Write every row of a checked import; once, and all of it or nothing."""
    with transaction.atomic():
        found = PlaceImport.objects.select_for_update().get(pk=found.pk)
        if found.state != ImportState.CHECKED:
            raise PlaceImportNotOpen
        if found.sheet == Sheet.EVENT:
            index_events([_write_event(found.municipality, row) for row in found.rows])
        else:
            index_places([_write_place(found, row) for row in found.rows])
        found.state, found.decided_at = ImportState.APPLIED, now
        found.save(update_fields=["state", "decided_at"])
        _record(found, "place.import.apply", actor=actor, now=now)
    return found


def reject_place_import(found: PlaceImport, *, actor: Actor, now: datetime) -> PlaceImport:
    """Take a checked import back; nothing changes."""
    with transaction.atomic():
        found = PlaceImport.objects.select_for_update().get(pk=found.pk)
        if found.state != ImportState.CHECKED:
            raise PlaceImportNotOpen
        found.state, found.decided_at = ImportState.REJECTED, now
        found.save(update_fields=["state", "decided_at"])
        _record(found, "place.import.reject", actor=actor, now=now)
    return found


def _record(found: PlaceImport, action: str, *, actor: Actor, now: datetime) -> None:
    audit.record(
        action,
        actor=actor,
        now=now,
        municipality=found.municipality,
        object_type="place-import",
        object_id=found.pk,
        facts={"rows": len(found.rows)},
    )


def _placed(found: SheetFile, sheet: str, municipality: str) -> list[dict[str, Any]]:
    """Return the rows with their towns and points, as they are kept until applied."""
    towns = town_points(municipality)
    by_name = {town.name: town for town in towns}
    city = city_of(municipality).name["ja"]
    rows = []
    for row in found.rows:
        values = dict(row.values)
        town = by_name.get(values.get("town", "")) or town_in(
            values.get("address", ""), towns, city=city
        )
        if town is not None:
            values["town"] = town.name
        if "latitude" in values:
            values["point_kind"] = PointKind.OWN
            if town is not None:
                _check_point(found, row, town.point)
        elif town is not None and sheet != Sheet.STATION:
            values["latitude"] = str(town.point.latitude)
            values["longitude"] = str(town.point.longitude)
            values["point_kind"] = PointKind.TOWN
            found.mend(row.line, "緯度", "town-point", "", town.name)
        _check_days(found, row, values)
        rows.append({"number": row.number, "values": values, "extra": row.extra})
    return rows


def _check_point(found: SheetFile, row: SheetRow, town: Point) -> None:
    own = Point(latitude=float(row.values["latitude"]), longitude=float(row.values["longitude"]))
    metres = metres_between(own, town)
    if metres >= OUTSIDE_METRES:
        found.note(row.line, "緯度", "point-outside")
    elif metres >= FAR_METRES:
        found.note(row.line, "緯度", "point-far", is_error=False)


def _check_days(found: SheetFile, row: SheetRow, values: dict[str, Any]) -> None:
    """An event of one known day begins and ends on it; one that ends before it begins is wrong."""
    starts, ends = values.get("starts_on"), values.get("ends_on")
    if starts and not ends:
        values["ends_on"] = starts
    elif ends and not starts:
        values["starts_on"] = ends
    elif starts and ends and ends < starts:
        found.note(row.line, "終了日", "dates-out-of-order")


def _compare(sheet: str, rows: list[dict[str, Any]], municipality: str) -> dict[str, Any]:
    """Count what applying would do, and give eaten zeros back to numbers that we know."""
    known = {thing.number: thing for thing in _registry(sheet, municipality)}
    bare = {number.lstrip("0"): number for number in known}
    counts = {"new": 0, "changed": 0, "same": 0}
    for row in rows:
        row["number"] = (
            row["number"] if row["number"] in known else bare.get(row["number"], row["number"])
        )
        thing = known.pop(row["number"], None)
        if thing is None:
            counts["new"] += 1
        elif _differs(thing, row):
            counts["changed"] += 1
        else:
            counts["same"] += 1
    return counts | {"not_in_file": len(known)}


def _registry(sheet: str, municipality: str) -> "list[Place] | list[Event]":
    if sheet == Sheet.EVENT:
        return list(Event.objects.filter(municipality=municipality))
    return list(Place.objects.filter(municipality=municipality, sheet=sheet))


def _differs(thing: Place | Event, row: Mapping[str, Any]) -> bool:
    wanted = _columns(type(thing), row)
    return any(getattr(thing, name) != value for name, value in wanted.items())


def _columns(model: type[Place] | type[Event], row: Mapping[str, Any]) -> dict[str, Any]:
    """Return every field that a sheet speaks of: an empty cell empties its field."""
    values: dict[str, Any] = {"extra": row["extra"]}
    for field in model._meta.concrete_fields:
        if field.name in _NEVER_FROM_A_SHEET or field.name in values:
            continue
        given = row["values"].get(field.name)
        values[field.name] = field.get_default() if given is None else field.to_python(given)
    return values


def _write_place(found: PlaceImport, row: Mapping[str, Any]) -> Place:
    values = _columns(Place, row)
    place, _created = Place.objects.update_or_create(
        municipality=found.municipality,
        sheet=found.sheet,
        number=row["number"],
        defaults=values | {"is_example": values["name"].startswith(DEMO)},
    )
    return place


def _write_event(municipality: str, row: Mapping[str, Any]) -> Event:
    values = _columns(Event, row)
    event, _created = Event.objects.update_or_create(
        municipality=municipality,
        number=row["number"],
        defaults=values
        | {
            "is_example": values["title"].startswith(DEMO),
            "is_yearly": "毎年" in values["when_note"],
            "place": _venue(municipality, values["place_name"]),
        },
    )
    return event


def _venue(municipality: str, name: str) -> Place | None:
    """Return the one place that an event's 場所名称 names; ``None`` where none or several do."""
    if not name:
        return None
    found = Place.objects.filter(municipality=municipality, name=name)[:2]
    return found[0] if len(found) == 1 else None
