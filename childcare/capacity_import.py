"""Take in the seats of a school year: checked by law and last year, applied by a second person.

Columns: 施設 (the facility's number in the registry), クラス年齢, 定員,
面積 (m² of its room), 保育士.
A file with an error changes nothing. Findings do not stop it, but the second person must say why
they are right. Seats are used by a round only after the facility has confirmed them.
"""

import csv
import hashlib
import io
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from http import HTTPStatus
from typing import Any, Final

from django.db import transaction

from accounts.models import User
from accounts.two_people import are_one
from childcare.capacity import (
    ClassSeats,
    Concern,
    Finding,
    check_standards,
    national_standards,
    reconcile,
)
from childcare.models import CapacityImport, CapacityImportState, ClassCapacity, Facility
from core import audit
from core.actor import Actor
from core.refusals import Refusal, gettext_noop as _

COLUMNS: Final = ("施設", "クラス年齢", "定員", "面積", "保育士")
SEATS_MAX: Final = 400
CLASS_AGE_MAX: Final = 5
FILE_BYTES_MAX: Final = 5 * 1024 * 1024
_ENCODINGS: Final = ("utf-8-sig", "utf-16", "cp932")


class CapacityImportNotOpen(Refusal):
    """The file was decided, or could not be read."""

    code = "capacity-import-not-open"
    title = _("このファイルは、もう決まっているか、直すところがあります")
    next_step = _("直したファイルを、もう一度出してください。")
    status = HTTPStatus.CONFLICT


class CapacityNeedsSecondPerson(Refusal):
    """Whoever submitted the file cannot approve it."""

    code = "capacity-second-person-needed"
    title = _("ファイルを出した人は、確認できません")
    next_step = _("べつの職員に確認してもらってください。")
    status = HTTPStatus.FORBIDDEN


class FindingsNotExplained(Refusal):
    """The file has findings, and nobody said why they are right."""

    code = "capacity-findings-not-explained"
    title = _("気になるところの理由が、書かれていません")
    next_step = _("園にたしかめて、正しい理由を書いてください。")
    status = HTTPStatus.CONFLICT


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacityProblem:
    """One thing that is wrong with the file."""

    row: int
    column: str
    code: str

    @property
    def message(self) -> str:
        """The message id: what is wrong and how to mend it."""
        return PROBLEMS[self.code]


PROBLEMS: Final = {
    "unreadable": _("ファイルを読めません。UTF-8 か Shift_JIS の CSV で書き出してください。"),
    "column-missing": _(
        "列がありません。施設・クラス年齢・定員・面積・保育士 の列を書いてください。"
    ),
    "facility-unknown": _("この番号の施設はありません。施設の番号をたしかめてください。"),
    "class-age-wrong": _("クラス年齢は 0 から 5 の数字で書いてください。"),
    "seats-wrong": _("定員は 0 から 400 の数字で書いてください。"),
    "area-wrong": _("面積は 49.5 のように、m² の数字で書いてください。"),
    "staff-wrong": _("保育士は 0 以上の数字で書いてください。"),
    "class-twice": _("同じ施設の同じクラスが2行あります。1行にしてください。"),
}


def check_capacity_file(
    content: bytes,
    *,
    file_name: str,
    municipality: str,
    fiscal_year: int,
    submitted_by: User,
    actor: Actor,
    now: datetime,
) -> CapacityImport:
    """Check a file of seats; return the import, ``checked`` or ``failed``."""
    facilities = facilities_by_number(municipality)
    rows, problems = _read(content, known=facilities.keys())
    findings = [] if problems else find_concerns(municipality, fiscal_year, rows)
    with transaction.atomic():
        found = CapacityImport.objects.create(
            municipality=municipality,
            fiscal_year=fiscal_year,
            file_name=file_name[-255:],
            file_sha256=hashlib.sha256(content).hexdigest(),
            state=CapacityImportState.FAILED if problems else CapacityImportState.CHECKED,
            rows=[] if problems else [asdict(row) for row in rows],
            problems=[asdict(problem) for problem in problems],
            findings=[asdict(finding) for finding in findings],
            submitted_by=submitted_by,
            submitted_at=now,
        )
        _record(found, "capacity.check", actor=actor, now=now)
    return found


