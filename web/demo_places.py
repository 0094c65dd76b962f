"""The demo city's places: the real rows of Saku through the real importer, and demo events.

What nobody knows about a place stays empty. Events of the demo are generated and say デモ.
"""

import csv
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings

from core.audit import SYSTEM
from jp.clock import civil_date
from places.models import Event, ImportState, Place, Town
from places.place_import import apply_place_import, check_place_file
from places.sheets import DATA
from places.towns import load_towns

SAKU: Final = DATA / "saku"
FILES: Final = (
    "stations.csv",
    "tourism_facilities.csv",
    "cultural_properties.csv",
    "childcare_facilities.csv",
    "events.csv",
)
# Days from now, days long, title, kana, where, address, hours.
_EVENTS: Final = (
    (3, 1, "デモ 朝の市", "デモアサノイチ", "市民交流ひろば", "長野県佐久市佐久平駅南4-3",
     ("07:00", "10:00"), "野菜と りんごの市です。雨でもあります。"),
    (10, 2, "デモ 冬の星を見る会", "デモフユノホシヲミルカイ",
     "うすだスタードーム（佐久市天体観測施設）", "長野県佐久市臼田", ("18:30", "20:30"),
     "望遠鏡で冬の星を見ます。子どもも来られます。"),
    (24, 3, "デモ 中山道ウオーク", "デモナカセンドウウオーク", "岩村田宿", "長野県佐久市岩村田",
     ("09:00", "15:00"), "岩村田宿から塩名田宿まで、約7kmを歩きます。"),
    (45, 1, "デモ だるま市", "デモダルマイチ", "鼻顔稲荷神社", "長野県佐久市岩村田",
     ("09:00", "16:00"), "小さな市が立ちます。"),
)  # fmt: skip
_HEADER: Final = (
    "都道府県コード又は市区町村コード", "NO", "都道府県名", "市区町村名", "イベント名",
    "イベント名_カナ", "イベント名_英語", "開始日", "終了日", "開始時間", "終了時間",
    "開始日時特記事項", "説明", "料金(基本)", "料金(詳細)", "連絡先名称", "連絡先電話番号",
    "連絡先内線番号", "主催者", "場所名称", "住所", "方書", "緯度", "経度", "アクセス方法",
    "駐車場情報", "定員", "参加申込終了日", "参加申込終了時間", "参加申込方法", "URL", "備考",
)  # fmt: skip


def prepare_places(*, municipality: str, now: datetime) -> None:
    """Make whatever of the demo's places is not there yet; a second run finds everything."""
    if not Town.objects.filter(municipality=municipality).exists():
        load_towns(SAKU / "towns.csv", municipality=municipality)
    if not Place.objects.filter(municipality=municipality, sheet="tourism").exists():
        for name in FILES:
            import_file(SAKU / name, municipality=municipality, now=now)
    if not Event.objects.filter(municipality=municipality, is_example=True).exists():
        path = Path(settings.VAR_DIR) / "demo" / "events.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_events(path, municipality=municipality, today=civil_date(now))
        import_file(path, municipality=municipality, now=now)


def import_file(path: Path, *, municipality: str, now: datetime) -> None:
    """Import one file of the demo; ``ValueError`` where the importer refuses it."""
    found = check_place_file(
        path,
        file_name=path.name,
        municipality=municipality,
        submitted_by=None,
        actor=SYSTEM,
        now=now,
    )
    if found.state != ImportState.CHECKED:
        raise ValueError(f"{path}: {found.problems}")
    apply_place_import(found, actor=SYSTEM, now=now)


def _write_events(path: Path, *, municipality: str, today: date) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, _HEADER, restval="")
        writer.writeheader()
        for number, (after, days, title, kana, where, address, hours, text) in enumerate(
            _EVENTS, start=1
        ):
            first = today + timedelta(days=after)
            writer.writerow(
                {
                    "都道府県コード又は市区町村コード": municipality,
                    "NO": f"D{number:03}",
                    "イベント名": title,
                    "イベント名_カナ": kana,
                    "開始日": first.isoformat(),
                    "終了日": (first + timedelta(days=days - 1)).isoformat(),
                    "開始時間": hours[0],
                    "終了時間": hours[1],
                    "説明": text,
                    "主催者": "デモ実行委員会",
                    "場所名称": where,
                    "住所": address,
                    "料金(基本)": "0",
                }
            )
