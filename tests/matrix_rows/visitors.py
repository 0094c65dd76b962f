"""A campaign with a copy for insight, and what visitors are shown."""

from typing import Any

from core.audit import SYSTEM
from tests.disability_card.factories import NOW
from tests.tourism.visiting import make_campaign
from tourism.insight.export import export_campaign


def values(world: Any) -> dict[str, object]:
    """Return the parameters of visitors' addresses."""
    campaign = make_campaign(name={"ja": world_mark(), "ja-easy": world_mark(), "en": world_mark()})
    export_campaign(campaign, actor=SYSTEM, now=NOW)
    return {"campaign_id": campaign.pk, "question": "who-came"}


def world_mark() -> str:
    """Return the name by which the matrix knows its own rows."""
    return "極秘太郎"
