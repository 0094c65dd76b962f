"""A campaign with a copy for insight, and what visitors are shown."""

from datetime import date, time
from typing import Any

from core.audit import SYSTEM
from places.models import Event, Place, Sheet
from places.search_index import index_missing
from tests.disability_card.factories import CITY, NOW
from tests.tourism.visiting import make_campaign
from tourism.insight.export import export_campaign
from tourism.models import Course


def values(world: Any) -> dict[str, object]:
    """Return the parameters of visitors' addresses."""
    campaign = make_campaign(
        slug="matrix", name={"ja": world_mark(), "ja-easy": world_mark(), "en": world_mark()}
    )
    export_campaign(campaign, actor=SYSTEM, now=NOW)
    mark = world_mark()
    spot = Place.objects.create(
        municipality=CITY, sheet=Sheet.TOURISM, number="matrix-spot", name=mark
    )
    event = Event.objects.create(
        municipality=CITY, number="matrix-event", title=mark, starts_on=date(2099, 5, 3),
        ends_on=date(2099, 5, 3),
    )  # fmt: skip
    course = Course.objects.create(
        municipality=CITY, slug="matrix", title={"ja": mark}, starts=time(9, 0), shows_from=NOW
    )
    index_missing()
    return {
        "campaign_id": campaign.pk,
        "question": "who-came",
        "place_id": spot.pk,
        "event_id": event.pk,
        "slug": "matrix",
        "course_id": course.pk,
    }


def world_mark() -> str:
    """Return the name by which the matrix knows its own rows."""
    return "極秘太郎"
