"""A row of the ledger import that waits: a new handbook of somebody with a name."""

from collections.abc import Mapping
from typing import Any

from disability_card.models import LedgerImportRow, RowEffect
from tests.disability_card.factories import make_row


def values(world: Any) -> Mapping[str, object]:
    LedgerImportRow.objects.create(
        ledger_import=world.ledger_import,
        row_number=2,
        effect=RowEffect.NEW,
        key_index=b"ledger-row-16byt",
        record=make_row(name=world.holder.name).to_record(),
    )
    return {}
