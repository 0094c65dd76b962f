"""A paper application typed in by staff: one child, or brothers and sisters with their boxes."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Role
from childcare.applying.versions import content_of
from childcare.models import Application, Facility, RuleSet, SiblingPolicy
from tests.childcare.applying.factories import make_facility, make_round, make_slot
from tests.disability_card.factories import CITY, make_staff

pytestmark = pytest.mark.django_db
ENTER = "/staff/childcare/enter/"


@pytest.fixture(autouse=True)
def one_factor_is_enough(settings: Any) -> None:
    settings.STAFF_NEED_SECOND_FACTOR = False


@pytest.fixture
def clerk() -> Client:
    client = Client()
    client.force_login(make_staff(Role.CHILDCARE_CLERK))
    return client


@pytest.fixture
def facility() -> Facility:
    """A nursery with classes of 1 and 3 in a round that is open by the real clock."""
    now = timezone.now()
    rules = RuleSet.objects.create(
        municipality=CITY, name="demo", version="1", is_demo=True, sha256="0" * 64,
        content=Path("childcare/rulesets/saku-demo.yaml").read_text(encoding="utf-8"),
    )  # fmt: skip
    round_ = make_round(
        rule_set=rules, opens_at=now - timedelta(days=9), closes_at=now + timedelta(days=9)
    )
    facility = make_facility()
    for age in (1, 3):
        make_slot(round_, facility, class_age=age)
    return facility


def child(facility: Facility, born: str, *, prefix: str = "", **more: str) -> dict[str, str]:
    good = {"name": "デモ 子", "birth_date": born, "wish_1": str(facility.pk)} | more
    return {prefix + name: value for name, value in good.items()}


def family(facility: Facility, **more: str) -> dict[str, str]:
    """A paper of one child, one year old on 1 April 2027."""
    at = (timezone.now() - timedelta(hours=1)).strftime("%Y-%m-%d %H:%M")
    good = {"channel": "paper", "received_at": at, "guardian_1": "デモ 親", "address": "佐久市"}
    return good | child(facility, "2025-06-10") | more


def siblings(facility: Facility, **more: str) -> dict[str, str]:
    """With an elder who is three then, and the second box."""
    elder = child(facility, "2023-06-10", prefix="child-2-")
    return family(facility) | elder | {"box": "B", "same_first": "on"} | more


def by_age() -> list[Application]:
    """Return the applications, the eldest child's first: a date that is encrypted has no order."""
    return sorted(Application.objects.all(), key=lambda row: row.child.birth_date)


def test_a_paper_of_one_child_asks_nothing_about_siblings(
    clerk: Client, facility: Facility
) -> None:
    assert 'name="box"' not in clerk.get(ENTER).content.decode()
    assert clerk.post(ENTER, family(facility)).status_code == 302
    row = Application.objects.get()
    assert (row.receipt_number is not None, SiblingPolicy.objects.count()) == (True, 0)


def test_brothers_and_sisters_on_paper_are_one_family_with_its_box(
    clerk: Client, facility: Facility
) -> None:
    page = f"{ENTER}?children=2"
    shown = clerk.get(page).content.decode()
    assert 'name="box"' in shown
    assert 'name="child-2-wish_1"' in shown
    assert clerk.post(page, siblings(facility)).status_code == 302
    first, second = by_age()
    assert first.child.household_id == second.child.household_id
    policy = SiblingPolicy.objects.get()
    assert (policy.household_id, policy.box) == (first.child.household_id, "B")
    assert policy.same_first
    assert {content_of(row).siblings.box for row in (first, second)} == {"B"}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        pytest.param({"box": ""}, "id_box", id="no box"),
        pytest.param({"box": "C", "one_alone": ""}, "だれがひとりで入るか", id="C without who"),
        pytest.param({"child-2-name": ""}, "id_child-2-name", id="no name of the second child"),
        pytest.param(
            {"child-2-birth_date": "2024-06-10"}, "年齢のクラスがありません", id="no such class"
        ),
    ],
)
def test_a_mistake_in_any_part_is_shown_and_nothing_is_entered(
    clerk: Client, facility: Facility, more: dict[str, str], said: str
) -> None:
    answer = clerk.post(f"{ENTER}?children=2", siblings(facility, **more))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Application.objects.exists()


def test_a_sibling_at_a_nursery_is_named_on_paper_as_on_the_familys_own_form(
    clerk: Client, facility: Facility
) -> None:
    """Without the nursery the answer would state no fact, and its points would be lost."""
    there = {"q_sibling": "0"}
    shown = clerk.get(ENTER).content.decode()
    assert 'name="at_sibling"' in shown
    assert shown.count("きょうだいが通っているときは 必ず選ぶ") == shown.count('name="at_')
    assert clerk.post(ENTER, family(facility, **there)).status_code == 422
    clerk.post(ENTER, family(facility, **there, at_sibling=str(facility.pk)))
    facts = content_of(Application.objects.get()).facts
    assert [fact.facility_id for fact in facts if fact.name == "sibling_here"] == [str(facility.pk)]


def test_the_tag_of_who_starts_alone_agrees_with_the_check(
    clerk: Client, facility: Facility
) -> None:
    assert "ひとりだけでも入るときは 必ず選ぶ" in clerk.get(f"{ENTER}?children=2").content.decode()
    refused = clerk.post(f"{ENTER}?children=2", siblings(facility, box="C"))
    assert "だれがひとりで入るかをえらんでください" in refused.content.decode()


def test_facts_of_a_child_are_its_own_and_those_of_the_family_are_everybodys(
    clerk: Client, facility: Facility
) -> None:
    leaving = {"child-2-q_now": "2"}
    works = {"q_guardian_1_work": "0"}
    clerk.post(f"{ENTER}?children=2", siblings(facility, **leaving, **works))
    elder, younger = (content_of(row).facts for row in by_age())
    assert {fact.name for fact in elder} - {fact.name for fact in younger} == {
        "leaves_small_facility"
    }
