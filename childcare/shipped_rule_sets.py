"""The point tables that ship with the product: the demo set and references of real cities."""

from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).with_name("rulesets")
DEMO: Final = FOLDER / "saku-demo.yaml"


def reference_files() -> list[Path]:
    """Return the references of real cities, in the order of their names."""
    return sorted(path for path in FOLDER.glob("*.yaml") if path != DEMO)
