"""The demo city's nurseries: about twenty generated ones beside the real rows, each named デモ園.

They go in as a child-care sheet through the importer, their seats as a capacity file that a second
person approves, and each facility confirms its own. No real nursery gets an invented fact.
"""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings

from accounts.models import Membership, Organisation, OrganisationKind, OrganisationRole, User
from childcare.capacity_import import approve_capacities, check_capacity_file, confirm_capacities
from childcare.daily_life import write_menu, write_moment, write_post, write_year_event
from childcare.facility_opening import open_facilities
from childcare.models import (
    CapacityImport,
    Facility,
    FacilityTerms,
    MomentIcon,
    PublishedCutoff,
    VacancyState,
)
from childcare.selectors import school_year_of
from childcare.vacancy import set_vacancy
from childcare.visits import open_visit_day
from core.audit import SYSTEM
from jp.clock import JST, civil_date
from places.models import Town
from places.sheets import layouts
from web.demo_places import import_file

_PUBLIC, _PRIVATE = "認可公立保育所", "認可私立保育所"
_KODOMOEN, _SMALL = "認定こども園（幼保連携型）", "小規模保育（私立）"
_KINDERGARTEN, _WORKPLACE = "私立幼稚園", "事業所内保育（私立）"
_LATE: Final = time(19)
_DAILY_LIFE: Final = settings.BASE_DIR / "childcare" / "data" / "demo_daily_life.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoNursery:
    """One invented nursery."""

    name: str
    kana: str
    name_en: str
    town: str
    kind: str
    closes: time
    seats: tuple[int, ...]


# Name, kana, in English, town, kind, until when, seats by class age.
_USUAL: Final = (9, 12, 15, 18, 18, 18)
_NURSERIES: Final = (
    ("こまば", "コマバ", "Komaba", "岩村田", _PUBLIC, "19:00", _USUAL),
    ("ちくま", "チクマ", "Chikuma", "中込", _PRIVATE, "19:00", _USUAL),
    ("もちづき", "モチヅキ", "Mochizuki", "望月", _PUBLIC, "18:30", _USUAL),
    ("あさしな", "アサシナ", "Asashina", "塩名田", _PUBLIC, "18:30", _USUAL),
    ("こすもす", "コスモス", "Cosmos", "野沢", _PUBLIC, "18:30", _USUAL),
    (
        "しらかば",
        "シラカバ",
        "Shirakaba",
        "佐久平駅南",
        _PRIVATE,
        "20:00",
        (12, 18, 18, 20, 20, 20),
    ),
    ("からまつ", "カラマツ", "Karamatsu", "長土呂", _PRIVATE, "19:00", _USUAL),
    ("りんどう", "リンドウ", "Rindo", "臼田", _PUBLIC, "18:30", _USUAL),
    ("すみれ", "スミレ", "Sumire", "猿久保", _PRIVATE, "19:00", _USUAL),
    ("ひばり", "ヒバリ", "Hibari", "平賀", _PUBLIC, "18:30", _USUAL),
    ("たんぽぽ", "タンポポ", "Tampopo", "三河田", _PRIVATE, "18:30", _USUAL),
    ("どんぐり", "ドングリ", "Donguri", "田口", _PUBLIC, "18:30", _USUAL),
    ("かえで", "カエデ", "Kaede", "岩村田北一丁目", _KODOMOEN, "19:00", (9, 12, 12, 20, 20, 20)),
    ("つばめ", "ツバメ", "Tsubame", "中込三丁目", _KODOMOEN, "19:00", (9, 12, 12, 20, 20, 20)),
    ("みずき", "ミズキ", "Mizuki", "前山", _KODOMOEN, "18:30", (6, 10, 12, 20, 20, 20)),
    ("ほたる", "ホタル", "Hotaru", "伴野", _KODOMOEN, "18:30", (6, 10, 12, 20, 20, 20)),
    ("つくし", "ツクシ", "Tsukushi", "佐久平駅北", _SMALL, "19:00", (6, 6, 7, 0, 0, 0)),
    ("めだか", "メダカ", "Medaka", "鳴瀬", _SMALL, "18:30", (6, 6, 7, 0, 0, 0)),
    ("すずらん", "スズラン", "Suzuran", "取出町", _WORKPLACE, "18:30", (6, 6, 6, 0, 0, 0)),
    ("ひまわり", "ヒマワリ", "Himawari", "小田井", _KINDERGARTEN, "17:00", (0, 0, 0, 25, 30, 30)),
)
NURSERIES: Final = tuple(
    DemoNursery(
        name=f"デモ園 {name}",
        kana=f"デモエン{kana}",
        name_en=f"Demo Nursery {english}",
        town=town,
        kind=kind,
        closes=time.fromisoformat(closes),
        seats=seats,
    )
    for name, kana, english, town, kind, closes, seats in _NURSERIES
)


