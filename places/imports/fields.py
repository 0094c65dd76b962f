"""Which column of the sheets goes to which field, and how its cell is read.

A column that stands in no table here has no field: it is kept in ``extra`` under its own name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from places.imports.cells import (
    Reader,
    read_day,
    read_days,
    read_flag,
    read_number,
    read_phone,
    read_postal,
    read_text,
    read_time,
    read_url,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """``chars_max`` is the width of the database's column; 0: as long as one likes."""

    name: str
    read: Reader = read_text
    chars_max: int = 0


def _texts(name: str, chars_max: int, *columns: str) -> dict[str, Field]:
    return dict.fromkeys(columns, Field(name=name, chars_max=chars_max))


def _read_by(name: str, reader: Reader, *columns: str, chars_max: int = 0) -> dict[str, Field]:
    return dict.fromkeys(columns, Field(name=name, read=reader, chars_max=chars_max))


# The older layouts say 英語 where the newer say 英字; both mean the same column.
RENAMED: Final[Mapping[str, str]] = {"概要_英語": "概要_英字"}
# Facts that every row repeats about its city, or that its address already holds.
DERIVED: Final = frozenset(
    (
        "都道府県名",
        "市区町村名",
        "地方公共団体名",
        "所在地_全国地方公共団体コード",
        "所在地_都道府県",
        "所在地_市区町村",
    )
)
_SHARED: Final[Mapping[str, Field]] = {
    **_texts("address", 200, "住所", "所在地_連結表記"),
    **_texts("building", 120, "方書", "建物名等(方書)"),
    **_texts("town", 60, "所在地_町字", "x_町字"),
    **_texts("access", 0, "アクセス方法"),
    **_texts("parking", 0, "駐車場情報"),
    **_texts("description", 0, "説明"),
    **_texts("description_en", 0, "説明_英語", "説明_英字"),
    **_texts("fee_note", 0, "料金(詳細)"),
    **_texts("image_licence", 60, "画像_ライセンス"),
    **_texts("note", 0, "備考"),
    **_texts("source", 0, "x_出典"),
    **_texts("accessibility_note", 0, "バリアフリー情報"),
    **_read_by("postal_code", read_postal, "郵便番号"),
    **_read_by("fee_yen", read_number, "料金(基本)"),
    **_read_by("url", read_url, "URL", chars_max=200),
    **_read_by("image_url", read_url, "画像", chars_max=400),
    **_read_by("wheelchair", read_flag, "車椅子可"),
    **_read_by("accessible_toilet", read_flag, "バリアフリートイレ", "車椅子使用者用トイレ有無"),
    **_read_by("assistance_dog", read_flag, "盲導犬・介助犬、聴導犬同伴"),
    **_read_by("stroller", read_flag, "ベビーカー利用"),
}
PLACE_FIELDS: Final[Mapping[str, Field]] = {
    **_SHARED,
    **_texts("name", 120, "名称", "介護サービス事業所名称", "駅名"),
    **_texts("name_kana", 120, "名称_カナ", "介護サービス事業所名称_カナ", "カナ"),
    **_texts("name_en", 120, "名称_英語", "名称_英字"),
    **_texts("name_common", 120, "名称_通称"),
    **_texts("category", 60, "種別", "文化財分類", "医療機関の種類", "実施サービス"),
    **_texts("operator", 120, "団体名", "所有者等", "設置者", "法人の名称"),
    **_texts(
        "hours_note",
        0,
        "利用可能日時特記事項",
        "利用可能時間特記事項",
        "診療日時特記事項",
        "利用可能曜日特記事項",
    ),
    **_read_by("phone", read_phone, "電話番号", "連絡先電話番号", chars_max=20),
    **_read_by("open_days", read_days, "利用可能曜日", "診療曜日"),
    **_read_by("opens", read_time, "開始時間", "診療開始時間", "利用開始時間"),
    **_read_by("closes", read_time, "終了時間", "診療終了時間", "利用終了時間"),
}
EVENT_FIELDS: Final[Mapping[str, Field]] = {
    **_SHARED,
    **_texts("title", 120, "イベント名"),
    **_texts("title_kana", 120, "イベント名_カナ"),
    **_texts("title_en", 120, "イベント名_英語", "イベント名_英字"),
    **_texts("category", 60, "x_種類"),
    **_texts("place_name", 120, "場所名称"),
    **_texts("when_note", 0, "開始日時特記事項"),
    **_texts("organiser", 120, "主催者"),
    **_texts("contact_name", 120, "連絡先名称"),
    **_texts("how_to_apply", 0, "参加申込方法"),
    **_read_by("phone", read_phone, "連絡先電話番号", chars_max=20),
    **_read_by("starts_on", read_day, "開始日"),
    **_read_by("ends_on", read_day, "終了日"),
    **_read_by("opens", read_time, "開始時間"),
    **_read_by("closes", read_time, "終了時間"),
    **_read_by("capacity", read_number, "定員"),
    **_read_by("apply_until", read_day, "参加申込終了日"),
}


def fields_of(sheet: str) -> Mapping[str, Field]:
    """Return the table of ``sheet``: column -> field."""
    return EVENT_FIELDS if sheet == "event" else PLACE_FIELDS


def name_field(sheet: str) -> str:
    """Return the field that a row cannot do without."""
    return "title" if sheet == "event" else "name"
