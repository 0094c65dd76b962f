"""Verify a card for a front desk that is online: the shared rules, the newest facts.

Status comes straight from the credentials' table, so a suspension counts at once; replay marks are
one unique insert that all venues share. What stays behind is an hourly counter and a hash that
dies after 180 seconds: no card, no credential, no person, no audit event.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from django.db import connection

from core.municipality import municipality as city_of
from disability_card.benefit_forms import benefits_of
from disability_card.benefits import Answer, Shown, answer
from disability_card.models import ReplayMark, Venue as VenueRow, VerificationCount
from disability_card.refusals import CardRefused
from disability_card.scan_memory import REPLAY_TTL_SECONDS, IssuerParts, Seen
from disability_card.signing_keys import blocked_kids
from disability_card.status_publication import NoSuchStatusList, status_of
from disability_card.trust_publication import root_rolls, root_thumbprint, trust_list
from disability_card.verdicts import Verdict
from disability_card.verification import Mode, StatusEntry, Venue, Verifier
from jp.clock import civil_date
from signing.trust import TrustList, open_trust_list

_PARTS: Final = IssuerParts()
_SWEEP_EVERY: Final = timedelta(seconds=REPLAY_TTL_SECONDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """What a scan came to: a verdict with this venue's answer, or a refusal."""

    verdict: Verdict | None
    refusal: CardRefused | None
    answer: Answer | None


class MarksInDatabase:
    """Replay marks that every worker and venue shares."""

    def first_seen(self, digest: bytes, *, scan: UUID, now: datetime) -> Seen:
        """Insert the mark, or return the one that was first: one statement decides."""
        mark = ReplayMark(digest=digest, scan=scan, seen_at=now)
        ReplayMark.objects.bulk_create([mark], ignore_conflicts=True)
        first = ReplayMark.objects.get(digest=digest)
        return Seen(first.scan, first.seen_at)


def scan(
    text: str, *, venue: VenueRow, device_id: UUID, challenge: str | None, now: datetime
) -> Scan:
    """Verify ``text`` at ``venue`` and count the outcome; a refusal is a result, not an error.

    ``challenge`` is the counter's, already used up by the caller.
    """
    city = venue.place.municipality
    here = Venue(venue_id=venue.code, scanner=str(device_id), challenge=challenge)
    verifier = Verifier(
        _opened_trust_list(trust_list(city), root_thumbprint(city, now=now), city),
        status_at=lambda uri, index: _status_at(uri, index, now=now),
        replay_marks=MarksInDatabase(),
        mode=Mode.ONLINE,
        blocked=frozenset((city_of(city).issuer, kid) for kid in blocked_kids(city)),
        issuer_parts=_PARTS,
    )
    try:
        verdict = verifier.verify(text, venue=here, now=now)
    except CardRefused as refusal:
        count(venue, outcome=str(refusal.code), medium=refusal.medium or "", now=now)
        return Scan(verdict=None, refusal=refusal, answer=None)
    count(venue, outcome="ok", medium=verdict.medium.value, now=now)
    shown = Shown(
        discount_class=verdict.discount_class,
        caregivers=verdict.caregivers,
        details=verdict.details,
    )
    given = answer(shown, benefits_of(venue), day=civil_date(now))
    return Scan(verdict=verdict, refusal=None, answer=given)


@lru_cache(maxsize=64)
def _opened_trust_list(token: str, thumbprint: str, city: str) -> TrustList:
    """Opened once per published list: its signatures do not change with the scans."""
    return open_trust_list(token, pinned=frozenset({thumbprint}), root_rolls=root_rolls(city))


def _status_at(uri: str, index: int, *, now: datetime) -> StatusEntry:
    try:
        status = status_of(uri, index)
    except NoSuchStatusList:
        raise LookupError(uri) from None
    return StatusEntry(status=status, as_of=int(now.timestamp()))


def count(
    venue: VenueRow,
    *,
    outcome: str,
    medium: str,
    now: datetime,
    is_offline: bool = False,
    number: int = 1,
) -> None:
    """Add to the venue's counter of this hour: one statement, safe under races."""
    hour = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    key: dict[str, Any] = {
        "municipality": venue.place.municipality,
        "venue": venue.code,
        "hour": hour,
        "outcome": outcome,
        "medium": medium,
        "is_offline": is_offline,
    }
    table = connection.ops.quote_name(VerificationCount._meta.db_table)
    names = ", ".join(connection.ops.quote_name(name) for name in (*key, "count"))
    places = ", ".join(["%s"] * (len(key) + 1))
    unique = ", ".join(connection.ops.quote_name(name) for name in key)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({names}) VALUES ({places}) "  # noqa: S608  names of ours only
            f"ON CONFLICT ({unique}) DO UPDATE SET count = {table}.count + excluded.count",
            [
                connection.ops.adapt_datetimefield_value(value)
                if isinstance(value, datetime)
                else value
                for value in (*key.values(), number)
            ],
        )


def sweep_marks(*, now: datetime) -> int:
    """Delete the marks whose QR codes no window lets live; return how many."""
    deleted, _by_model = ReplayMark.objects.filter(seen_at__lt=now - _SWEEP_EVERY).delete()
    return deleted
