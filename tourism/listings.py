"""Write what visitors read about a place or an event, now or from a later instant on.

Nothing is overwritten: each edit is a version with the instant from which it shows, so that an
announcement can wait for its hour and what stood there on a day can still be read.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from accounts.models import User
from core import audit
from core.actor import Actor
from core.refusals import Refusal, gettext_noop as _
from places.models import Event, Place
from tourism.models import Course, Listing, ListingVersion


class ListingChangedMeanwhile(Refusal):
    """Somebody wrote a newer version since this one was read."""

    code = "listing-changed-meanwhile"
    title = _("ほかの人が先に変えました")
    next_step = _("新しい内容を読んで、もう一度書いてください。")
    status = HTTPStatus.PRECONDITION_FAILED


class ListingWithoutJapanese(Refusal):
    """Every text has a Japanese one that the others fall back to."""

    code = "listing-without-japanese"
    title = _("日本語の文がありません")
    next_step = _("ほかの言語の文には、日本語の文もつけてください。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a version says, by language."""

    lead: Mapping[str, str]
    text: Mapping[str, str]
    is_shown: bool = True

    def __post_init__(self) -> None:
        for texts in (self.lead, self.text):
            if any(texts.values()) and not texts.get("ja"):
                raise ListingWithoutJapanese


def listing_of(thing: Place | Event) -> Listing:
    """Return the listing of ``thing``, made at first need."""
    which = {"place": thing} if isinstance(thing, Place) else {"event": thing}
    return Listing.objects.get_or_create(**which, defaults={"municipality": thing.municipality})[0]


def newest_version(listing: Listing) -> ListingVersion | None:
    """Return the version written last, whether it shows yet or not."""
    return listing.versions.order_by("-id").first()


def write_listing(
    listing: Listing,
    words: Words,
    *,
    shows_from: datetime,
    read_version: str,
    actor: Actor,
    now: datetime,
) -> ListingVersion:
    """Add a version that shows from ``shows_from`` on; not before now, so that nothing is undone.

    ``read_version`` is the id of the newest version that the editor saw, empty where there was
    none: :class:`ListingChangedMeanwhile` where it is not the newest.
    """
    with transaction.atomic():
        Listing.objects.select_for_update().get(pk=listing.pk)
        newest = newest_version(listing)
        if (str(newest.pk) if newest else "") != read_version:
            raise ListingChangedMeanwhile
        made = ListingVersion.objects.create(
            listing=listing,
            lead=dict(words.lead),
            text=dict(words.text),
            is_shown=words.is_shown,
            shows_from=max(shows_from, now),
            written_by=User.objects.get(pk=actor.user_id) if actor.user_id else None,
            written_at=now,
        )
        audit.record(
            "listing.write",
            actor=actor,
            now=now,
            municipality=listing.municipality,
            object_type="listing",
            object_id=listing.pk,
            facts={"shows_from": made.shows_from.isoformat(), "is_shown": str(made.is_shown)},
        )
    return made


def versions_at(municipality: str, now: datetime) -> dict[UUID, ListingVersion]:
    """Return the version that shows at ``now``, by the id of its place or event."""
    rows = (
        ListingVersion.objects.filter(listing__municipality=municipality, shows_from__lte=now)
        .annotate(place=F("listing__place"), event=F("listing__event"))
        .order_by("shows_from", "id")
    )
    # A later row of the same thing takes the earlier one's place.
    return {row.place or row.event: row for row in rows}


def hidden_at(versions: Mapping[UUID, ListingVersion]) -> frozenset[UUID]:
    """Return the places and events that the city does not show."""
    return frozenset(thing for thing, version in versions.items() if not version.is_shown)


def courses_at(municipality: str, now: datetime) -> Iterable[Course]:
    """Return the courses that show at ``now``, with their stops."""
    return (
        Course.objects.filter(Q(shows_from__lte=now), municipality=municipality, is_shown=True)
        .prefetch_related("stops__place")
        .order_by("slug")
    )
