"""Make a plausible handbook ledger of any size, and what became of it a month later.

Everything is generated: names come from short lists and are told apart by a number in kana, so no
row is a real person. The same seed gives the same file.
"""

import csv
import random  # noqa: TID251  seeded: the same seed gives the same file
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from disability_card.fare_class import PARTS
from disability_card.ledger_row import ChangeKind, HandbookType, LedgerRow, ReturnReason
from jp.clock import civil_date


def _pairs(text: str) -> Sequence[tuple[str, str]]:
    """Return (name, reading) of ``name/reading`` words."""
    return [(name, kana) for name, _, kana in (word.partition("/") for word in text.split())]


_FAMILY: Final = _pairs(
    "佐久/サク 浅間/アサマ 千曲/チクマ 臼田/ウスダ 望月/モチヅキ 小林/コバヤシ 井出/イデ 依田/ヨダ "
    "柳沢/ヤナギサワ 市川/イチカワ 中山/ナカヤマ 神津/コウヅ 髙橋/タカハシ 山﨑/ヤマザキ"
)
_GIVEN: Final = _pairs(
    "はな子/ハナコ 太郎/タロウ みどり/ミドリ そら/ソラ 一郎/イチロウ さくら/サクラ ひなた/ヒナタ "
    "れん/レン ゆい/ユイ つむぎ/ツムギ かえで/カエデ しげる/シゲル まこと/マコト あおい/アオイ"
)
_NAGANO: Final = "200000"
_SAKU: Final = "202177"
# Shares of the three handbooks in a city of 98,000 with 6,000 holders.
_KINDS: Final = (
    (HandbookType.PHYSICAL, 70),
    (HandbookType.INTELLECTUAL, 15),
    (HandbookType.MENTAL, 15),
)
_TOWNS_FILE: Final = Path(__file__).parent / "data" / "saku_towns.csv"
_CHILD_YEARS: Final = 18


def towns() -> Sequence[tuple[str, str]]:
    """Return (postal code, town) of Saku City."""
    with _TOWNS_FILE.open(encoding="utf-8", newline="") as file:
        return [(row["postal_code"], row["town"]) for row in csv.DictReader(file)]


