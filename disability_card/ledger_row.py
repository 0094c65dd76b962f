"""One row of the handbook ledger (手帳台帳) as plain values: 34 facts, checked and typed.

It decides what a row means. It reads no file and no database: ``disability_card.imports`` reads
files into rows, ``disability_card.models.Handbook`` keeps a row's :meth:`LedgerRow.to_record`.
"""

from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Self


class HandbookType(StrEnum):
    """手帳種別, each with the text that creates it."""

    PHYSICAL = "1"  # 身体障害者手帳: Act No. 283 of 1949, art. 15
    INTELLECTUAL = "2"  # 療育手帳: no statute; 厚生省発児第156号 (1973)
    MENTAL = "3"  # 精神障害者保健福祉手帳: Act No. 123 of 1950, art. 45

    @property
    def claim(self) -> str:
        """The value of the credential's claim ``handbook``."""
        return self.name.lower()


class ReturnReason(StrEnum):
    """返還事由."""

    DEATH = "1"
    MOVED_OUT = "2"
    NO_LONGER_ELIGIBLE = "3"
    DECLINED = "4"
    LOST_AND_REISSUED = "5"


class ChangeKind(StrEnum):
    """異動区分."""

    NEW = "1"
    RENEWED = "2"
    GRADE_CHANGED = "3"
    DETAILS_CHANGED = "4"
    REISSUED = "5"
    RETURNED = "9"


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """The ledger's columns in their order; empty ones are ``None`` or ``""``.

    Dates are civil dates in Japan. ``recert_month`` and ``next_assessment_month`` are ``YYYY-MM``.
    """

    resident_ref: str  # 宛名番号; never a My Number
    handbook_type: HandbookType
    handbook_number: str
    issuer_code: str
    issuer_name: str
    name: str
    name_kana: str
    alias: str = ""
    birth_date: date
    sex: str = ""
    addr_lgcode: str
    addr_machiaza: str = ""
    addr_text: str
    postal_code: str = ""
    first_issued_on: date
    issued_on: date
    valid_until: date | None = None
    recert_month: str = ""
    next_assessment_month: str = ""
    overall_grade: str = ""
    assessment: str = ""
    fare_class: int | None = None  # 1 第1種, 2 第2種, 0 none; None: not printed
    part_codes: tuple[str, ...] = ()
    part_grades: tuple[str, ...] = ()
    disability_name: str = ""
    guardian_name: str = ""
    guardian_relation: str = ""
    attendant_needed: bool = False
    has_photo: bool = False
    returned_on: date | None = None
    return_reason: ReturnReason | None = None
    changed_on: date
    change_kind: ChangeKind
    as_of: datetime

    @property
    def key(self) -> tuple[str, str, str]:
        """(type, issuer, number): what makes a handbook one handbook."""
        return self.handbook_type.value, self.issuer_code, self.handbook_number

    def to_record(self) -> dict[str, Any]:
        """Return the row as JSON values, for the encrypted column."""
        return {name: _to_json(value) for name, value in asdict(self).items()}

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> Self:
        """Return the row that :meth:`to_record` wrote."""
        values = {field.name: record[field.name] for field in fields(cls)}
        for name in ("birth_date", "first_issued_on", "issued_on", "changed_on"):
            values[name] = date.fromisoformat(values[name])
        for name in ("valid_until", "returned_on"):
            values[name] = date.fromisoformat(values[name]) if values[name] else None
        reason = values["return_reason"]
        values |= {
            "handbook_type": HandbookType(values["handbook_type"]),
            "change_kind": ChangeKind(values["change_kind"]),
            "return_reason": ReturnReason(reason) if reason else None,
            "part_codes": tuple(values["part_codes"]),
            "part_grades": tuple(values["part_grades"]),
            "as_of": datetime.fromisoformat(values["as_of"]),
        }
        return cls(**values)


def _to_json(value: object) -> object:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(value)
    return value
