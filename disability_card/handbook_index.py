"""Blind indexes and digest of a ledger row: how an encrypted handbook is found and compared."""

import json
from datetime import date

from core.blind_index import blind_index, keyed_digest
from disability_card.ledger_row import LedgerRow
from jp.text import fold_name


def key_index(key: tuple[str, str, str]) -> bytes:
    """Return the index of (type, issuer, number)."""
    return blind_index("handbook.key", *key)


def resident_index(resident_ref: str) -> bytes:
    """Return the index of 宛名番号."""
    return blind_index("handbook.resident", resident_ref)


def identity_index(*, name: str, birth_date: date) -> bytes:
    """Return the index of a folded name with a birth date: how an identity finds its handbook."""
    return blind_index("handbook.identity", fold_name(name), birth_date.isoformat())


def record_digest(row: LedgerRow) -> bytes:
    """Return the keyed digest of all that a row says, but for when the file was made."""
    record = row.to_record()
    del record["as_of"]
    return keyed_digest("handbook.record", json.dumps(record, sort_keys=True).encode())
