"""The card's side of a place: its code, and which device stands there."""

from datetime import datetime
from http import HTTPStatus
from uuid import UUID

from django.db import IntegrityError, transaction

from core.refusals import Refusal, gettext_noop as _
from disability_card.models import Venue
from disability_card.trust_publication import root_thumbprint
from disability_card.venue_codes import new_venue_code
from places.models import Place


class NoVenue(Refusal):
    """The device stands at no place that verifies cards."""

    code = "device-without-venue"
    title = _("この端末には、お店や施設が登録されていません")
    next_step = _("市の担当に、端末の登録をたしかめてもらってください。")
    status = HTTPStatus.CONFLICT


def make_venue(place: Place) -> Venue:
    """Return the venue of ``place``, with a new code where it has none yet."""
    while True:
        try:
            with transaction.atomic():
                venue, _created = Venue.objects.get_or_create(
                    place=place, defaults={"code": new_venue_code()}
                )
        except IntegrityError:  # the code is taken: one in 34 thousand million
            continue
        return venue


def venue_of_place(place_id: UUID | None) -> Venue:
    """Return the active venue of a device's place; refuse where there is none."""
    if place_id is None:
        raise NoVenue
    venue = Venue.objects.select_related("place").filter(place_id=place_id, is_active=True).first()
    if venue is None:
        raise NoVenue
    return venue


def setup_facts(municipality: str, *, now: datetime) -> dict[str, str]:
    """Return what a front desk pins at its set-up: the root key's thumbprint."""
    return {"r": root_thumbprint(municipality, now=now)}
