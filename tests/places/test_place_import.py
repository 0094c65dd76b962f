"""A sheet of places goes in whole, mended as far as it can be, or not at all."""

from pathlib import Path

import pytest

from core.audit import SYSTEM
from places.export import sheet_csv, sheet_rows
from places.imports.problems import MESSAGES, REPAIRS
from places.models import Event, ImportState, Place, PointKind, SearchText
from places.place_import import PlaceImportNotOpen, problems_of, reject_place_import, repairs_of
from tests.disability_card.issuing import CITY, NOW
from tests.places.factories import SAKU, apply, check, make_row, make_towns, sheet_bytes

pytestmark = pytest.mark.django_db


def codes(found: object) -> set[tuple[int, str, str]]:
    return {(one.row, one.column, one.code) for one in problems_of(found)}  # type: ignore[arg-type]


def repaired(found: object) -> set[tuple[str, str]]:
    return {(one.column, one.code) for one in repairs_of(found)}  # type: ignore[arg-type]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_every_encoding_of_city_files_gives_the_same_row(tmp_path: Path, encoding: str) -> None:
    found = check(tmp_path, sheet_bytes([make_row()], encoding=encoding))
    assert (found.state, found.sheet, found.layout) == (ImportState.CHECKED, "tourism", "v1")
    apply(found)
    assert Place.objects.get().name == "デモ資料館"


def test_a_file_in_two_encodings_is_refused_with_the_mend(tmp_path: Path) -> None:
    mixed = sheet_bytes([make_row()]) + sheet_bytes([make_row()], encoding="cp932")
    found = check(tmp_path, mixed)
    assert codes(found) == {(0, "", "encoding-unknown")}
    assert "UTF-8" in problems_of(found)[0].mend


def test_swapped_latitude_and_longitude_are_put_right_and_listed(tmp_path: Path) -> None:
    found = check(tmp_path, sheet_bytes([make_row(緯度="138.4751", 経度="36.2387")]))
    apply(found)
    place = Place.objects.get()
    assert (str(place.latitude), str(place.longitude)) == ("36.238700", "138.475100")
    assert ("緯度", "swapped") in repaired(found)


def test_zeros_that_a_spreadsheet_ate_come_back(tmp_path: Path) -> None:
    apply(check(tmp_path, sheet_bytes([make_row()])))
    eaten = make_row(NO="1", 名称="新しい名前", 連絡先電話番号="267627845")
    found = check(tmp_path, sheet_bytes([eaten]))
    assert found.summary["changed"] == 1
    apply(found)
    place = Place.objects.get()
    assert (place.number, place.name, place.phone) == ("0001", "新しい名前", "0267627845")
    assert ("連絡先電話番号", "zeros") in repaired(found)


@pytest.mark.parametrize(
    ("column", "text", "field", "value", "repair"),
    [
        ("開始時間", "９時", "opens", "09:00", "time"),
        ("終了時間", "17:00", "closes", "17:00", ""),
        ("利用可能曜日", "月~金", "open_days", "月火水木金", "days"),
        ("利用可能曜日", "火・木・土", "open_days", "火木土", "days"),
        ("利用可能曜日", "土～月", "open_days", "月土日", "days"),
        ("料金(基本)", "１，７００円", "fee_yen", "1700", "width"),
        ("名称_カナ", "ﾃﾞﾓｼﾘｮｳｶﾝ", "name_kana", "デモシリョウカン", "kana-width"),
    ],
)
def test_cells_are_read_as_cities_write_them(  # noqa: PLR0917  one case a line
    tmp_path: Path, column: str, text: str, field: str, value: str, repair: str
) -> None:
    found = check(tmp_path, sheet_bytes([make_row(**{column: text})]))
    apply(found)
    stored = getattr(Place.objects.get(), field)
    assert str(stored)[: len(value)] == value
    assert ((column, repair) in repaired(found)) == bool(repair)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"名称": ""}, (2, "", "name-missing")),
        ({"NO": ""}, (2, "NO", "number-missing")),
        ({"都道府県コード又は市区町村コード": "202011"},
         (2, "都道府県コード又は市区町村コード", "other-city")),
        ({"都道府県コード又は市区町村コード": "202178"},
         (2, "都道府県コード又は市区町村コード", "code-wrong")),
        ({"緯度": "36.2"}, (2, "緯度", "point-half")),
        ({"緯度": "north", "経度": "138.4"}, (2, "緯度", "point-wrong")),
        ({"緯度": "35.0", "経度": "135.0"}, (2, "緯度", "point-outside")),
    ],
)  # fmt: skip
def test_what_cannot_be_mended_stops_the_whole_file(
    tmp_path: Path, change: dict[str, str], problem: tuple[int, str, str]
) -> None:
    make_towns()
    found = check(tmp_path, sheet_bytes([make_row(**change), make_row(NO="0002")]))
    assert found.state == ImportState.FAILED
    assert problem in codes(found)
    with pytest.raises(PlaceImportNotOpen):
        apply(found)
    assert not Place.objects.exists()


