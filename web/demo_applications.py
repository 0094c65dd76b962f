"""The demo's applications: the parent's unfinished draft, and 600 generated children on paper.

One of the 600 is the parent's own: what the practice round gives it, the parent can answer.
All of them are plainly generated (デモ 1番, ...): no name of a person. They go in through the same
entry and the same two people's check as a real pile of paper. The first of the queue came from
somebody whom the demo's identity provider knows: who signs in there finds it.
"""

import random  # noqa: TID251  generated people, seeded
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from accounts.models import Person, User
from childcare.applying.bulk_entry import ChildEntry, FamilyEntry, enter_families, verify_in_bulk
from childcare.applying.content import Content, Siblings
from childcare.applying.drafting import add_child, household_of, start_application
from childcare.applying.papers import accept_paper, receive_paper
from childcare.applying.questionnaire import Answers, apply_answers, asked, needs_facility
from childcare.applying.round_rules import papers_of, rules_of
from childcare.applying.second_paper import enter_for_family
from childcare.applying.steps import save_answer, save_step
from childcare.applying.versions import Told, content_of
from childcare.models import Application, Channel, Household, Round, RoundState, Slot
from childcare.rule_sets.rules import RuleSet
from core.actor import Actor, ActorKind
from web.demo_facts import other_facts
from web.demo_identity import people_to_prove

CHILDREN: Final = 600
IN_THE_QUEUE: Final = 14
SIBLING_FAMILIES_PERCENT: Final = 11  # two children each: about 20 % of the children
TRANSFERS_PERCENT: Final = 4
WISHES: Final = (2, 3, 3, 4, 5)
_DAYS_OPEN: Final = 30
_OWN_AGE: Final = 2  # the class of the parent's other child


def prepare_applications(
    *, municipality: str, parent: User, first: User, second: User, now: datetime
) -> None:
    """Make whatever of the demo's applications is not there yet; needs rounds with seats."""
    person = Person.objects.get(user=parent)
    open_round = _rounds(municipality, past=False, now=now)
    if open_round is not None and not Household.objects.filter(applicant=person).exists():
        _start_draft(person, open_round, parent, now=now)
    if open_round is not None and not Application.objects.filter(
        round=open_round, current__isnull=False
    ):
        _fill_queue(open_round, first=first, now=now)
    past = _rounds(municipality, past=True, now=now)
    if past is not None and not Application.objects.filter(round=past).exists():
        fill_round(past, children=CHILDREN - 1, first=first, second=second, now=now)
        _enter_own(person, past, first=first, second=second, now=now)


def _rounds(municipality: str, *, past: bool, now: datetime) -> Round | None:
    rows = Round.objects.filter(
        municipality=municipality,
        is_demo=True,
        slots__isnull=False,
        state__in=(RoundState.PREPARED, RoundState.OPEN, RoundState.REVIEW),
    ).distinct()
    if past:
        return rows.filter(closes_at__lte=now).order_by("-closes_at").first()
    return rows.filter(opens_at__lte=now, closes_at__gt=now).order_by("starts_on").first()


def _start_draft(person: Person, round_: Round, user: User, *, now: datetime) -> None:
    """Begin an application for a child of one, with two wishes and one answer."""
    actor = Actor(kind=ActorKind.USER, user_id=user.pk, person_id=person.pk)
    child = add_child(
        household_of(person, now=now),
        name="デモ そら",
        name_kana="でも そら",
        birth_date=date(round_.fiscal_year - 2, 6, 10),
        now=now,
    )
    row = start_application(child, round_, actor=actor, now=now)
    open_here = _facilities(round_).get(1, [])[:2]
    row = save_step(row, Content(preferences=tuple(open_here)), step="wishes", if_match=None,
                    now=now)  # fmt: skip
    rules = rules_of(round_)
    if rules is not None and rules.questions:
        save_answer(row, rules.questions[0].id, 0, if_match=None, now=now)


def _enter_own(person: Person, round_: Round, *, first: User, second: User, now: datetime) -> None:
    """Let the parent have a child in the practice round: its result is theirs to answer.

    It wishes for the nurseries that the fewest others wish for. What its paper says of the family
    stands in the draft of the other child too: the family is not asked twice.
    """
    content = Content(preferences=tuple(_facilities(round_).get(_OWN_AGE, [])[-2:]))
    rules = rules_of(round_)
    if rules is not None:
        answers = _answers(random.Random(1), rules)  # noqa: S311
        content = apply_answers(rules, content, before=Answers(), after=answers)
    child = ChildEntry(
        name="デモ うみ",
        name_kana="でも うみ",
        birth_date=date(round_.fiscal_year - _OWN_AGE - 1, 9, 20),
        content=content,
    )
    family = FamilyEntry(
        children=(child,),
        received_at=max(round_.opens_at, round_.closes_at - timedelta(days=3)),
    )
    told = Told(channel=Channel.PAPER, actor=_as(first), now=now)
    rows = enter_for_family(household_of(person, now=now), round_, family, told=told)
    for row in rows:
        for paper in row.documents.all():
            came = receive_paper(row, kind=paper.kind, subject=paper.subject, told=told)
            says = content_of(row).facts
            accept_paper(came, says=says, if_match=None, papers_of=papers_of, told=told)
    verify_in_bulk(round_, rows, checkers=[first, second], told=told)