@dataclass(slots=True)
class LedgerGenerator:
    """Generates rows one by one from a seed, as of an instant."""

    seed: int
    as_of: datetime

    def rows(self, count: int) -> Iterator[LedgerRow]:
        """Yield ``count`` rows with different keys."""
        chance = random.Random(self.seed)  # noqa: S311  seeded: the same file again
        places = towns()
        kinds = [kind for kind, _ in _KINDS]
        weights = [weight for _, weight in _KINDS]
        for number in range(1, count + 1):
            kind = chance.choices(kinds, weights)[0]
            yield self._row(chance, number, kind, places)

    def _row(
        self,
        chance: random.Random,
        number: int,
        kind: HandbookType,
        places: Sequence[tuple[str, str]],
    ) -> LedgerRow:
        today = civil_date(self.as_of)
        family, given = chance.choice(_FAMILY), chance.choice(_GIVEN)
        postal_code, town = chance.choice(places)
        birth = today - timedelta(days=_age_days(chance, kind))
        issued = max(birth, today - timedelta(days=chance.randrange(30, 700)))
        first = max(birth, issued - timedelta(days=chance.randrange(0, 4000)))
        is_child = (today - birth).days < _CHILD_YEARS * 365
        row = LedgerRow(
            resident_ref=f"{number:010d}",
            handbook_type=kind,
            handbook_number=f"長野県第{number:06d}号",
            issuer_code=_NAGANO,
            issuer_name="長野県",
            name=f"{family[0]}　{given[0]}",
            name_kana=f"{family[1]}　{given[1]}",
            birth_date=birth,
            sex=chance.choice("12"),
            addr_lgcode=_SAKU,
            addr_text=f"長野県佐久市{town}{number % 3000 + 1}番地",
            postal_code=postal_code,
            first_issued_on=first,
            issued_on=issued,
            guardian_name=f"{family[0]}　保護者" if is_child else "",
            guardian_relation="1" if is_child else "",
            attendant_needed=chance.random() < 0.1,  # noqa: PLR2004  a tenth
            has_photo=True,
            changed_on=issued,
            change_kind=ChangeKind.RENEWED if first < issued else ChangeKind.NEW,
            as_of=self.as_of,
        )
        return _with_grade(chance, row)

    def month_later(self, rows: Sequence[LedgerRow], *, as_of: datetime) -> Iterator[LedgerRow]:
        """Yield next month's ledger: 0.3 % die, 0.3 % move, 0.5 % change grade, a few are new."""
        chance = random.Random(self.seed + 1)  # noqa: S311  seeded: the same file again
        today = civil_date(as_of)
        for row in rows:
            lot = chance.random()
            new = replace(row, as_of=as_of)
            if lot < 0.003:  # noqa: PLR2004  see the docstring
                yield _returned(new, ReturnReason.DEATH, today)
            elif lot < 0.006:  # noqa: PLR2004
                yield _returned(new, ReturnReason.MOVED_OUT, today)
            elif lot < 0.011:  # noqa: PLR2004
                changed = replace(
                    new,
                    changed_on=today,
                    issued_on=today,
                    change_kind=ChangeKind.GRADE_CHANGED,
                    valid_until=_two_years(today) if row.valid_until else None,
                )
                yield _with_grade(chance, changed)
            else:
                yield new
        start = len(rows)
        more = LedgerGenerator(self.seed + 2, as_of).rows(start + max(1, start // 300))
        for number, row in enumerate(more, start=1):
            if number > start:
                yield row


def _age_days(chance: random.Random, kind: HandbookType) -> int:
    low, high = (3, 60) if kind is HandbookType.INTELLECTUAL else (20, 96)
    if chance.random() < 0.05:  # noqa: PLR2004  one in twenty is a child
        low, high = 2, _CHILD_YEARS
    return chance.randrange(low * 365, high * 365)


def _with_grade(chance: random.Random, row: LedgerRow) -> LedgerRow:
    match row.handbook_type:
        case HandbookType.PHYSICAL:
            return _physical(chance, row)
        case HandbookType.INTELLECTUAL:
            assessment = chance.choice(("A1", "A2", "B1", "B2"))
            later = row.issued_on + timedelta(days=365 * 3)
            return replace(
                row,
                assessment=assessment,
                fare_class=1 if assessment.startswith("A") else 2,
                next_assessment_month=f"{later.year:04d}-{later.month:02d}",
            )
        case HandbookType.MENTAL:
            grade = chance.choice("1223")
            return replace(
                row,
                overall_grade=grade,
                fare_class=(1 if grade == "1" else 2)
                if row.issued_on >= date(2025, 4, 1)
                else None,
                valid_until=_two_years(row.issued_on),
            )


def _physical(chance: random.Random, row: LedgerRow) -> LedgerRow:
    part = chance.choice(sorted(PARTS))
    pairs = [
        (fare_class, grade)
        for fare_class, grades in enumerate(PARTS[part], start=1)
        for grade in sorted(grades)
    ]
    fare_class, grade = chance.choice(pairs)
    return replace(
        row,
        overall_grade=grade.partition("-")[0],
        part_codes=(part,),
        part_grades=(grade,),
        disability_name=f"{part}の障害（{grade.partition('-')[0]}級）",
        fare_class=fare_class,
    )


def _returned(row: LedgerRow, reason: ReturnReason, today: date) -> LedgerRow:
    return replace(
        row,
        returned_on=today,
        return_reason=reason,
        changed_on=today,
        change_kind=ChangeKind.RETURNED,
    )


def _two_years(day: date) -> date:
    """精神障害者保健福祉手帳 is valid for two years (Act No. 123 of 1950, art. 45-4)."""
    return day.replace(year=day.year + 2, day=min(day.day, 28))
