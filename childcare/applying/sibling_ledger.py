"""The sibling codes of a city's application ledger: checked, shown, then written.

Columns: 申込番号 (our receipt number), きょうだい条件 (1: one nursery only, 2: several, 3: one
first), and where the file has it きょうだい同時申込番号 (the same for those who apply together). An
empty code says nothing. A file with a problem writes nothing at all. What is written is a version
of each application, so that two people check it again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from childcare.applying.content import BadContent, Siblings, siblings_from_ledger
from childcare.applying.round_rules import papers_of
from childcare.applying.states import BEFORE_SELECTION
from childcare.applying.submission import change_submitted
from childcare.applying.versions import Told, content_of
from childcare.csv_lines import Line, read_lines
from childcare.models import Application, Round, WhyAVersion
from core.ids import normal_reference
from core.refusals import gettext_noop as _

NUMBER, CODE, GROUP = "申込番号", "きょうだい条件", "きょうだい同時申込番号"

_COLUMNS: Final = {"group-differs": GROUP}

PROBLEMS: Final = {
    "unreadable": _("ファイルを読めません。UTF-8 か Shift_JIS の CSV で書き出してください。"),
    "column-missing": _("列がありません。申込番号 と きょうだい条件 の列を書いてください。"),
    "number-unknown": _("この回に、この番号の申しこみがありません。番号をたしかめてください。"),
    "number-twice": _("同じ番号の行が2つあります。1行にしてください。"),
    "code-unknown": _("きょうだい条件は 1・2・3 で書いてください。"),
    "not-open": _("この申しこみは、もう選考が始まったので変えられません。"),
    "alone": _("この回に申しこんでいるきょうだいがいません。きょうだい条件を空けてください。"),
    "codes-differ": _("同じ家族の中で、きょうだい条件がちがいます。同じ数字にしてください。"),
    "group-differs": _(
        "きょうだい同時申込番号が同じなのに、べつの家族の申しこみです。家族をたしかめてください。"
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerProblem:
    """One thing that is wrong with the file."""

    row: int
    column: str
    code: str

    @property
    def message(self) -> str:
        """The message id: what is wrong and how to mend it."""
        return PROBLEMS[self.code]


@dataclass(frozen=True, slots=True, kw_only=True)
class SiblingChange:
    """What the file would change in one application."""

    application: Application
    before: Siblings
    after: Siblings


@dataclass(frozen=True, slots=True, kw_only=True)
class SiblingPlan:
    """What a file would do; with a problem, nothing."""

    changes: Sequence[SiblingChange] = ()
    problems: Sequence[LedgerProblem] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    line: int
    application: Application
    siblings: Siblings
    group: str

    @property
    def family(self) -> UUID:
        return self.application.child.household_id


def plan_siblings(content: bytes, round_: Round, editable: QuerySet[Application]) -> SiblingPlan:
    """Return what the file would change in the round's applications, of those in ``editable``."""
    header, lines = read_lines(content)
    if not header:
        return _stopped([LedgerProblem(row=0, column="", code="unreadable")])
    missing = [name for name in (NUMBER, CODE) if name not in header]
    if missing:
        return _stopped(
            [LedgerProblem(row=1, column=name, code="column-missing") for name in missing]
        )
    rows = editable.filter(round=round_, receipt_number__isnull=False)
    known = {row.receipt_number: row for row in rows.select_related("child", "current")}
    told, problems = _read(lines, known)
    problems += _of_families(told, _applying(rows))
    if problems:
        return _stopped(sorted(problems, key=lambda one: one.row))
    changes = [
        SiblingChange(application=one.application, before=before, after=one.siblings)
        for one in told
        if (before := content_of(one.application).siblings) != one.siblings
    ]
    return SiblingPlan(changes=changes)


def write_siblings_of(plan: SiblingPlan, *, told: Told) -> int:
    """Write the plan, all or nothing; return how many applications it changed.

    A family's sisters follow the first of them, and find nothing left to change.
    """
    if plan.problems:
        raise ValueError("a file with problems writes nothing")
    with transaction.atomic():
        for change in plan.changes:
            row = Application.objects.select_related("current").get(pk=change.application.pk)
            content = content_of(row)
            if content.siblings == change.after:
                continue
            change_submitted(
                row,
                replace(content, siblings=change.after),
                why=WhyAVersion.CORRECTED,
                if_match=None,
                papers_of=papers_of,
                told=told,
            )
    return len(plan.changes)


def _stopped(problems: Sequence[LedgerProblem]) -> SiblingPlan:
    return SiblingPlan(problems=problems)


def _applying(rows: QuerySet[Application]) -> dict[UUID, int]:
    """Return how many children of each family apply in the round."""
    count: dict[UUID, int] = {}
    for family in rows.exclude(state__in=("withdrawn", "declined")).values_list(
        "child__household", flat=True
    ):
        count[family] = count.get(family, 0) + 1
    return count


def _read(
    lines: Sequence[Line], known: dict[str | None, Application]
) -> tuple[list[_Told], list[LedgerProblem]]:
    told: list[_Told] = []
    problems: list[LedgerProblem] = []
    seen: set[str] = set()
    for line, cells in lines:
        if not cells[CODE]:
            continue
        number = normal_reference(cells[NUMBER]) or cells[NUMBER]
        row = known.get(number)
        wrong = _wrong(cells[CODE], row, is_twice=number in seen)
        seen.add(number)
        if wrong or row is None:
            column = CODE if wrong == "code-unknown" else NUMBER
            problems.append(LedgerProblem(row=line, column=column, code=wrong))
            continue
        siblings = siblings_from_ledger(cells[CODE])
        told.append(
            _Told(line=line, application=row, siblings=siblings, group=cells.get(GROUP, ""))
        )
    return told, problems


def _wrong(code: str, row: Application | None, *, is_twice: bool) -> str:
    if row is None:
        return "number-unknown"
    if is_twice:
        return "number-twice"
    if row.state not in BEFORE_SELECTION:
        return "not-open"
    try:
        siblings_from_ledger(code)
    except BadContent:
        return "code-unknown"
    return ""


def _of_families(told: Sequence[_Told], applying: dict[UUID, int]) -> list[LedgerProblem]:
    codes: dict[UUID, Siblings] = {}
    groups: dict[str, UUID] = {}
    problems = []
    for one in told:
        wrong = {
            "alone": applying.get(one.family, 0) < 2,  # noqa: PLR2004
            "codes-differ": codes.setdefault(one.family, one.siblings) != one.siblings,
            "group-differs": bool(one.group)
            and groups.setdefault(one.group, one.family) != one.family,
        }
        problems += [
            LedgerProblem(
                row=one.line, column=GROUP if code == "group-differs" else CODE, code=code
            )
            for code, is_wrong in wrong.items()
            if is_wrong
        ]
    return problems
