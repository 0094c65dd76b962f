"""What an import does to each handbook, as the two officers read it before and after approval.

Before it, a changed row has its old and new values side by side. After it the staged facts are
gone: what stays of a row is which handbook, what became of it, and the names of the fields.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import QuerySet

from accounts.models import Person
from accounts.models.people import person_index
from accounts.shielding import protected_from
from core import audit
from core.actor import Actor
from disability_card.ledger_row import LedgerRow
from disability_card.models import Card, LedgerImport, LedgerImportRow, RowEffect

# What an officer must see first: who would lose a card stands before who gets a handbook.
SHOWN_EFFECTS: Final = (
    RowEffect.MISSING,
    RowEffect.GONE,
    RowEffect.CHANGED_CARD,
    RowEffect.NEW,
    RowEffect.BACK,
    RowEffect.CHANGED_RECORD,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field of a handbook: ``old`` and ``new`` are empty once the import is applied."""

    name: str
    old: str = ""
    new: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowChange:
    """One handbook of an import: whose it is, and what differs."""

    effect: RowEffect
    row_number: int
    row: LedgerRow
    has_live_card: bool
    changes: tuple[FieldChange, ...]


def changed_fields(old: LedgerRow, new: LedgerRow) -> list[str]:
    """Return the names of the fields that differ, but for when the file was made."""
    before, after = old.to_record(), new.to_record()
    return [name for name in after if name != "as_of" and before[name] != after[name]]


def staged_rows(
    found: LedgerImport, effects: Collection[RowEffect] = SHOWN_EFFECTS
) -> QuerySet[LedgerImportRow]:
    """Return the rows of these effects in the file's order."""
    rows = found.rows.filter(effect__in=effects).select_related("handbook")
    return rows.order_by("row_number", "pk")


def read_changes(rows: Iterable[LedgerImportRow], *, actor: Actor) -> list[RowChange]:
    """Return what the rows do, without those about somebody protected from ``actor``."""
    hidden = protected_from(actor)
    people = set(Person.objects.filter(pk__in=hidden).values_list("identity_index", flat=True))
    names = {bytes(index) for index in people if index is not None}
    handbooks = set(Card.objects.filter(person__in=hidden).values_list("handbook", flat=True))
    read = [(staged, _change(staged)) for staged in rows if staged.handbook_id not in handbooks]
    return [
        change
        for _staged, change in read
        if person_index(name=change.row.name, birth_date=change.row.birth_date) not in names
    ]


def open_changes(
    found: LedgerImport,
    rows: Iterable[LedgerImportRow],
    *,
    of: Mapping[str, int | str],
    actor: Actor,
    now: datetime,
) -> list[RowChange]:
    """Read some rows of an import; which (``of``) and how many were shown is audited."""
    changes = read_changes(rows, actor=actor)
    audit.record(
        "ledger.rows-read",
        actor=actor,
        now=now,
        municipality=found.municipality,
        object_type="ledger-import",
        object_id=found.pk,
        facts={**of, "shown": len(changes)},
    )
    return changes


def _change(staged: LedgerImportRow) -> RowChange:
    held = None if staged.handbook is None else staged.handbook.record
    record = staged.record or held
    if record is None:
        raise ValueError("a staged row has neither a record nor a handbook")
    before = held if staged.record else None
    return RowChange(
        effect=RowEffect(staged.effect),
        row_number=staged.row_number,
        row=LedgerRow.from_record(record),
        has_live_card=staged.has_live_card,
        changes=tuple(
            FieldChange(name=name)
            if before is None
            else FieldChange(name=name, old=_text(before[name]), new=_text(record[name]))
            for name in staged.changed
        ),
    )


def _text(value: object) -> str:
    if isinstance(value, list):
        return "、".join(map(str, value))
    return "" if value is None else str(value)
