"""Give each place of the child-care sheet its childcare side: what the sheet says, and no more.

A sheet knows kind, hours, capacity and whether there is temporary care. Whatever it does not say
stays unknown until the nursery tells it.
"""

from datetime import date, datetime
from typing import Final

from django.db import transaction

from childcare.models import Facility, FacilityKind, FacilityTerms, Operator
from core import audit
from core.actor import Actor
from jp.clock import civil_date
from jp.text import fold
from places.imports.cells import Unreadable, read_flag
from places.models import Place, Sheet

# By what 種別 says, first match; the national list's words and those that cities use.
_KINDS: Final = (
    ("幼稚園型", FacilityKind.KODOMOEN),
    ("認定こども園", FacilityKind.KODOMOEN),
    ("小規模", FacilityKind.SMALL),
    ("家庭的", FacilityKind.HOME),
    ("事業所内", FacilityKind.WORKPLACE),
    ("認可外", FacilityKind.UNLICENSED),
    ("幼稚園", FacilityKind.KINDERGARTEN),
)


def open_facilities(municipality: str, *, actor: Actor, now: datetime) -> list[Facility]:
    """Make the facility of each place of the sheet that has none; return the new ones."""
    rows = Place.objects.filter(
        municipality=municipality, sheet=Sheet.CHILDCARE, childcare__isnull=True
    )
    with transaction.atomic():
        made = [_open(place, on=civil_date(now)) for place in rows]
        if made:
            audit.record(
                "facility.open",
                actor=actor,
                now=now,
                municipality=municipality,
                object_type="facility",
                facts={"facilities": len(made)},
            )
    return made


def kind_of(words: str) -> FacilityKind:
    """Return the kind that 種別 names; a nursery where it says no more."""
    folded = fold(words)
    return next((kind for word, kind in _KINDS if fold(word) in folded), FacilityKind.NURSERY)


def run_by(words: str) -> str:
    """Return who runs it as far as 種別 says."""
    if "公立" in words:
        return Operator.PUBLIC
    return Operator.PRIVATE if "私立" in words else ""


def _open(place: Place, *, on: date) -> Facility:
    kind = kind_of(place.category)
    facility = Facility.objects.create(
        municipality=place.municipality,
        place=place,
        kind=kind,
        run_by=run_by(place.category),
    )
    capacity = place.extra.get("収容定員", "")
    FacilityTerms.objects.create(
        facility=facility,
        valid_from=on,
        capacity=int(capacity) if capacity.isascii() and capacity.isdigit() else None,
        youngest=place.extra.get("受入年齢", "")[:60],
        open_days=place.open_days,
        opens=place.opens,
        closes=place.closes,
        temporary=_flag(place.extra.get("一時預かりの有無", "")),
        sick_child=_flag(place.extra.get("病児保育の有無", "")),
        # What the law makes of the kind: a kindergarten takes 1号 only, a small one 3号 only.
        takes_1=kind in {FacilityKind.KINDERGARTEN, FacilityKind.KODOMOEN},
        takes_2=kind not in {FacilityKind.KINDERGARTEN, FacilityKind.SMALL, FacilityKind.HOME},
        takes_3=kind != FacilityKind.KINDERGARTEN,
        note=place.note,
    )
    return facility


def _flag(text: str) -> bool | None:
    try:
        return bool(read_flag(text).value) if text else None
    except Unreadable:
        return None
