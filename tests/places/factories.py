"""Places, towns and sheet files with a good default."""

import csv
import io
from pathlib import Path
from typing import Any

from core.audit import SYSTEM
from places.models import Place, PlaceImport, Sheet
from places.place_import import apply_place_import, check_place_file
from places.sheets import DATA, layouts
from places.towns import load_towns
from tests.disability_card.issuing import CITY, NOW

SAKU = DATA / "saku"


def make_place(**override: Any) -> Place:
    good = {"municipality": CITY, "sheet": Sheet.PUBLIC_FACILITY, "name": "デモ会館"}
    number = override.pop("number", f"P{Place.objects.count():04}")
    return Place.objects.create(**(good | {"number": number} | override))


def make_towns() -> int:
    return load_towns(SAKU / "towns.csv", municipality=CITY)


def sheet_bytes(
    rows: list[dict[str, str]],
    *,
    sheet: str = "tourism",
    version: str = "v1",
    encoding: str = "utf-8",
    more: tuple[str, ...] = (),
) -> bytes:
    columns = layouts()[sheet, version].columns + more
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def make_row(**override: str) -> dict[str, str]:
    good = {
        "都道府県コード又は市区町村コード": CITY,
        "NO": "0001",
        "名称": "デモ資料館",
        "名称_カナ": "デモシリョウカン",
        "住所": "長野県佐久市中込1-2",
        "説明": "古い学校です",
    }
    return good | override


def check(folder: Path, content: bytes, **more: Any) -> PlaceImport:
    path = folder / "sheet.csv"
    path.write_bytes(content)
    return check_place_file(
        path, file_name=path.name, municipality=CITY, submitted_by=None, actor=SYSTEM, now=NOW,
        **more,
    )  # fmt: skip


def apply(found: PlaceImport) -> PlaceImport:
    return apply_place_import(found, actor=SYSTEM, now=NOW)