def test_a_cell_that_nobody_can_read_is_kept_and_named(tmp_path: Path) -> None:
    found = check(tmp_path, sheet_bytes([make_row(開始時間="日の出")]))
    assert (2, "開始時間", "time-wrong") in codes(found)
    apply(found)
    place = Place.objects.get()
    assert (place.opens, place.extra["開始時間"]) == (None, "日の出")


def test_a_place_without_a_point_takes_its_towns_and_says_so(tmp_path: Path) -> None:
    make_towns()
    apply(check(tmp_path, sheet_bytes([make_row(), make_row(NO="2", 住所="長野県佐久市")])))
    with_town, without = Place.objects.order_by("number")
    assert (with_town.town, with_town.point_kind) == ("中込", PointKind.TOWN)
    assert (without.town, without.point_kind, without.latitude) == ("", PointKind.NONE, None)


def test_a_point_far_from_its_town_is_for_a_person_to_look_at(tmp_path: Path) -> None:
    make_towns()
    found = check(tmp_path, sheet_bytes([make_row(緯度="36.1958", 経度="138.5019")]))
    assert found.state == ImportState.CHECKED
    assert (2, "緯度", "point-far") in codes(found)


def test_the_same_number_twice_is_refused(tmp_path: Path) -> None:
    found = check(tmp_path, sheet_bytes([make_row(), make_row()]))
    assert codes(found) == {(3, "NO", "number-twice")}


def test_an_import_is_applied_once(tmp_path: Path) -> None:
    found = check(tmp_path, sheet_bytes([make_row()]))
    apply(found)
    with pytest.raises(PlaceImportNotOpen):
        apply(found)
    with pytest.raises(PlaceImportNotOpen):
        reject_place_import(found, actor=SYSTEM, now=NOW)


def test_a_file_of_another_kind_is_refused_as_a_whole(tmp_path: Path) -> None:
    assert codes(check(tmp_path, b"a,b,c\n1,2,3\n")) == {(1, "", "sheet-unknown")}
    assert codes(check(tmp_path, b"")) == {(0, "", "file-empty")}


@pytest.mark.parametrize(
    ("name", "sheet", "count"),
    [
        ("tourism_facilities", "tourism", 27),
        ("cultural_properties", "cultural_property", 9),
        ("childcare_facilities", "childcare", 14),
        ("stations", "station", 10),
        ("events", "event", 12),
    ],
)
def test_the_real_rows_of_saku_go_in(tmp_path: Path, name: str, sheet: str, count: int) -> None:
    make_towns()
    found = apply(check(tmp_path, (SAKU / f"{name}.csv").read_bytes()))
    assert (found.sheet, found.summary["new"]) == (sheet, count)
    assert SearchText.objects.count() == count
    rows = Event.objects.all() if sheet == "event" else Place.objects.filter(sheet=sheet)
    assert rows.filter(municipality=CITY).count() == count


def test_gaps_of_the_real_rows_stay_gaps(tmp_path: Path) -> None:
    make_towns()
    apply(check(tmp_path, (SAKU / "childcare_facilities.csv").read_bytes()))
    unknown = Place.objects.get(name="臼田保育園")
    assert (unknown.point_kind, unknown.phone, unknown.opens) == (PointKind.NONE, "", None)


def test_what_the_newest_layout_writes_comes_back_the_same(tmp_path: Path) -> None:
    make_towns()
    for name in ("tourism_facilities", "childcare_facilities", "cultural_properties", "events"):
        apply(check(tmp_path, (SAKU / f"{name}.csv").read_bytes()))
    for sheet in ("tourism", "childcare", "cultural_property", "event"):
        written = sheet_csv(sheet_rows(sheet, municipality=CITY, with_ours=True))
        again = check(tmp_path, written)
        assert (again.sheet, again.layout) == (sheet, "v3")
        assert again.summary["new"] == again.summary["changed"] == again.summary["errors"] == 0


