"""What a verification answers, and how ``verify_card``, the API and the vectors write it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from disability_card.card_claims import Medium, NameToCheck, Presenter
from disability_card.refusals import CardRefused


class Level(StrEnum):
    """Green: checked against fresh information. Amber: good, and the page says how old."""

    GREEN = "green"
    AMBER = "amber"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The card is good here and now. ``as_of``: how fresh the answer about revocation is."""

    level: Level
    medium: Medium
    presenter: Presenter
    discount_class: int
    caregivers: int
    name_to_check: NameToCheck | None
    as_of: datetime
    # What the holder chose to show beyond the class: for needs-details, never stored or logged.
    details: Mapping[str, str | int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the published form."""
        name = self.name_to_check
        return {
            "outcome": "accepted",
            "code": "ok",
            "level": self.level.value,
            "medium": self.medium.value,
            "presenter": self.presenter.value,
            "discount_class": self.discount_class,
            "caregivers": self.caregivers,
            "name_to_check": name and {"name": name.name, "birth_year": name.birth_year},
            "as_of": instant_text(self.as_of),
        }


def refusal_json(refusal: CardRefused) -> dict[str, Any]:
    """Return the published form of a refusal; null where it was refused before it was known."""
    return {
        "outcome": "refused",
        "code": str(refusal.code),
        "level": None,
        "medium": refusal.medium,
        "presenter": None,
        "discount_class": None,
        "caregivers": None,
        "name_to_check": None,
        "as_of": refusal.as_of,
    }


def instant_text(instant: datetime) -> str:
    """Return ``2026-11-24T01:00:00Z``."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
