"""The point tables that ship with the product: the demo set and references of real cities."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from childcare.rule_sets.loading import load_rule_set

FOLDER: Final = Path(__file__).with_name("rulesets")
DEMO: Final = FOLDER / "saku-demo.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippedTable:
    """One table that a city may start its own from."""

    code: str  # of its address
    path: Path
    name: str
    version: str
    gaps: int


def reference_files() -> list[Path]:
    """Return the references of real cities, in the order of their names."""
    return sorted(path for path in FOLDER.glob("*.yaml") if path != DEMO)


@cache
def shipped_tables() -> tuple[ShippedTable, ...]:
    """Return every shipped table, the whole one of the demo first: the files never change."""
    found = []
    for path in (DEMO, *reference_files()):
        meta = load_rule_set(path.read_bytes()).meta
        found.append(
            ShippedTable(
                code=path.stem, path=path, name=str(meta.name), version=meta.version,
                gaps=len(meta.gaps),
            )
        )  # fmt: skip
    return tuple(found)
