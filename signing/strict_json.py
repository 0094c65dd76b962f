"""JSON as tokens must have it: UTF-8 without BOM, no duplicate keys, no NaN, no lone surrogates.

Two libraries that read a duplicate key differently see two different cards under one signature;
Python's ``json`` keeps the last value, others keep the first (RFC 8259 section 4).
"""

import json
from typing import Any

import orjson

from signing.faults import BadToken, Fault, unreadable


def dumps(value: object) -> bytes:
    """Return ``value`` as compact UTF-8 JSON, keys in the order given."""
    return orjson.dumps(value)


def loads(raw: bytes) -> Any:
    """Return the value that ``raw`` spells, or raise ``BadToken``."""
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise unreadable("not JSON") from None
    # What was written compactly comes out again byte for byte, and a key written twice does not:
    # so the slow look for duplicates is needed for other people's spellings only.
    try:
        if orjson.dumps(value) == raw:
            return value
    except TypeError:
        pass  # nested deeper than orjson writes: the other reader decides
    try:
        return json.loads(raw.decode(), object_pairs_hook=_without_duplicates)
    except BadToken:
        raise
    except (ValueError, RecursionError):
        raise unreadable("not JSON") from None


def loads_object(raw: bytes) -> dict[str, Any]:
    """Return the JSON object that ``raw`` spells, or raise ``BadToken``."""
    value = loads(raw)
    if not isinstance(value, dict):
        raise unreadable("not a JSON object")
    return value


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise BadToken(Fault.DUPLICATE_JSON_KEY)
    return value
