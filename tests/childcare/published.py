"""Rule sets in the database: the demo set published by two people."""

from datetime import UTC, datetime
from typing import Any

from accounts.models import Role, User
from childcare.models import RuleSet
from childcare.rule_set_publication import publish_rule_set, submit_rule_set
from core.audit import SYSTEM
from tests.childcare.rule_set_files import DEMO, as_file, with_meta
from tests.disability_card.factories import CITY, make_staff

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)  # noon in Japan


def make_submitter() -> User:
    return make_staff(Role.CHILDCARE_CLERK)


def make_approver() -> User:
    return make_staff(Role.CHILDCARE_APPROVER)


def submitted(content: bytes, **override: Any) -> RuleSet:
    good: dict[str, Any] = {
        "municipality": CITY,
        "submitted_by": override.pop("submitted_by", None) or make_submitter(),
        "actor": SYSTEM,
        "now": NOW,
    }
    return submit_rule_set(content, **(good | override))


def published(content: bytes | None = None, **override: Any) -> RuleSet:
    row = submitted(content or DEMO.read_bytes(), **override)
    return publish_rule_set(row, published_by=make_approver(), actor=SYSTEM, now=NOW)


def version(name: str, start: str, end: str, **meta: Any) -> bytes:
    effective = {"from": start, "to": end}
    return as_file(with_meta(version=name, effective=effective, **meta))