def prepare_facilities(
    *, municipality: str, first: User, second: User, teacher: User, now: datetime
) -> None:
    """Make whatever of the demo's nurseries is not there yet; a second run finds everything."""
    if not Facility.objects.filter(municipality=municipality, place__is_example=True).exists():
        path = Path(settings.VAR_DIR) / "demo" / "nurseries.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_sheet(municipality))
        import_file(path, municipality=municipality, now=now)
    open_facilities(municipality, actor=SYSTEM, now=now)
    facilities = _demo_facilities(municipality)
    if not CapacityImport.objects.filter(municipality=municipality).exists():
        organisation = _people(municipality, teacher, now=now)
        year = school_year_of(civil_date(now))
        for school_year in (year, year + 1):
            _seats(municipality, facilities, school_year, people=(first, second, teacher), now=now)
        for place, (facility, nursery) in enumerate(facilities):
            _tell(facility, nursery, place, organisation, year=year, now=now)


def _demo_facilities(municipality: str) -> list[tuple[Facility, DemoNursery]]:
    by_name = {
        row.place.name: row
        for row in Facility.objects.filter(
            municipality=municipality, place__is_example=True
        ).select_related("place")
    }
    return [(by_name[one.name], one) for one in NURSERIES if one.name in by_name]


def _sheet(municipality: str) -> bytes:
    towns = {town.name: town for town in Town.objects.filter(municipality=municipality)}
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, layouts()["childcare", "v3"].columns, restval="")
    writer.writeheader()
    for place, one in enumerate(NURSERIES):
        town = towns[one.town]
        # Beside the town's own point, each a little elsewhere: an invented door.
        north, east = (place * 7 % 11 - 5) * 0.0004, (place * 5 % 13 - 6) * 0.0004
        writer.writerow(
            {
                "全国地方公共団体コード": municipality,
                "ID": f"N{place + 1:03}",
                "名称": one.name,
                "名称_カナ": one.kana,
                "名称_英字": one.name_en,
                "種別": one.kind,
                "所在地_連結表記": f"長野県佐久市{one.town}",
                "緯度": f"{float(town.latitude) + north:.6f}",
                "経度": f"{float(town.longitude) + east:.6f}",
                "収容定員": str(sum(one.seats)),
                "利用可能曜日": "月火水木金土",
                "開始時間": "07:30",
                "終了時間": one.closes.strftime("%H:%M"),
                "備考": "デモのために作った園です。本当にはありません。",
            }
        )
    return text.getvalue().encode()


def _people(municipality: str, user: User, *, now: datetime) -> Organisation:
    """Make the organisation that runs them, with one member of the nurseries' staff."""
    organisation, _made = Organisation.objects.get_or_create(
        municipality=municipality, name="デモ園をはこぶ会", kind=OrganisationKind.NURSERY
    )
    for role in (OrganisationRole.NURSERY_STAFF, OrganisationRole.NURSERY_OWNER):
        Membership.objects.get_or_create(
            user=user,
            organisation=organisation,
            role=role,
            place_id=None,
            defaults={"valid_from": now},
        )
    return organisation


