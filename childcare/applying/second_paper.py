"""A paper of a family that the city knows: find it, ask, and enter the paper into it.

Nothing is merged by itself: two families may have a name in common, and a parent must not read
another's applications because of a slip. The clerk is shown the families that they may read anyway
and that share a child (name and birth date), or a guardian with the address, or both guardians;
and says which it is, or that it is none of them.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from childcare.applying.bulk_entry import ChildEntry, EntryRefused, FamilyEntry
from childcare.applying.content import Content, Siblings, share
from childcare.applying.drafting import add_child, draft_content, save_draft, start_application
from childcare.applying.refusals import GuardiansDiffer, NotComplete
from childcare.applying.round_rules import papers_of
from childcare.applying.states import ApplicationState
from childcare.applying.submission import submit_application
from childcare.applying.versions import Told, lock_household
from childcare.models import Application, Child, Guardian, Household, Round, SiblingPolicy
from core import audit
from jp.addresses import is_same_address
from jp.text import fold_name

KNOWN_MAX: Final = 5
_GUARDIANS: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFamily:
    """A family that may be the one of the paper, as the clerk is shown it."""

    household: Household
    guardians: tuple[str, ...]
    children: tuple[Child, ...]
    newest: Application
    needs_box: bool  # another child of it applies in the round, and no box was ticked yet


def known_families(
    round_: Round, family: FamilyEntry, readable: QuerySet[Application]
) -> list[KnownFamily]:
    """Return the families of the round's city that ``family`` may be, of those in ``readable``."""
    sent = readable.filter(municipality=round_.municipality, current__isnull=False)
    households = Household.objects.filter(
        pk__in=sent.values("child__household"), forgotten_at__isnull=True
    )
    found = _with_a_child(households, family) | _with_a_guardian(households, family)
    rows = Household.objects.filter(pk__in=found).order_by("created_at", "pk")[:KNOWN_MAX]
    return [_known(row, round_, sent, family) for row in rows]


def record_shown(known: Sequence[KnownFamily], *, told: Told) -> None:
    """Write down that the clerk was shown these families."""
    for one in known:
        audit.record(
            "childcare.application.read",
            actor=told.actor,
            now=told.now,
            municipality=one.household.municipality,
            object_type="application",
            object_id=one.newest.pk,
            subject=one.household.applicant_id,
        )


def _with_a_child(households: QuerySet[Household], family: FamilyEntry) -> set[UUID]:
    """Compare in memory, the date first: an encrypted column cannot be looked up."""
    wanted = {(one.birth_date, fold_name(one.name)) for one in family.children}
    dates = {birth_date for birth_date, _name in wanted}
    rows = Child.objects.filter(household__in=households)
    return {
        row.household_id
        for row in rows
        if row.birth_date in dates and (row.birth_date, fold_name(row.name)) in wanted
    }


def _with_a_guardian(households: QuerySet[Household], family: FamilyEntry) -> set[UUID]:
    wanted = {fold_name(name) for name in family.guardians}
    common: dict[UUID, set[str]] = defaultdict(set)
    for row in Guardian.objects.filter(household__in=households):
        if row.name and fold_name(row.name) in wanted:
            common[row.household_id].add(fold_name(row.name))
    return {
        household.pk
        for household in Household.objects.filter(pk__in=common)
        if len(common[household.pk]) == _GUARDIANS
        or is_same_address(household.address or "", family.address)
    }


def _known(
    row: Household, round_: Round, sent: QuerySet[Application], family: FamilyEntry
) -> KnownFamily:
    newest = sent.filter(child__household=row).order_by("-created_at").first()
    assert newest is not None  # the household was found by it
    same = [child.pk for entry in family.children for child in _same_children(row, entry)]
    has_others = _applying(row, round_).exclude(child__in=same).exists()
    has_box = SiblingPolicy.objects.filter(household=row, round=round_).exists()
    return KnownFamily(
        household=row,
        guardians=tuple(one.name for one in row.guardians.all() if one.name),
        children=tuple(row.children.all()),
        newest=newest,
        needs_box=has_others and not has_box,
    )


def _applying(household: Household, round_: Round) -> QuerySet[Application]:
    rows = Application.objects.filter(child__household=household, round=round_)
    return rows.exclude(state__in=(ApplicationState.WITHDRAWN, ApplicationState.DECLINED))


def enter_for_family(
    household: Household, round_: Round, family: FamilyEntry, *, told: Told
) -> list[Application]:
    """Enter a paper of a family that is there: its facts and its boxes reach all its children.

    Raises :class:`GuardiansDiffer` where the paper's guardians stand in another order (the facts of
    guardian 1 are those of that person), :class:`EntryRefused`, :class:`AppliedAlready` and
    :class:`DeadlinePassed`.
    """
    with transaction.atomic():
        household = lock_household(household.pk)
        _agree_on_guardians(household, family)
        started = [
            (_start(household, round_, entry, family, told=told), entry)
            for entry in family.children
        ]
        return [
            _submit(row, entry, family, number=number, told=told)
            for number, (row, entry) in enumerate(started)
        ]


def _submit(
    row: Application, entry: ChildEntry, family: FamilyEntry, *, number: int, told: Told
) -> Application:
    content = _content(row, family, entry)
    draft = save_draft(row, content, step="", if_match=None, now=told.now)
    at = family.received_at
    try:
        return submit_application(
            draft, if_match=None, papers_of=papers_of, told=told, received_at=at
        )
    except NotComplete as refusal:
        raise EntryRefused(family=0, child=number, problems=refusal.extra["problems"]) from None


def _agree_on_guardians(household: Household, family: FamilyEntry) -> None:
    known = {one.number: one.name for one in household.guardians.all() if one.name}
    for number, name in enumerate(family.guardians[:_GUARDIANS], start=1):
        if number not in known:
            Guardian.objects.update_or_create(
                household=household, number=number, defaults={"name": name}
            )
        elif fold_name(known[number]) != fold_name(name):
            raise GuardiansDiffer(guardian=number)


def _start(
    household: Household, round_: Round, entry: ChildEntry, family: FamilyEntry, *, told: Told
) -> Application:
    child = next(_same_children(household, entry), None)
    if child is None:
        child = add_child(
            household,
            name=entry.name,
            name_kana=entry.name_kana,
            birth_date=entry.birth_date,
            now=told.now,
        )
    return start_application(child, round_, actor=told.actor, now=family.received_at)


def _same_children(household: Household, entry: ChildEntry) -> Iterator[Child]:
    for child in household.children.all():
        if child.birth_date == entry.birth_date and fold_name(child.name) == fold_name(entry.name):
            yield child


def _content(row: Application, family: FamilyEntry, entry: ChildEntry) -> Content:
    """Return what the paper says on top of what the family told before."""
    told = share(family.children[0].content.facts, entry.content).facts
    known = draft_content(row).with_facts(told)
    siblings = entry.content.siblings
    if not siblings.box:
        siblings = _box_of(row.child.household, row.round)
    return replace(entry.content, facts=known.facts, siblings=siblings)


def _box_of(household: Household, round_: Round) -> Siblings:
    ticked = SiblingPolicy.objects.filter(household=household, round=round_).first()
    if ticked is None or not _applying(household, round_).exists():
        return Siblings()
    return Siblings(box=ticked.box, same_first=ticked.same_first, one_alone=ticked.one_alone)
