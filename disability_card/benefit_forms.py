"""One benefit in its three forms: row of the table, plain rule, and JSON of the bundle and API."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet

from disability_card.benefit_conditions import conditions_json
from disability_card.benefits import Answer, BenefitRule, Kind, Price, yen_to_pay
from disability_card.models import Benefit, Venue


def benefits_of(venue: Venue) -> Sequence[BenefitRule]:
    """Return the published benefits of a venue in the staff's order."""
    rows: QuerySet[Benefit] = venue.benefits.filter(is_published=True).order_by("position", "pk")
    return [rule_of(row) for row in rows]


def rule_of(row: Benefit) -> BenefitRule:
    """Return the plain rule of a row."""
    return BenefitRule(
        benefit_id=str(row.pk),
        title=row.title,
        text=row.text,
        classes=frozenset(row.classes),
        holder=Price(
            kind=Kind(row.holder_kind), yen=row.holder_yen, percent_off=row.holder_percent_off
        ),
        caregiver=Price(
            kind=Kind(row.caregiver_kind),
            yen=row.caregiver_yen,
            percent_off=row.caregiver_percent_off,
        ),
        caregivers_max=row.caregivers_max,
        usual_yen=row.usual_yen,
        conditions={kind: frozenset(grades) for kind, grades in row.conditions.items()},
        valid_from=row.valid_from,
        valid_until=row.valid_until,
    )


def benefit_json(rule: BenefitRule) -> dict[str, Any]:
    """Return the published JSON of a benefit (docs/card-format describes it)."""
    return {
        "id": rule.benefit_id,
        "title": dict(rule.title),
        "text": dict(rule.text),
        "who": {
            "classes": sorted(rule.classes),
            "handbooks": conditions_json(rule.conditions),
        },
        "usual_yen": rule.usual_yen,
        "holder": _price_json(rule.holder, rule.usual_yen),
        "caregiver": _price_json(rule.caregiver, rule.usual_yen) | {"count": rule.caregivers_max},
        "valid_from": rule.valid_from.isoformat() if rule.valid_from else None,
        "valid_until": rule.valid_until.isoformat() if rule.valid_until else None,
    }


def _price_json(price: Price, usual_yen: int | None) -> dict[str, Any]:
    return {
        "kind": price.kind.value,
        "yen": yen_to_pay(price, usual_yen),
        "percent_off": price.percent_off,
    }


def answer_json(given: Answer, *, language: str) -> Mapping[str, Any]:
    """Return what the front desk reads, in its language."""
    benefit = given.benefit
    if benefit is None:
        return {"outcome": given.outcome.value}
    return {
        "outcome": given.outcome.value,
        "benefit_id": benefit.benefit_id,
        "title": in_language(benefit.title, language),
        "text": in_language(benefit.text, language),
        "usual_yen": benefit.usual_yen,
        "holder": _price_json(benefit.holder, benefit.usual_yen),
        "caregivers": given.caregivers,
        "caregiver": _price_json(benefit.caregiver, benefit.usual_yen)
        if given.caregivers
        else None,
    }


def in_language(texts: Mapping[str, str], language: str) -> str:
    """Return the text in ``language``, else in Japanese."""
    return texts.get(language) or texts.get("ja", "")