def test_a_sheet_is_written_in_the_columns_of_its_layout(tmp_path: Path) -> None:
    rows = sheet_rows("childcare", municipality=CITY)
    assert len(rows.columns) == 53
    assert rows.layout.label, "this layout is not verified and must say so"
    assert not sheet_rows("public_facility", municipality=CITY).layout.label


def test_the_older_and_the_newer_child_care_sheet_are_told_apart(tmp_path: Path) -> None:
    old = check(tmp_path, sheet_bytes([make_row()], sheet="childcare", more=("説明",)))
    assert (old.sheet, old.layout) == ("childcare", "v1")
    row = {"全国地方公共団体コード": CITY, "ID": "1", "名称": "デモ園", "一時預かりの有無": "有"}
    new = check(tmp_path, sheet_bytes([row], sheet="childcare", version="v3"))
    assert (new.sheet, new.layout) == ("childcare", "v3")


def test_columns_without_a_field_are_kept(tmp_path: Path) -> None:
    row = make_row(POIコード="1000", x_独自="はい")
    apply(check(tmp_path, sheet_bytes([row], more=("x_独自",))))
    assert Place.objects.get().extra == {"POIコード": "1000", "x_独自": "はい"}


def test_an_address_in_parts_is_joined(tmp_path: Path) -> None:
    parts = {"所在地_都道府県": "長野県", "所在地_市区町村": "佐久市", "所在地_町字": "中込",
             "所在地_番地以下": "1-2"}  # fmt: skip
    row = {"全国地方公共団体コード": CITY, "ID": "1", "名称": "デモ園"} | parts
    found = apply(check(tmp_path, sheet_bytes([row], sheet="childcare", version="v3")))
    assert Place.objects.get().address == "長野県佐久市中込1-2"
    assert ("所在地_連結表記", "joined") in repaired(found)


def test_every_code_has_its_words() -> None:
    assert all(wrong and mend for wrong, mend in MESSAGES.values())
    assert all(REPAIRS.values())


@pytest.mark.parametrize(
    "cell", ["=cmd|'/c calc'!A1", "@SUM(1)", "+cmd|x", "-cmd|x", " =1+1", "＝1+1"]
)
@pytest.mark.parametrize("column", ["名称", "説明", "x_ほかの列"])
def test_a_cell_that_a_spreadsheet_would_run_stops_the_file(
    tmp_path: Path, column: str, cell: str
) -> None:
    found = check(tmp_path, sheet_bytes([make_row(**{column: cell})], more=("x_ほかの列",)))
    assert found.state == ImportState.FAILED
    assert (2, column, "formula") in codes(found)


@pytest.mark.parametrize("phone", ["+81-267-62-7845", "0267-62-7845"])
def test_a_telephone_number_is_no_formula(tmp_path: Path, phone: str) -> None:
    found = check(tmp_path, sheet_bytes([make_row(連絡先電話番号=phone)]))
    assert "formula" not in {code for _row, _column, code in codes(found)}


def test_characters_that_nobody_sees_are_taken_out_and_listed(tmp_path: Path) -> None:
    found = check(tmp_path, sheet_bytes([make_row(名称="デモ\u202e館\x07")]))
    apply(found)
    assert Place.objects.get().name == "デモ館"
    assert ("名称", "hidden") in repaired(found)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (sheet_bytes([make_row()]).replace("資料".encode(), b"\0"), "encoding-unknown"),
        (b"\0" * 5_000, "encoding-unknown"),
        (sheet_bytes([make_row()]) + b"\x81\xff", "encoding-unknown"),
        (sheet_bytes([make_row()]).rstrip() + b",x,y\r\n", "column-count"),
        (sheet_bytes([make_row(説明="あ" * 200_000)]), "csv-broken"),
        (sheet_bytes([make_row()]).split(b"\r\n")[0] + b'\r\n"abc\r\n', "csv-broken"),
        (sheet_bytes([make_row()]).replace(b",", b";"), "sheet-unknown"),
        (sheet_bytes([make_row(緯度="inf", 経度="nan")]), "point-wrong"),
        (sheet_bytes([make_row(緯度="1e999", 経度="138")]), "point-wrong"),
    ],
)
def test_a_hostile_file_is_refused_with_its_place_and_changes_nothing(
    tmp_path: Path, content: bytes, code: str
) -> None:
    found = check(tmp_path, content)
    assert found.state == ImportState.FAILED
    assert code in {one for _row, _column, one in codes(found)}
    assert not Place.objects.exists()
