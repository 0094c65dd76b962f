"""Counts that a front desk made without a network, uploaded later; sent twice, counted once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction

from core.refusals import Refusal, gettext_noop as _
from disability_card.models import OfflineLog, Venue
from disability_card.scanning import count
from signing.faults import Fault

ENTRIES_MAX: Final = 5_000  # a month of hours, seven outcomes each
COUNT_MAX: Final = 10_000
AGE_MAX: Final = timedelta(days=31)
_OUTCOMES: Final = frozenset({"ok", *map(str, Fault)})


class BadOfflineLog(Refusal):
    """An entry that no front desk can have made."""

    code = "offline-log-bad"
    title = _("オフラインの記録が正しくありません")
    next_step = _("アプリを新しくしてから、もう一度つないでください。")
    status = HTTPStatus.UNPROCESSABLE_ENTITY


@dataclass(frozen=True, slots=True, kw_only=True)
class OfflineEntry:
    """So many scans in one hour with one outcome."""

    hour: datetime
    outcome: str
    medium: str
    count: int


def upload_log(
    log_id: UUID, entries: Sequence[OfflineEntry], *, venue: Venue, device_id: UUID, now: datetime
) -> bool:
    """Add the entries to the venue's counters; return ``False`` if this log was here before."""
    for entry in entries:
        is_possible = (
            entry.outcome in _OUTCOMES
            and entry.medium in {"", "phone", "paper"}
            and 1 <= entry.count <= COUNT_MAX
            and now - AGE_MAX <= entry.hour <= now + timedelta(hours=1)
        )
        if not is_possible:
            raise BadOfflineLog
    try:
        with transaction.atomic():
            OfflineLog.objects.create(id=log_id, device_id=device_id, received_at=now)
            for entry in entries:
                count(
                    venue,
                    outcome=entry.outcome,
                    medium=entry.medium,
                    now=entry.hour,
                    is_offline=True,
                    number=entry.count,
                )
    except IntegrityError:
        return False
    return True
