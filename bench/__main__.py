"""`python -m bench [ROW ...] [--json] [--quick]`: each row beside its limit, in one run."""

import argparse
import sys

import django
from rich.console import Console
from rich.table import Table

django.setup()

from bench import (  # noqa: E402  after setup
    accounts,
    admission,
    camera,
    cards,
    insight,
    scoring,
    search,
    settlement,
    storage,
    tourism_money,
)
from bench.rows import ROWS, Result  # noqa: E402

ORDER = (
    "P1",
    "P1b",
    "P2",
    "P3",
    "P4",
    "P5",
    "P6",
    "SL",
    "PAPER",
    "P12",
    "MEM",
    "P10",
    "P13",
    "P7",
    "P8",
    "P9",
    "P15",
    "P16",
    "P14",
    "P17",
    "P18",
    "P19",
    "P20",
    "P21",
)
__all__ = [
    "accounts",
    "admission",
    "camera",
    "cards",
    "insight",
    "scoring",
    "search",
    "settlement",
    "storage",
    "tourism_money",
]  # imported for the rows that they register


def main() -> int:
    """Run the rows that were asked for, or all."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("rows", nargs="*", metavar="ROW", help=", ".join(ORDER))
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--quick", action="store_true", help="less precise, under 20 s a row")
    options = parser.parse_args()
    unknown = [name for name in options.rows if name not in ROWS]
    if unknown:
        parser.error(f"no such row: {', '.join(unknown)}")
    found: list[Result] = []
    try:
        for name in options.rows or ORDER:
            for result in ROWS[name](options.quick):
                found.append(result)
                if options.json:
                    print(result.as_json(), flush=True)
                else:
                    print(f"{result.row} ...", file=sys.stderr, flush=True)
    finally:  # a row that fails takes no other with it
        if not options.json:
            show(found)
    return 0


def show(found: list[Result]) -> None:
    """Print a table for people."""
    table = Table("row", "what", "ours", "limit", "unit", "ratio", "goal")
    for one in found:
        table.add_row(
            one.row, one.what, f"{one.ours:,.4g}", f"{one.limit:,.4g}", one.unit,
            f"{one.ratio:.3g}", one.goal,
        )  # fmt: skip
    Console(width=130).print(table)


if __name__ == "__main__":
    sys.exit(main())