def _seats(
    municipality: str,
    facilities: list[tuple[Facility, DemoNursery]],
    school_year: int,
    *,
    people: tuple[User, User, User],
    now: datetime,
) -> None:
    first, second, teacher = people
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["施設", "クラス年齢", "定員", "面積", "保育士"])
    for facility, one in facilities:
        writer.writerows(
            [facility.place.number, age, seats, f"{seats * 4}", -(-seats // _RATIOS[age])]
            for age, seats in enumerate(one.seats)
            if seats
        )
    found = check_capacity_file(
        text.getvalue().encode(),
        file_name=f"seats-{school_year}.csv",
        municipality=municipality,
        fiscal_year=school_year,
        submitted_by=first,
        actor=SYSTEM,
        now=now,
    )
    approve_capacities(
        found, approved_by=second, reason="デモのために作った数です", actor=SYSTEM, now=now
    )
    for facility, _one in facilities:
        confirm_capacities(
            facility, fiscal_year=school_year, confirmed_by=teacher, actor=SYSTEM, now=now
        )


_RATIOS: Final = (3, 6, 6, 15, 25, 25)
# Seats free, by a pattern that leaves some of each state: full, one, two, some, not told lately.
_FREE: Final = (2, 1, 0, None, 3, 0, 1, 0, 2, None, 0)


def _tell(
    facility: Facility,
    one: DemoNursery,
    place: int,
    organisation: Organisation,
    *,
    year: int,
    now: datetime,
) -> None:
    facility.organisation = organisation
    facility.save(update_fields=["organisation"])
    FacilityTerms.objects.filter(facility=facility).update(
        extended=one.closes >= _LATE,
        holiday=place % 5 == 1,
        temporary=place % 3 != 2,  # noqa: PLR2004  a pattern
        sick_child=place % 7 == 0,
        medical_care=place % 6 == 1,
        disability=place % 4 != 3,  # noqa: PLR2004  a pattern
        allergy=True,
        yard=place % 3 != 0 or place == 0,
        meals=one.kind != _KINDERGARTEN,
        languages=["ja", "en"] if place % 4 == 0 else ["ja", "vi"] if place % 4 == 1 else ["ja"],
    )
    for age, seats in enumerate(one.seats):
        if seats:
            _tell_class(facility, age, place, year=year, now=now)
    for visit in _visits(place, now=now):
        open_visit_day(
            facility,
            starts_at=visit,
            ends_at=visit + timedelta(hours=1),
            families_max=3 + place % 3,
            actor=SYSTEM,
            now=now,
        )
    _tell_daily_life(facility, now=now)


def _tell_class(facility: Facility, age: int, place: int, *, year: int, now: datetime) -> None:
    free = _FREE[(place + age * 10 + 1) % len(_FREE)]
    if free is not None:
        set_vacancy(
            facility,
            class_age=age,
            state=VacancyState.OPEN if free else VacancyState.FULL,
            seats=free,
            waiting=(place + age) % 4 if not free else None,
            as_of=civil_date(now) - timedelta(days=5),
            set_by=None,
            actor=SYSTEM,
            now=now,
        )
    PublishedCutoff.objects.get_or_create(
        facility=facility,
        fiscal_year=year,
        class_age=age,
        defaults={
            "half_points": 2 * (34 + (place * 3 + age * 5) % 12),
            "admitted": 3 + (place + age * 2) % 9,
        },
    )


def _visits(place: int, *, now: datetime) -> Iterator[datetime]:
    today = civil_date(now)
    for week in range(3):
        day = _weekday_after(today + timedelta(days=1 + week * 7), place % 5)
        yield datetime.combine(day, time(10), tzinfo=JST)


def _weekday_after(day: date, weekday: int) -> date:
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def _tell_daily_life(facility: Facility, *, now: datetime) -> None:
    told = json.loads(_DAILY_LIFE.read_text(encoding="utf-8"))
    for one in told["moments"]:
        write_moment(
            facility,
            at=time.fromisoformat(one["at"]),
            icon=MomentIcon(one["icon"]),
            title=one["title"],
            text=one["text"],
            class_age=None,
            actor=SYSTEM,
            now=now,
        )
    for one in told["year"]:
        write_year_event(facility, **one, actor=SYSTEM, now=now)
    monday = _weekday_after(civil_date(now) - timedelta(days=6), 0)
    for place, one in enumerate(told["menu"]):
        write_menu(facility, day=monday + timedelta(days=place), **one, actor=SYSTEM, now=now)
    author = Membership.objects.filter(organisation=facility.organisation).first()
    if author is not None:
        write_post(facility, **told["post"], written_by=author.user, actor=SYSTEM, now=now)
