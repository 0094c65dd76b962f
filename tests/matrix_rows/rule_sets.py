"""A published point table and a draft that waits for the second person."""

from collections.abc import Mapping
from typing import Any

from tests.childcare.published import published


def values(_world: Any) -> Mapping[str, object]:
    return {"rule_set_id": published().pk}
