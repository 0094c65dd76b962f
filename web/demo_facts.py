"""What the demo's families tell beside the answers of the form: what other cities' tables ask.

The shipped tables of other cities can be tried on the demo's round. Each speaks of days a month, of
hours a week, of a posting away; so the generated families tell these too, in agreement with what
they answered. The demo's own table knows the words and gives no points for them.
"""

import random  # noqa: TID251  generated people, seeded
from collections.abc import Iterator
from typing import Final

from childcare.applying.content import Content
from childcare.facts import Fact, FactValue

_HOUSEHOLD: Final = "household"
_GUARDIANS: Final = ("guardian:1", "guardian:2")
_FULL_TIME_HOURS: Final = 160
_WEEKS_A_MONTH: Final = 4
# (hours a month, days a month, days a week): the first row whose hours are reached
_DAYS: Final = ((160, 20, 5), (120, 18, 5), (64, 16, 4), (0, 10, 3))
_INCOME_A_TAX_YEN: Final = 25


def other_facts(content: Content, *, number: int, size: int) -> list[Fact]:
    """Return the facts of the family of ``number`` with ``size`` children that apply."""
    dice = random.Random(f"facts {number}")  # noqa: S311
    told = {(fact.subject, fact.name): fact.value for fact in content.facts}
    facts = [fact for guardian in _GUARDIANS for fact in _of_guardian(guardian, told, dice)]
    return facts + [
        Fact(subject=_HOUSEHOLD, name=name, value=value)
        for name, value in _of_household(told, dice, size)
        if (_HOUSEHOLD, name) not in told
    ]


def _of_guardian(
    guardian: str, told: dict[tuple[str, str], FactValue], dice: random.Random
) -> Iterator[Fact]:
    hours = told.get((guardian, "hours_month"))
    if isinstance(hours, int) and told.get((guardian, "activity")) == "work":
        _from, days_month, days_week = next(row for row in _DAYS if hours >= row[0])
        for name, value in (
            ("days_month", days_month),
            ("days_week", days_week),
            ("hours_week", hours // _WEEKS_A_MONTH),
            ("hours_day", hours // days_month),
            ("full_time", hours >= _FULL_TIME_HOURS),
        ):
            yield Fact(subject=guardian, name=name, value=value)
    if (guardian, "care") in told:
        days = dice.choice([8, 12, 16, 20])
        for name, value in (
            ("care_days_month", days),
            ("care_hours_week", days),
            ("care_hours_month", days * _WEEKS_A_MONTH),
        ):
            yield Fact(subject=guardian, name=name, value=value)


def _of_household(
    told: dict[tuple[str, str], FactValue], dice: random.Random, size: int
) -> Iterator[tuple[str, FactValue]]:
    """Give every family the same throws, whatever it told: one more fact moves no other."""
    tax, chance = dice.randrange(0, 400_000, 100), [dice.randrange(100) for _throw in range(7)]
    is_alone = (_GUARDIANS[1], "absent") in told
    yield "tax_last_year_yen", tax
    yield "tax_this_year_yen", max(0, tax + dice.randrange(-20_000, 20_000, 100))
    yield "income_yen", tax * _INCOME_A_TAX_YEN
    yield "one_parent_absent", is_alone
    yield "posted_away", not is_alone and chance[0] < 3  # noqa: PLR2004  in a hundred
    yield "family_disability", chance[1] < 4  # noqa: PLR2004
    yield "sibling", size > 1
    yield "sibling_applies", size > 1
    yield "grandparent_can_care", told.get((_HOUSEHOLD, "grandparent")) == "can_care"
    yield "leave_for_child", told.get((_HOUSEHOLD, "leave_return")) is True
    teaches = chance[4] < 3 or (_HOUSEHOLD, "nursery_worker") in told  # noqa: PLR2004
    yield "is_nursery_worker", teaches
    if teaches:
        yield "nursery_worker", "here"
    if chance[5] < 2:  # noqa: PLR2004
        yield "welfare", True
    if chance[6] < 2:  # noqa: PLR2004
        yield "earner_unemployed", True
    in_care = chance[2] < 12  # noqa: PLR2004
    yield "unlicensed_children", 1 if in_care else 0
    if in_care:
        yield "unlicensed_care", "two_months" if chance[3] < 50 else "one_month"  # noqa: PLR2004
