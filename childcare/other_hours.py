"""Days on which a nursery's week does not hold: closed, or open at other times.

They stand in the registry's row (``hours_exceptions``), where "open now?" reads them. Days that are
over are dropped when the next one is told. Exceptions of each year are the city's and stay.
"""

from datetime import date, datetime, time
from http import HTTPStatus
from typing import Any

from django.db import transaction

from childcare.models import Facility
from core import audit
from core.actor import Actor
from core.refusals import Refusal, gettext_noop as _
from jp.clock import civil_date
from places.models import Place


class OtherHoursWrong(Refusal):
    """A day that is over, or times that do not follow one another."""

    code = "other-hours-wrong"
    title = _("日か、時刻が正しくありません")
    next_step = _("きょうからあとの日と、始まりより後の終わりを書いてください。")
    status = HTTPStatus.UNPROCESSABLE_ENTITY


def tell_other_hours(
    facility: Facility,
    *,
    day: date,
    opens: time | None,
    closes: time | None,
    is_usual: bool = False,
    actor: Actor,
    now: datetime,
) -> None:
    """Say of one day that it is closed (no times), open at other times, or as usual again."""
    today = civil_date(now)
    if day < today or (opens is None) != (closes is None) or (opens and closes and closes <= opens):
        raise OtherHoursWrong
    with transaction.atomic():
        place = Place.objects.select_for_update().get(pk=facility.place_id)
        kept = [
            one
            for one in place.hours_exceptions
            if "on" not in one or today.isoformat() <= one["on"] != day.isoformat()
        ]
        if not is_usual:
            told = {"on": day.isoformat()}
            if opens and closes:
                told |= {"opens": f"{opens:%H:%M}", "closes": f"{closes:%H:%M}"}
            kept.append(told)
        place.hours_exceptions = sorted(kept, key=lambda one: one.get("on", ""))
        place.save(update_fields=["hours_exceptions", "changed_at"])
        audit.record(
            "facility.other-hours", actor=actor, now=now, municipality=facility.municipality,
            object_type="facility", object_id=facility.pk,
        )  # fmt: skip


def coming_other_hours(place: Place, *, today: date) -> list[dict[str, Any]]:
    """Return the single days to come: ``day``, and ``opens`` and ``closes`` unless closed."""
    return [
        {
            "day": date.fromisoformat(one["on"]),
            "opens": time.fromisoformat(one["opens"]) if "opens" in one else None,
            "closes": time.fromisoformat(one["closes"]) if "closes" in one else None,
        }
        for one in place.hours_exceptions
        if "on" in one and one["on"] >= today.isoformat()
    ]
