"""Write a round's score sheets past the ORM: tens of thousands of rows, none of which is read here.

A model instance a sheet, and a compiled expression a column, cost more than both scorers together.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

from childcare.models import ScoreSheet
from core.encrypted import EncryptedField
from core.ids import uuid7

_BATCH: Final = 1_000  # rows: what is encrypted is held no longer than needed


def insert_sheets(sheets: Iterator[Mapping[str, Any]]) -> int:
    """Insert sheets, each given by its columns' attributes without the id; return how many."""
    fields: Sequence[models.Field[Any, Any]] = ScoreSheet._meta.local_concrete_fields
    connection = connections[DEFAULT_DB_ALIAS]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    sql = f"INSERT INTO {quote(ScoreSheet._meta.db_table)} ({columns}) VALUES ({marks})"  # noqa: S608  our own names
    count = 0
    with connection.cursor() as cursor:
        while batch := [_row(one, fields, connection) for one in islice(sheets, _BATCH)]:
            cursor.executemany(sql, batch)
            count += len(batch)
    return count


def _row(
    sheet: Mapping[str, Any],
    fields: Sequence[models.Field[Any, Any]],
    connection: BaseDatabaseWrapper,
) -> list[Any]:
    pk = uuid7()
    found = []
    for field in fields:
        value = pk if field.primary_key else sheet.get(field.attname)
        if isinstance(field, EncryptedField):
            value = field.sealed_for(value, pk=pk)
        found.append(field.get_db_prep_save(value, connection))
    return found
