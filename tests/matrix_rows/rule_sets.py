"""A published point table, of years that no other row's table is for."""

from collections.abc import Mapping
from typing import Any

from tests.childcare.published import published, version


def values(_world: Any) -> Mapping[str, object]:
    return {"rule_set_id": published(version("matrix", "2040-04-01", "2041-03-31")).pk}
