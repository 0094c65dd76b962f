"""Staff write benefits: checked, audited, and never over somebody else's newer version."""

import json
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction

from core import audit
from core.actor import Actor
from core.refusals import Refusal, gettext_noop as _
from disability_card.benefit_forms import rule_of
from disability_card.models import Benefit, Venue
from disability_card.venues import make_venue
from places.models import Place

EXAMPLES: Final = Path(__file__).parent / "data" / "example_benefits.json"


class BenefitChangedMeanwhile(Refusal):
    """Somebody saved a newer version since this one was read."""

    code = "benefit-changed-meanwhile"
    title = _("ほかの人が、先に変えました")
    next_step = _("新しい内容を見てから、もう一度直してください。")
    status = HTTPStatus.PRECONDITION_FAILED


class BenefitIncomplete(Refusal):
    """A price, a share or a title is missing, or they contradict each other."""

    code = "benefit-incomplete"
    title = _("割引の内容がたりません")
    next_step = _("料金か割引率と、3つの言葉の名前を書いてください。")


def version_of(benefit: Benefit) -> str:
    """Return the ETag of a benefit: when it was last edited."""
    return f'"{benefit.edited_at.timestamp():.6f}"'


def write_benefit(
    benefit: Benefit,
    *,
    values: Mapping[str, Any],
    venues: list[Venue],
    read_version: str | None,
    actor: Actor,
    now: datetime,
) -> Benefit:
    """Save ``values`` into a new or existing benefit; ``read_version`` guards an existing one."""
    with transaction.atomic():
        if not benefit._state.adding:
            benefit = Benefit.objects.select_for_update().get(pk=benefit.pk)
            if read_version is not None and read_version != version_of(benefit):
                raise BenefitChangedMeanwhile
        for name, value in values.items():
            setattr(benefit, name, value)
        benefit.edited_at = now
        try:
            rule_of(benefit)  # a rule that contradicts itself cannot be built
            benefit.full_clean(exclude=["venues"])
        except (ValueError, ValidationError) as exc:
            raise BenefitIncomplete from exc
        benefit.save()
        benefit.venues.set(venues)
        audit.record(
            "benefit.write",
            actor=actor,
            now=now,
            municipality=benefit.municipality,
            object_type="benefit",
            object_id=benefit.pk,
            facts={"fields": sorted(values)},
        )
    return benefit


def load_examples(municipality: str, *, actor: Actor, now: datetime) -> int:
    """Write the shipped example benefits through :func:`write_benefit`; return how many.

    Places and benefits that are there already stay as they are.
    """
    shipped = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    venues = {}
    for values in shipped["places"]:
        number = values.pop("number")
        place, _created = Place.objects.get_or_create(
            municipality=municipality, number=number, defaults=values
        )
        venues[number] = make_venue(place)
    if Benefit.objects.filter(municipality=municipality, is_example=True).exists():
        return 0
    for position, values in enumerate(shipped["benefits"]):
        numbers = values.pop("venues")
        write_benefit(
            Benefit(municipality=municipality, is_example=True, position=position),
            values=values,
            venues=[venues[number] for number in numbers],
            read_version=None,
            actor=actor,
            now=now,
        )
    return len(shipped["benefits"])
