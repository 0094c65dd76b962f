"""A published point table, of years that no other row's table is for, and a wish to end it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from childcare.rule_set_ending import ask_ending
from core.audit import SYSTEM
from tests.childcare.published import NOW, make_submitter, published, version


def values(_world: Any) -> Mapping[str, object]:
    row = published(version("matrix", "2040-04-01", "2041-03-31"))
    ending = ask_ending(
        row, ends_on=date(2040, 12, 31), reason="条例が変わるため", asked_by=make_submitter(),
        actor=SYSTEM, now=NOW,
    )  # fmt: skip
    return {
        "rule_set_id": row.pk, "rule_set_ending_id": ending.pk, "shipped_table": "koshigaya-r8",
    }  # fmt: skip
