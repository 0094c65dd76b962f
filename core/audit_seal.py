"""Seal the audit trail: chain new events in batches, and find what was changed afterwards.

A request writes its event and nothing else; the sealer, one at a time, hashes what is new:
``row_hash = SHA-256(canonical row)``, ``hash = SHA-256(number | previous hash | (id, row_hash)*)``.
The head goes to a file outside the database, so that whoever rewrites all of it is found too.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet

from core.models import AuditEvent, AuditLeaf, AuditSeal

BATCH: Final = 2_000
GENESIS: Final = bytes(32)
# An event's id holds the time at which it was made; its transaction may commit much later.
LATE_COMMIT: Final = timedelta(hours=1)
_COLUMNS: Final = tuple(field.attname for field in AuditEvent._meta.concrete_fields)
_LOCK: Final = 0x6B616974  # PostgreSQL's advisory lock of the sealer


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """One thing wrong: ``what`` is changed, missing, late, chain or head; ``where`` names it."""

    what: str
    where: str


def row_hash(event: AuditEvent) -> bytes:
    """Return the SHA-256 of an event's canonical JSON."""
    row = {name: getattr(event, name) for name in _COLUMNS}
    text = json.dumps(row, sort_keys=True, default=_text, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).digest()


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return f"{value.timestamp():.6f}"
    return str(value)


def chain_hash(number: int, previous: bytes, leaves: Iterable[tuple[UUID, bytes]]) -> bytes:
    """Return the hash of one seal over its leaves, in their order."""
    digest = hashlib.sha256(number.to_bytes(8, "big") + previous)
    for event_id, hashed in leaves:
        digest.update(event_id.bytes + hashed)
    return digest.digest()


def seal_new_events(*, now: datetime) -> AuditSeal | None:
    """Seal up to ``BATCH`` events that no seal holds; ``None`` where there is none."""
    with transaction.atomic():
        _one_at_a_time()
        last = AuditSeal.objects.order_by("-number").first()
        events = list(_unsealed(last)[:BATCH])
        if not events:
            return None
        number, previous = (last.number + 1, bytes(last.hash)) if last else (1, GENESIS)
        leaves = [(event.pk, row_hash(event)) for event in events]
        seal = AuditSeal.objects.create(
            number=number,
            sealed_at=now,
            events=len(leaves),
            previous_hash=previous,
            hash=chain_hash(number, previous, leaves),
        )
        AuditLeaf.objects.bulk_create(
            AuditLeaf(event_id=pk, seal_number=number, position=position, row_hash=hashed)
            for position, (pk, hashed) in enumerate(leaves)
        )
    return seal


def _one_at_a_time() -> None:
    """SQLite's transaction is exclusive already; on PostgreSQL the sealer takes a lock."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _unsealed(last: AuditSeal | None) -> QuerySet[AuditEvent]:
    events = AuditEvent.objects.order_by("pk")
    if last is not None:
        events = events.filter(pk__gte=_id_at(last.sealed_at - LATE_COMMIT))
    return events.exclude(pk__in=AuditLeaf.objects.values("event_id"))


def _id_at(at: datetime) -> UUID:
    """Return the smallest UUID version 7 of an instant."""
    return UUID(int=(int(at.timestamp() * 1000) << 80) | (0x7 << 76) | (0x2 << 62))


def publish_head(seal: AuditSeal, path: Path) -> None:
    """Append the head to the file outside the database."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as heads:
        heads.write(f"{seal.number}\t{bytes(seal.hash).hex()}\t{seal.sealed_at.isoformat()}\n")


def read_heads(path: Path) -> dict[int, str]:
    """Return the published hashes by seal number."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return {int(number): found for number, found, *_ in (line.split("\t") for line in lines)}


def defects(*, heads: Mapping[int, str], now: datetime) -> Iterator[Defect]:
    """Yield all that is wrong with the trail, each with the exact row; memory stays flat."""
    previous, expected, seen = GENESIS, 1, set()
    for seal in AuditSeal.objects.order_by("number").iterator(chunk_size=500):
        seen.add(seal.number)
        yield from _defects_of_seal(seal, previous, expected, heads)
        previous, expected = bytes(seal.hash), seal.number + 1
    for number in sorted(heads.keys() - seen):
        yield Defect(what="head", where=f"seal {number} was published and is not there")
    old = _id_at(now - LATE_COMMIT)
    unsealed = AuditEvent.objects.filter(pk__lt=old).exclude(
        pk__in=AuditLeaf.objects.values("event_id")
    )
    for pk in unsealed.order_by("pk").values_list("pk", flat=True).iterator():
        yield Defect(what="late", where=f"event {pk} was put in after its time was sealed")


def _defects_of_seal(
    seal: AuditSeal, previous: bytes, expected: int, heads: Mapping[int, str]
) -> Iterator[Defect]:
    leaves = list(AuditLeaf.objects.filter(seal_number=seal.number).order_by("position"))
    events = AuditEvent.objects.in_bulk([leaf.event_id for leaf in leaves])
    for leaf in leaves:
        event = events.get(leaf.event_id)
        if event is None:
            yield Defect(what="missing", where=f"event {leaf.event_id}")
        elif row_hash(event) != bytes(leaf.row_hash):
            yield Defect(what="changed", where=f"event {leaf.event_id}")
    found = chain_hash(
        seal.number, previous, [(leaf.event_id, bytes(leaf.row_hash)) for leaf in leaves]
    )
    links = seal.number == expected and bytes(seal.previous_hash) == previous
    if found != bytes(seal.hash) or not links or len(leaves) != seal.events:
        yield Defect(what="chain", where=f"seal {seal.number}")
    published = heads.get(seal.number)
    if published is not None and published != bytes(seal.hash).hex():
        yield Defect(what="head", where=f"seal {seal.number} differs from its published head")