def facilities_by_number(municipality: str) -> dict[str, Facility]:
    """Return the city's facilities by their number in the registry."""
    rows = Facility.objects.filter(municipality=municipality).select_related("place")
    return {row.place.number: row for row in rows}


def find_concerns(municipality: str, fiscal_year: int, rows: Sequence[ClassSeats]) -> list[Finding]:
    """Return what a person must look at: last year's seats and the legal standards."""
    last = [
        ClassSeats(facility=row.facility.place.number, class_age=row.class_age, seats=row.seats)
        for row in ClassCapacity.objects.filter(
            facility__municipality=municipality, fiscal_year=fiscal_year - 1
        ).select_related("facility__place")
    ]
    return reconcile(last, rows) + check_standards(rows, national_standards())


def findings_of(found: CapacityImport) -> list[Finding]:
    """Return the stored findings as typed values."""
    return [Finding(**one | {"concern": Concern(one["concern"])}) for one in found.findings]


def problems_of(found: CapacityImport) -> list[CapacityProblem]:
    """Return the stored problems as typed values."""
    return [CapacityProblem(**one) for one in found.problems]


def approve_capacities(
    found: CapacityImport, *, approved_by: User, reason: str, actor: Actor, now: datetime
) -> CapacityImport:
    """Write the seats as the second person; the facilities' confirmations start anew."""
    with transaction.atomic():
        found = CapacityImport.objects.select_for_update().get(pk=found.pk)
        if found.state != CapacityImportState.CHECKED:
            raise CapacityImportNotOpen
        if are_one(found.submitted_by_id, approved_by.pk, now=now):
            raise CapacityNeedsSecondPerson
        if found.findings and not reason.strip():
            raise FindingsNotExplained
        facilities = facilities_by_number(found.municipality)
        for row in found.rows:
            ClassCapacity.objects.update_or_create(
                facility=facilities[row["facility"]],
                fiscal_year=found.fiscal_year,
                class_age=row["class_age"],
                defaults={
                    "seats": row["seats"],
                    "area_dm2": row["area"],
                    "staff": row["staff"],
                    "confirmed_by": None,
                    "confirmed_at": None,
                },
            )
        _decide(found, CapacityImportState.APPLIED, approved_by, reason=reason, now=now)
        _record(found, "capacity.approve", actor=actor, now=now)
    return found


def reject_capacities(
    found: CapacityImport, *, rejected_by: User, actor: Actor, now: datetime
) -> CapacityImport:
    """Take a checked file back; nothing changes."""
    with transaction.atomic():
        found = CapacityImport.objects.select_for_update().get(pk=found.pk)
        if found.state != CapacityImportState.CHECKED:
            raise CapacityImportNotOpen
        _decide(found, CapacityImportState.REJECTED, rejected_by, reason="", now=now)
        _record(found, "capacity.reject", actor=actor, now=now)
    return found


def confirm_capacities(
    facility: Facility, *, fiscal_year: int, confirmed_by: User, actor: Actor, now: datetime
) -> int:
    """Record the facility's own word that its seats of the year are right; return how many."""
    with transaction.atomic():
        count = ClassCapacity.objects.filter(
            facility=facility, fiscal_year=fiscal_year, confirmed_at__isnull=True
        ).update(confirmed_by=confirmed_by, confirmed_at=now)
        audit.record(
            "capacity.confirm",
            actor=actor,
            now=now,
            municipality=facility.municipality,
            object_type="facility",
            object_id=facility.pk,
            facts={"fiscal_year": fiscal_year, "classes": count},
        )
    return count


