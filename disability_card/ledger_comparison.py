"""Compare a ledger file with the ledger in force and stage what differs, with its effect on cards.

Memory: the keys of the city's handbooks (about 100 bytes each); rows come in batches.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar
from uuid import UUID

from disability_card.handbook import is_gone
from disability_card.handbook_index import key_index, record_digest
from disability_card.imports.ledger_file import LedgerFile
from disability_card.ledger_changes import changed_fields
from disability_card.ledger_row import LedgerRow
from disability_card.life_cycle import LIVE
from disability_card.models import (
    Card,
    Handbook,
    LedgerImport,
    LedgerImportRow,
    LedgerImportState,
    RowEffect,
)
from disability_card.reconciliation import changes_card

T = TypeVar("T")
BATCH: Final = 500
# A file that takes away this share of the handbooks is more likely half a file.
REMOVALS_PERCENT_MAX: Final = 5
_REMOVALS_MIN: Final = 20
ENDING: Final = (RowEffect.GONE, RowEffect.MISSING)


@dataclass(frozen=True, slots=True)
class _InForce:
    """What is kept of a handbook while a file is compared with the ledger."""

    pk: UUID
    digest: bytes
    as_of: datetime
    is_gone: bool


class Comparison:
    """Compares a file with the ledger in force and stages what differs."""

    def __init__(self, found: LedgerImport, *, attendant_rule: bool) -> None:
        self._import = found
        self._attendant_rule = attendant_rule
        self._counts: Counter[str] = Counter()
        self._in_force = {
            bytes(key): _InForce(pk, bytes(digest), as_of, gone)
            for key, pk, digest, as_of, gone in Handbook.objects.filter(
                municipality=found.municipality
            ).values_list("key_index", "pk", "record_digest", "as_of", "is_gone")
        }
        self._live_before = sum(not known.is_gone for known in self._in_force.values())
        self._seen: set[bytes] = set()
        self._with_card = frozenset(
            Card.objects.filter(municipality=found.municipality, state__in=LIVE).values_list(
                "handbook_id", flat=True
            )
        )

    def stage(self, rows: list[tuple[int, LedgerRow]]) -> None:
        changed: list[tuple[int, LedgerRow, bytes, _InForce]] = []
        staged: list[LedgerImportRow] = []
        for number, row in rows:
            key = key_index(row.key)
            self._seen.add(key)
            known = self._in_force.get(key)
            if known is None:
                staged += self._new(number, row, key)
            elif row.as_of < known.as_of:
                self._counts["older"] += 1
            elif record_digest(row) == known.digest and known.is_gone == is_gone(row):
                staged += self._confirmed(number, row, key, known)
            else:
                changed.append((number, row, key, known))
        records = {
            handbook.pk: handbook
            for handbook in Handbook.objects.filter(pk__in=[known.pk for *_, known in changed])
        }
        for number, row, key, known in changed:
            old = LedgerRow.from_record(records[known.pk].record)
            effect = self._effect(old, row, was_gone=known.is_gone)
            staged_row = self._row(number, row, key, effect, known.pk)
            staged_row.changed = changed_fields(old, row)
            staged.append(staged_row)
        LedgerImportRow.objects.bulk_create(staged)

    def _new(self, number: int, row: LedgerRow, key: bytes) -> list[LedgerImportRow]:
        if is_gone(row):
            self._counts["gone_unknown"] += 1  # returned before we ever knew it
            return []
        return [self._row(number, row, key, RowEffect.NEW, None)]

    def _confirmed(
        self, number: int, row: LedgerRow, key: bytes, known: _InForce
    ) -> list[LedgerImportRow]:
        """Stage an unchanged row for its newer ``as_of``: else an older row could pass it later."""
        if row.as_of == known.as_of:
            self._counts[RowEffect.CONFIRMED] += 1
            return []
        return [self._row(number, row, key, RowEffect.CONFIRMED, known.pk)]

    def _effect(self, old: LedgerRow, row: LedgerRow, *, was_gone: bool) -> RowEffect:
        if is_gone(row):
            return RowEffect.CHANGED_RECORD if was_gone else RowEffect.GONE
        if was_gone:
            return RowEffect.BACK
        if changes_card(old, row, attendant_rule=self._attendant_rule):
            return RowEffect.CHANGED_CARD
        return RowEffect.CHANGED_RECORD

    def _row(
        self, number: int, row: LedgerRow, key: bytes, effect: RowEffect, handbook: UUID | None
    ) -> LedgerImportRow:
        has_card = handbook in self._with_card
        self._counts[effect] += 1
        self._counts["cards"] += has_card and effect in {*ENDING, RowEffect.CHANGED_CARD}
        return LedgerImportRow(
            ledger_import=self._import,
            row_number=number,
            effect=effect,
            handbook_id=handbook,
            key_index=key,
            record=row.to_record(),
            has_live_card=has_card,
        )

    def stage_missing(self) -> None:
        """Stage each handbook in force that a full ledger no longer names."""
        gone = [
            (key, known.pk)
            for key, known in self._in_force.items()
            if key not in self._seen and not known.is_gone
        ]
        for start in range(0, len(gone), BATCH):
            part = gone[start : start + BATCH]
            rows = {row.pk: row for row in Handbook.objects.filter(pk__in=[pk for _, pk in part])}
            LedgerImportRow.objects.bulk_create(
                self._row(0, LedgerRow.from_record(rows[pk].record), key, RowEffect.MISSING, pk)
                for key, pk in part
            )

    def summary(self, ledger: LedgerFile, *, is_partial: bool) -> dict[str, object]:
        """Return the numbers that the approver reads."""
        removed = sum(self._counts[effect] for effect in ENDING)
        last = last_applied(self._import.municipality)
        return {
            "rows": ledger.row_count,
            "errors": ledger.error_count,
            "warnings": sum(problem.severity == "warning" for problem in ledger.problems),
            "effects": {effect: self._counts[effect] for effect in RowEffect},
            "older": self._counts["older"],
            "gone_unknown": self._counts["gone_unknown"],
            "cards": self._counts["cards"],
            "attendant_rows": ledger.attendant_rows,
            "repairs": {name: count for name, count in ledger.repairs.items() if count},
            "is_partial": is_partial,
            "removes_many": removed >= _REMOVALS_MIN
            and removed * 100 > self._live_before * REMOVALS_PERCENT_MAX,
            "base": str(last.pk) if last else "",
        }


def last_applied(municipality: str) -> LedgerImport | None:
    return (
        LedgerImport.objects.filter(municipality=municipality, state=LedgerImportState.APPLIED)
        .order_by("-as_of", "-decided_at")
        .first()
    )


def in_batches(rows: Iterable[T]) -> Iterator[list[T]]:
    part: list[T] = []
    for row in rows:
        part.append(row)
        if len(part) == BATCH:
            yield part
            part = []
    if part:
        yield part
