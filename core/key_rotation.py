"""Seal every encrypted column again with the newest key, and count which keys still stand in rows.

A key leaves the ring only when no row names it. The work goes row by row in short transactions:
it may be stopped at any time and started again, and does nothing twice.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.apps import apps
from django.db import models, transaction

from core.encrypted import EncryptedField, Sealed
from core.key_ring import key_ring

_ROWS_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedElsewhere:
    """Sealed values that stand in a library's own column: how to list them and seal one again."""

    name: str
    rows: Callable[[], Iterator[tuple[Any, str]]]  # (primary key, id of the key that sealed it)
    again: Callable[[Any], None]


def label_of(table: "Table") -> str:
    """Return the name of a table for a clerk's list."""
    return table.name if isinstance(table, SealedElsewhere) else table._meta.label


_elsewhere: list[SealedElsewhere] = []


def also_rotate(values: SealedElsewhere) -> None:
    """Include ``values`` in every rotation and its proof; called once at start."""
    _elsewhere.append(values)


Table = type[models.Model] | SealedElsewhere


def encrypted_models() -> dict[type[models.Model], list[str]]:
    """Return every model that has encrypted columns, with their names."""
    found = {
        model: [f.attname for f in model._meta.local_fields if isinstance(f, EncryptedField)]
        for model in apps.get_models()
    }
    return {model: columns for model, columns in found.items() if columns}


def keys_in_use() -> Counter[str]:
    """Return how many stored values name each key: the proof that an old one may go."""
    count: Counter[str] = Counter()
    for model, columns in encrypted_models().items():
        for row in _stored(model, columns):
            count.update(value.key_id for value in row[1:] if isinstance(value, Sealed))
    for values in _elsewhere:
        count.update(key_id for _pk, key_id in values.rows())
    return count


def rows_with_old_keys() -> Iterator[tuple[Table, Any]]:
    """Yield (table, primary key) of each row with a value that the newest key did not seal."""
    current = key_ring().current
    for model, columns in encrypted_models().items():
        for row in _stored(model, columns):
            if any(isinstance(value, Sealed) and value.key_id != current for value in row[1:]):
                yield model, row[0]
    for values in _elsewhere:
        yield from ((values, pk) for pk, key_id in values.rows() if key_id != current)


def seal_again(model: Table, pk: Any) -> None:
    """Seal the row's values with the newest key; a row that is gone by now is no fault.

    Raises :class:`core.encrypted.Undecryptable` where a value cannot be read: nothing is changed.
    """
    if isinstance(model, SealedElsewhere):
        model.again(pk)
        return
    columns = encrypted_models()[model]
    with transaction.atomic():
        row = model._default_manager.select_for_update().filter(pk=pk).first()
        if row is None:
            return
        for column in columns:
            getattr(row, column)  # reading opens it, and what is open is sealed when saved
        row.save(update_fields=columns)


def _stored(model: type[models.Model], columns: list[str]) -> Iterator[tuple[Any, ...]]:
    """Yield (pk, value, ...) in pages by primary key, so that no transaction stays open."""
    after: Any = None
    while True:
        rows = model._default_manager.order_by("pk")
        if after is not None:
            rows = rows.filter(pk__gt=after)
        page = list(rows.values_list("pk", *columns)[:_ROWS_AT_ONCE])
        yield from page
        if len(page) < _ROWS_AT_ONCE:
            return
        after = page[-1][0]