def unconfirmed_facilities(municipality: str, fiscal_year: int) -> list[Facility]:
    """Return the facilities whose seats nobody there has confirmed: a round waits for them."""
    keys = ClassCapacity.objects.filter(
        facility__municipality=municipality, fiscal_year=fiscal_year, confirmed_at__isnull=True
    ).values("facility")
    return list(Facility.objects.filter(pk__in=keys).select_related("place"))


def _decide(
    found: CapacityImport, state: CapacityImportState, by: User, *, reason: str, now: datetime
) -> None:
    found.state, found.decided_by, found.decided_at, found.reason = state, by, now, reason.strip()
    found.save(update_fields=["state", "decided_by", "decided_at", "reason"])


def _record(found: CapacityImport, action: str, *, actor: Actor, now: datetime) -> None:
    audit.record(
        action,
        actor=actor,
        now=now,
        municipality=found.municipality,
        object_type="capacity-import",
        object_id=found.pk,
        outcome=found.state,
        facts={"rows": len(found.rows), "findings": len(found.findings)},
    )


def _read(
    content: bytes, *, known: Iterable[str]
) -> tuple[list[ClassSeats], list[CapacityProblem]]:
    text = _decoded(content)
    # newline=None: some spreadsheets end a line in CR alone.
    reader = csv.DictReader(io.StringIO(text or "", newline=None))
    try:
        header = [(name or "").strip() for name in reader.fieldnames or ()]
        lines = list(reader)
    except csv.Error:  # a cell of more than 128 KiB, say
        header, lines = [], []
    if text is None or not header:
        return [], [CapacityProblem(row=0, column="", code="unreadable")]
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        return [], [CapacityProblem(row=1, column=name, code="column-missing") for name in missing]
    numbers = frozenset(known)
    rows: list[ClassSeats] = []
    problems: list[CapacityProblem] = []
    seen: set[tuple[str, int]] = set()
    for line, cells in enumerate(lines, start=2):
        named = {(key or "").strip(): (value or "").strip() for key, value in cells.items()
                 if isinstance(value, str | None)}  # fmt: skip
        row = _row(line, named, numbers, problems)
        if row is None:
            continue
        if (row.facility, row.class_age) in seen:
            problems.append(CapacityProblem(row=line, column="クラス年齢", code="class-twice"))
        seen.add((row.facility, row.class_age))
        rows.append(row)
    return rows, problems


def _row(
    line: int, cells: dict[str, str], numbers: frozenset[str], problems: list[CapacityProblem]
) -> ClassSeats | None:
    before = len(problems)

    def wrong(column: str, code: str) -> None:
        problems.append(CapacityProblem(row=line, column=column, code=code))

    facility = cells["施設"]
    if facility not in numbers:
        wrong("施設", "facility-unknown")
    age = _whole(cells["クラス年齢"], CLASS_AGE_MAX)
    if age is None:
        wrong("クラス年齢", "class-age-wrong")
    seats = _whole(cells["定員"], SEATS_MAX)
    if seats is None:
        wrong("定員", "seats-wrong")
    staff = _whole(cells["保育士"], SEATS_MAX) if cells["保育士"] else None
    if cells["保育士"] and staff is None:
        wrong("保育士", "staff-wrong")
    area = _area(cells["面積"])
    if cells["面積"] and area is None:
        wrong("面積", "area-wrong")
    if len(problems) > before or age is None or seats is None:
        return None
    return ClassSeats(facility=facility, class_age=age, seats=seats, area=area, staff=staff)


def _decoded(content: bytes) -> str | None:
    for encoding in _ENCODINGS:
        if encoding == "utf-16" and content[:2] not in {b"\xff\xfe", b"\xfe\xff"}:
            continue
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _whole(text: str, most: int) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and int(text) <= most else None


def _area(text: str) -> int | None:
    """Return hundredths of a square metre; what is beyond them is cut, never rounded up."""
    try:
        area: Any = Decimal(text)
    except InvalidOperation:
        return None
    return int(area * 100) if area.is_finite() and 0 <= area < 10_000 else None  # noqa: PLR2004