def _fill_queue(round_: Round, *, first: User, now: datetime) -> None:
    """Give the staff's queue something to do: some with papers that are still missing."""
    told = Told(channel=Channel.PAPER, actor=_as(first), now=now)
    families = generated_families(round_, children=IN_THE_QUEUE, seed=2)
    arrived = [
        replace(
            family,
            received_at=max(round_.opens_at, now - timedelta(hours=number)),
            papers_there=number % 2 == 0,
        )
        for number, family in enumerate(families)
    ]
    for one in people_to_prove()[:1]:
        arrived[0] = replace(arrived[0], guardians=(one["name"],), address=one["address"])
    enter_families(round_, arrived, told=told)


def fill_round(
    round_: Round, *, children: int, first: User, second: User, now: datetime, seed: int = 1
) -> int:
    """Enter ``children`` generated children and have two people verify them; return how many."""
    told = Told(channel=Channel.PAPER, actor=_as(first), now=now)
    families = generated_families(round_, children=children, seed=seed)
    rows = enter_families(round_, families, told=told)
    return verify_in_bulk(round_, rows, checkers=[first, second], told=told)


def generated_families(round_: Round, *, children: int, seed: int) -> Sequence[FamilyEntry]:
    """Return families with ``children`` children in all; the same seed, the same families."""
    dice = random.Random(seed)  # noqa: S311
    open_to, rules = _facilities(round_), rules_of(round_)
    found: list[FamilyEntry] = []
    made = 0
    while made < children:
        size = 2 if dice.randrange(100) < SIBLING_FAMILIES_PERCENT and made + 2 <= children else 1
        found.append(_family(dice, round_, open_to, rules, number=made + 1, size=size))
        made += size
    return found


def _family(
    dice: random.Random,
    round_: Round,
    open_to: dict[int, list[str]],
    rules: RuleSet | None,
    *,
    number: int,
    size: int,
) -> FamilyEntry:
    siblings = _siblings(dice) if size > 1 else Siblings()
    answers = _answers(dice, rules)
    ages = _ages(dice, open_to, size)
    entries = []
    for place, age in enumerate(ages):
        wishes = _wishes(dice, open_to[age])
        held = ""
        others = [one for one in open_to[age] if one not in wishes]
        if age > 0 and others and dice.randrange(100) < TRANSFERS_PERCENT:
            held = dice.choice(others)
        content = Content(preferences=wishes, siblings=siblings, held_facility=held)
        if rules is not None:
            content = apply_answers(rules, content, before=Answers(), after=answers)
            content = content.with_facts(other_facts(content, number=number, size=size))
        entries.append(
            ChildEntry(
                name=f"デモ {number + place}番",
                name_kana=f"でも {number + place}ばん",
                birth_date=_birth_date(dice, age, round_.fiscal_year),
                content=content,
            )
        )
    minutes = dice.randrange(_DAYS_OPEN * 24 * 60)
    received = max(round_.opens_at, round_.closes_at - timedelta(minutes=1 + minutes))
    return FamilyEntry(
        children=tuple(entries),
        received_at=received,
        guardians=(f"デモ保護者 {number}",),
        address=f"デモ町 {number}番地",
    )


def _ages(dice: random.Random, open_to: dict[int, list[str]], size: int) -> list[int]:
    """Return class ages: most children apply at one; siblings are of different ages."""
    weights = {0: 22, 1: 38, 2: 18, 3: 14, 4: 5, 5: 3}
    known = [age for age in sorted(open_to) if open_to[age]]
    ages: list[int] = []
    while len(ages) < size:
        age = dice.choices(known, [weights.get(one, 1) for one in known])[0]
        if age not in ages or len(known) < size:
            ages.append(age)
    return sorted(ages, reverse=True)


def _wishes(dice: random.Random, facilities: Sequence[str]) -> tuple[str, ...]:
    """The first of the list are wished for more often than the last."""
    many = min(dice.choice(WISHES), len(facilities))
    pool, found = list(facilities), []
    for _number in range(many):
        place = min(dice.randrange(len(pool)), dice.randrange(len(pool)))
        found.append(pool.pop(place))
    return tuple(found)


def _siblings(dice: random.Random) -> Siblings:
    box = dice.choices(["A", "B", "B1", "C"], [25, 30, 25, 20])[0]
    if box == "C":
        return Siblings(box="C", one_alone=dice.choice(["elder", "younger", "either"]))
    return Siblings(box=box[0], same_first=box == "B1")


def _answers(dice: random.Random, rules: RuleSet | None) -> Answers:
    """Answer every question that is asked; never with one that must name a nursery."""
    answers = Answers()
    for _number in range(len(rules.questions) if rules else 0):
        assert rules is not None
        open_ones = [one for one in asked(rules, answers) if one.id not in answers.options]
        if not open_ones:
            break
        question = open_ones[0]
        fits = [
            number for number, option in enumerate(question.options) if not needs_facility(option)
        ]
        # The first options are the usual ones (two parents, full-time work).
        number = min(dice.choice(fits), dice.choice(fits))
        answers = answers.with_answer(question.id, number)
    return answers


def _birth_date(dice: random.Random, age: int, fiscal_year: int) -> date:
    """Return a day in the year of the class: from 2 April to 1 April."""
    first = date(fiscal_year - age - 1, 4, 2)
    days = dice.randrange(365)
    return first + timedelta(days=min(days, 180) if age == 0 else days)


def _facilities(round_: Round) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    rows = Slot.objects.filter(round=round_).order_by("facility__place__name")
    for age, facility in rows.values_list("class_age", "facility_id"):
        found.setdefault(age, []).append(str(facility))
    return found


def _as(user: User) -> Actor:
    return Actor(kind=ActorKind.USER, user_id=user.pk)
