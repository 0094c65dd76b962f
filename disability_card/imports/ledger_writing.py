"""Write a ledger file strictly (for generated data), and the list of a file's problems."""

import csv
import io
from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path

from disability_card.imports.columns import columns
from disability_card.imports.problems import RowProblem
from disability_card.ledger_row import LedgerRow


def write_ledger(path: Path, rows: Iterable[LedgerRow], *, encoding: str) -> int:
    """Write ``rows`` with Japanese column names; return how many. Strict: no character is lost."""
    count = 0
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerow([column.japanese for column in columns()])
        for row in rows:
            writer.writerow([_cell(getattr(row, column.name)) for column in columns()])
            count += 1
    return count


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, tuple):
        return ";".join(value)
    return str(value)


def problems_csv(problems: Iterable[RowProblem], *, translate: Callable[[str], str]) -> str:
    """Return the error file: row, column, what is wrong, the mend. No value of a person."""
    japanese = {column.name: column.japanese for column in columns()}
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["行", "列", "種類", "コード", "内容", "直し方"])
    for problem in problems:
        writer.writerow(
            [
                problem.row or "",
                japanese.get(problem.column, problem.column),
                "エラー" if problem.severity == "error" else "注意",
                problem.code,
                translate(problem.message),
                translate(problem.mend),
            ]
        )
    return out.getvalue()
