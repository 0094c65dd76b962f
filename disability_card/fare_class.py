"""Is a ledger row's fare class (旅客運賃減額) plausible? A warning at import, never an override.

Source: the fare rules printed in 身体障害者手帳 and 療育手帳, and for 精神 the class printed since
2025-04-01. Where a row has no sub-grade (4級の1 ...) it is implausible only if no sub-grade of its
grade could give the class. Two or more impairments are a human decision: never a warning.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

from disability_card.ledger_row import HandbookType, LedgerRow

MENTAL_CLASS_SINCE: Final = date(2025, 4, 1)

# Impairment code -> grades of 第1種 and of 第2種. "2-1" is 2級の1.
_Grades = tuple[frozenset[str], frozenset[str]]


def _grades(first: str, second: str) -> _Grades:
    return frozenset(first.split()), frozenset(second.split())


_INTERNAL: Final = _grades("1 3 4", "")
PARTS: Final[Mapping[str, _Grades]] = {
    "視覚": _grades("1 2 3 4-1", "4-2 5 6"),
    "聴覚": _grades("2 3", "4 6"),
    "平衡": _grades("", "3 5"),
    "音声・言語・そしゃく": _grades("", "3 4"),
    "上肢": _grades("1 2-1 2-2", "2-3 2-4 3 4 5 6"),
    "下肢": _grades("1 2 3-1", "3-2 3-3 4 5 6"),
    "体幹": _grades("1 2 3", "5"),
    # 一上肢のみ / 一下肢のみ are told apart by the handbook's text, not by the grade: both allowed.
    "脳病変上肢": _grades("1 2", "1 2 3 4 5 6"),
    "脳病変移動": _grades("1 2 3", "1 2 3 4 5 6"),
    "心臓": _INTERNAL,
    "じん臓": _INTERNAL,
    "呼吸器": _INTERNAL,
    "小腸": _INTERNAL,
    "ぼうこう・直腸": _grades("1 3", "4"),
    "免疫": _grades("1 2 3 4", ""),
    "肝臓": _grades("1 2 3 4", ""),
}


def is_plausible(row: LedgerRow) -> bool:
    """Say whether the fare class of ``row`` can stand beside its grade."""
    match row.handbook_type:
        case HandbookType.PHYSICAL:
            return _physical(row)
        case HandbookType.INTELLECTUAL:
            expected = 1 if row.assessment.upper().startswith("A") else 2
            return row.fare_class in {None, 0, expected}
        case HandbookType.MENTAL:
            return _mental(row)


def _physical(row: LedgerRow) -> bool:
    if row.fare_class not in {1, 2} or len(row.part_codes) != 1:
        return True
    known = PARTS.get(row.part_codes[0])
    if known is None:
        return True
    grade = row.part_grades[0] if row.part_grades else row.overall_grade
    return any(_covers(listed, grade) for listed in known[row.fare_class - 1])


def _covers(listed: str, grade: str) -> bool:
    """A row that says only 4級 could be any of 4級の1, 4級の2."""
    return listed == grade or ("-" not in grade and listed.partition("-")[0] == grade)


def _mental(row: LedgerRow) -> bool:
    if row.issued_on < MENTAL_CLASS_SINCE:
        return True  # older handbooks print none; some were stamped since
    expected = 1 if row.overall_grade == "1" else 2
    return row.fare_class in {None, expected}
