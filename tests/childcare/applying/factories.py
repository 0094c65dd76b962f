"""Families and their applications for tests: functions with a good default."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from accounts.models import Person, Role, User
from childcare.applying.content import Content, Siblings
from childcare.applying.drafting import add_child, household_of, save_draft, start_application
from childcare.applying.needed_papers import Needed
from childcare.applying.papers import accept_paper, receive_paper
from childcare.applying.submission import submit_application
from childcare.applying.verification import check_version
from childcare.applying.versions import Told, content_of
from childcare.facts import Fact
from childcare.models import (
    Application,
    Channel,
    Child,
    Facility,
    FacilityKind,
    Household,
    Round,
    RoundKind,
    RoundState,
    Slot,
)
from core.actor import Actor, ActorKind
from jp.clock import JST
from places.models import Place
from tests.disability_card.factories import CITY, make_person, make_staff

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)  # noon in Japan
CLOSES = datetime(2026, 12, 5, 0, 0, tzinfo=JST)  # "until 4 December"
_numbers = count(1)


def make_round(**override: Any) -> Round:
    """The April round of 2027, open until the end of 4 December."""
    good: dict[str, Any] = {
        "municipality": CITY,
        "fiscal_year": 2027,
        "kind": RoundKind.APRIL,
        "starts_on": date(2027, 4, 1),
        "reference_on": date(2026, 12, 4),
        "opens_at": datetime(2026, 10, 15, 9, 0, tzinfo=JST),
        "closes_at": CLOSES,
        "state": RoundState.OPEN,
        "is_demo": True,
    }
    return Round.objects.create(**(good | override))


def make_facility(**override: Any) -> Facility:
    number = next(_numbers)
    place = override.pop("place", None) or Place.objects.create(
        municipality=CITY, number=f"d{number}", name=f"デモ園{number}", is_example=True
    )
    good: dict[str, Any] = {
        "municipality": CITY,
        "place": place,
        "kind": FacilityKind.NURSERY,
    }
    return Facility.objects.create(**(good | override))


def make_slot(round_: Round, facility: Facility, *, class_age: int = 1, offered: int = 2) -> Slot:
    return Slot.objects.create(
        round=round_, facility=facility, class_age=class_age, offered=offered
    )


def make_family(**override: Any) -> Household:
    """A family whose first guardian has an account."""
    applicant = override.pop("applicant", None) or make_person(name="デモ 親")
    return household_of(applicant, now=NOW)


def make_child(household: Household | None = None, **override: Any) -> Child:
    """One year old on 1 April 2027."""
    good: dict[str, Any] = {"name": "デモ 子", "birth_date": date(2025, 6, 10), "now": NOW}
    return add_child(household or make_family(), **(good | override))


def actor_of(who: User | Person, **override: Any) -> Actor:
    user = who if isinstance(who, User) else who.user
    person = who if isinstance(who, Person) else Person.objects.filter(user=who).first()
    assert user is not None
    good: dict[str, Any] = {
        "kind": ActorKind.USER,
        "user_id": user.pk,
        "person_id": person.pk if person else None,
        "municipality": CITY,
    }
    return Actor(**(good | override))


def told_by(who: User | Person, *, channel: str = Channel.ONLINE, **override: Any) -> Told:
    return Told(channel=channel, actor=actor_of(who), **({"now": NOW} | override))


def told_by_family(application: Application, **override: Any) -> Told:
    applicant = application.child.household.applicant
    assert applicant is not None
    return told_by(applicant, **override)


def make_clerk() -> User:
    return make_staff(Role.CHILDCARE_CLERK)


def fact(name: str, value: bool | int | str, **override: Any) -> Fact:
    return Fact(**({"subject": "guardian:1", "name": name, "value": value} | override))


def no_papers(_application: Application, _content: Content) -> Iterable[Needed]:
    return ()


def work_papers(_application: Application, content: Content) -> Iterable[Needed]:
    """A certificate of whoever works."""
    return [
        Needed(subject=one.subject, kind="employment")
        for one in content.facts
        if one.name == "work_hours"
    ]


def make_draft(
    child: Child | None = None,
    round_: Round | None = None,
    *,
    facilities: Iterable[Facility] = (),
    facts: Iterable[Fact] = (),
    siblings: Siblings | None = None,
    held: Facility | None = None,
) -> Application:
    """A draft with one wish, for which the round has a class."""
    round_ = round_ or Round.objects.first() or make_round()
    child = child or make_child()
    wishes = list(facilities)
    if not wishes:
        wishes = [make_facility()]
        make_slot(round_, wishes[0])
    applicant = child.household.applicant
    assert applicant is not None
    row = start_application(child, round_, actor=actor_of(applicant), now=NOW)
    content = Content(
        facts=tuple(facts) or (fact("work_hours", 80),),
        preferences=tuple(str(one.pk) for one in wishes),
        siblings=siblings or Siblings(),
        held_facility=str(held.pk) if held else "",
    )
    return save_draft(row, content, step="check", if_match=None, now=NOW)


def make_submitted(child: Child | None = None, **override: Any) -> Application:
    papers_of = override.pop("papers_of", no_papers)
    row = make_draft(child, **override)
    return submit_application(row, if_match=None, papers_of=papers_of, told=told_by_family(row))


def make_verified(child: Child | None = None, **override: Any) -> Application:
    """Submitted, its papers entered, and looked at by two people."""
    row = make_submitted(child, **override)
    return verify(row)


def verify(row: Application, **override: Any) -> Application:
    """Let two clerks look at what stands in the newest version."""
    for document in row.documents.exclude(state="accepted"):
        clerk = make_clerk()
        paper = receive_paper(
            row, kind=document.kind, subject=document.subject,
            told=told_by(clerk, channel=Channel.PAPER),
        )  # fmt: skip
        accept_paper(
            paper, says=list(content_of(row).facts), if_match=None, papers_of=no_papers,
            told=told_by(clerk, channel=Channel.PAPER),
        )  # fmt: skip
    for _person in range(2):
        check_version(
            row, if_match=None, read={}, told=told_by(make_clerk(), channel=Channel.PAPER)
        )
    row.refresh_from_db()
    return row


PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
