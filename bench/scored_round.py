"""Score one generated round in a database of its own: `python -m bench.scored_round APPLICATIONS`.

Prints what was measured as one JSON object. Families, facts and wishes come from a seed; a fifth
of the families have two children, a fifth a sibling at their first wish.
"""

import json
import random
import sys
import time
from datetime import UTC, date, datetime, timedelta
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402  after setup
from django.db import connection, transaction  # noqa: E402

from accounts.models import User  # noqa: E402
from childcare.models import (  # noqa: E402
    Application,
    ApplicationVersion,
    Child,
    Facility,
    Household,
    Round,
)
from childcare.rule_set_publication import publish_rule_set, submit_rule_set  # noqa: E402
from childcare.score_round import score_round  # noqa: E402
from childcare.shipped_rule_sets import DEMO  # noqa: E402
from core.audit import SYSTEM  # noqa: E402
from places.models import Place  # noqa: E402

CITY = "202177"
NOW = datetime(2026, 12, 10, tzinfo=UTC)
FACILITIES = 311
BATCH = 1_000
HOURS = (160, 160, 160, 140, 120, 96, 64, 40)


def prepare(applications: int, chance: random.Random) -> Round:
    """Make the city, its rule set and a round of verified applications."""
    clerks = [User.objects.create_user(f"clerk{number}@bench.example") for number in range(2)]
    row = submit_rule_set(
        DEMO.read_bytes(), municipality=CITY, submitted_by=clerks[0], actor=SYSTEM, now=NOW
    )
    publish_rule_set(row, published_by=clerks[1], actor=SYSTEM, now=NOW)
    places = Place.objects.bulk_create(
        Place(municipality=CITY, number=f"b{n}", name=f"デモ園{n}", is_example=True)
        for n in range(FACILITIES)
    )
    facilities = Facility.objects.bulk_create(
        Facility(municipality=CITY, place=place, kind="nursery") for place in places
    )
    round_ = Round.objects.create(
        municipality=CITY, fiscal_year=2027, kind="april", starts_on=date(2027, 4, 1),
        reference_on=date(2026, 12, 4), opens_at=NOW - timedelta(days=60),
        closes_at=NOW - timedelta(days=5), state="review",
    )  # fmt: skip
    children = make_children(applications, chance)
    rows = [
        Application(municipality=CITY, round=round_, child=child, created_at=NOW)
        for child in children
    ]
    Application.objects.bulk_create(rows, batch_size=BATCH)
    versions = [make_version(one, facilities, chance) for one in rows]
    ApplicationVersion.objects.bulk_create(versions, batch_size=BATCH)
    for one, version in zip(rows, versions, strict=True):
        one.current, one.state, one.submitted_at = version, "verified", NOW
    Application.objects.bulk_update(rows, ["current", "state", "submitted_at"], batch_size=500)
    return round_


def make_children(count: int, chance: random.Random) -> list[Child]:
    households: list[Household] = []
    children: list[Child] = []
    while len(children) < count:
        household = Household(municipality=CITY, created_at=NOW)
        households.append(household)
        for _child in range(2 if chance.random() < 0.2 else 1):
            born = date(2026, 4, 1) - timedelta(days=chance.randrange(6 * 365))
            children.append(Child(household=household, name="デモ 子", birth_date=born))
    Household.objects.bulk_create(households, batch_size=BATCH)
    Child.objects.bulk_create(children[:count], batch_size=BATCH)
    return children[:count]


def make_version(
    application: Application, facilities: list[Facility], chance: random.Random
) -> ApplicationVersion:
    wishes = [str(one.pk) for one in chance.sample(facilities, 5)]
    facts: list[dict[str, Any]] = []

    def state(subject: str, name: str, value: Any) -> None:
        facts.append({"subject": subject, "name": name, "value": value,
                      "from": None, "to": None, "document": None})  # fmt: skip

    for parent in ("guardian:1", "guardian:2"):
        if chance.random() < 0.9:
            state(parent, "activity", "work")
            state(parent, "hours_month", chance.choice(HOURS))
        else:
            state(parent, "activity", "seeking")
    state("household", "children_under_18", chance.randrange(1, 4))
    state("household", "tax_last_year_yen", chance.randrange(0, 400_000, 100))
    state("household", "grandparent", chance.choice(["can_care", "older", "none"]))
    for name, share in (("single_parent", 0.1), ("leave_return", 0.4), ("fee_arrears", 0.01),
                        ("leave_may_be_extended", 0.05), ("welfare", 0.02)):  # fmt: skip
        if chance.random() < share:
            state("household", name, True)
    if chance.random() < 0.2:
        state("child", "unlicensed", chance.choice(["two_months", "one_month"]))
    if chance.random() < 0.2:
        state(f"facility:{wishes[0]}", "sibling_here", True)
    return ApplicationVersion(
        application=application, number=1, facts=facts, preferences=wishes, siblings={},
        why="submitted", channel="online", at=NOW - timedelta(days=6),
    )  # fmt: skip


def main() -> None:
    applications = int(sys.argv[1])
    call_command("migrate", verbosity=0)
    with transaction.atomic():
        round_ = prepare(applications, random.Random(13))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    start = time.perf_counter()
    done = score_round(round_, actor=SYSTEM, now=NOW)
    seconds = time.perf_counter() - start
    print(
        json.dumps(
            {
                "seconds": seconds,
                "applications": done.applications,
                "sheets": done.sheets,
                "differences": len(done.differences),
            }
        )
    )


if __name__ == "__main__":
    main()
