"""Many applications at once: a ledger of another system, or a pile of paper typed in.

The same rules as one by one (``content_rules``, ``round_rules``, ``verification``), but each
table is written once: a family at a time would take a minute for a city's round. All or nothing:
the first entry that breaks a rule names its place and nothing is written.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from http import HTTPStatus
from uuid import UUID

from django.db import transaction
from django.db.models import F

from accounts.models import Person, User
from accounts.two_people import are_one, natural_person
from childcare.applying.content import Content, share
from childcare.applying.content_rules import Circumstances, class_age_in, errors
from childcare.applying.deadlines import demand_open
from childcare.applying.needed_papers import Needed
from childcare.applying.round_rules import needed_by, rules_of
from childcare.applying.states import ApplicationState
from childcare.applying.verification import PEOPLE, SamePerson
from childcare.applying.versions import Told
from childcare.facts import facts_to_json
from childcare.models import (
    Application,
    ApplicationVersion,
    Child,
    Document,
    DocumentState,
    FactCheck,
    Guardian,
    Household,
    Preference,
    Round,
    SiblingPolicy,
    Slot,
    WhyAVersion,
)
from core import audit
from core.ids import make_reference
from core.refusals import Refusal, gettext_noop as _
from jp.clock import civil_date


class EntryRefused(Refusal):
    """One entry breaks a rule; ``family``, ``child`` and ``problems`` name it."""

    code = "bulk-entry-refused"
    title = _("一覧の中に、申しこめない行があります")
    next_step = _("示された行を直して、もう一度取り込んでください。何も取り込んでいません。")
    status = HTTPStatus.UNPROCESSABLE_ENTITY


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildEntry:
    """One child of a family with what its application says."""

    name: str
    name_kana: str
    birth_date: date
    content: Content


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyEntry:
    """One family. ``received_at`` is when its paper came in: the deadline goes by it."""

    children: tuple[ChildEntry, ...]
    received_at: datetime
    guardians: tuple[str, ...] = ()
    address: str = ""
    applicant: UUID | None = None
    papers_there: bool = True  # every paper that is needed lies on the desk and was entered


@dataclass(slots=True)
class _Rows:
    """What will be written, a table each."""

    households: list[Household] = field(default_factory=list)
    guardians: list[Guardian] = field(default_factory=list)
    children: list[Child] = field(default_factory=list)
    applications: list[Application] = field(default_factory=list)
    versions: list[ApplicationVersion] = field(default_factory=list)
    preferences: list[Preference] = field(default_factory=list)
    policies: list[SiblingPolicy] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)


def enter_families(
    round_: Round, families: Sequence[FamilyEntry], *, told: Told
) -> list[Application]:
    """Enter all of them, or none. Raises :class:`EntryRefused` and :class:`DeadlinePassed`."""
    rules = rules_of(round_)
    open_to = _facilities_by_age(round_)
    rows = _Rows()
    for number, family in enumerate(families):
        demand_open(round_, at=family.received_at)
        household = _household(rows, round_, family)
        for place, child in enumerate(family.children):
            content = _family_content(family, child)
            around = _around(round_, child, family, open_to)
            wrong = errors(content, around)
            if wrong:
                raise EntryRefused(
                    family=number, child=place, problems=",".join(one.code for one in wrong)
                )
            papers = (
                needed_by(rules, content, on=round_.reference_on, starts_on=round_.starts_on)
                if rules
                else []
            )
            _Entry(round_=round_, household=household, family=family, told=told).add(
                rows, child, content, papers
            )
    with transaction.atomic():
        _write(rows)
        audit.record(
            "childcare.bulk.enter",
            actor=told.actor,
            now=told.now,
            municipality=round_.municipality,
            object_type="round",
            object_id=round_.pk,
            facts={"families": len(families), "applications": len(rows.applications)},
        )
    return rows.applications


def verify_in_bulk(
    round_: Round, applications: Iterable[Application], *, checkers: Sequence[User], told: Told
) -> int:
    """Record that ``checkers`` each held the newest versions against their papers.

    Only what has every paper entered is verified, and nobody's own family; the rest is left as
    it is. Returns how many are verified now. Raises :class:`SamePerson`.
    """
    if len(checkers) != PEOPLE or are_one(checkers[0].pk, checkers[1].pk, now=told.now):
        raise SamePerson
    people = [natural_person(one.pk) for one in checkers]
    with transaction.atomic():
        ids = [one.pk for one in applications]
        rows = _verifiable(round_, ids, people)
        FactCheck.objects.bulk_create(
            FactCheck(version_id=version, checker=checker, person=person, agrees=True, at=told.now)
            for _pk, version in rows
            for checker, person in zip(checkers, people, strict=True)
        )
        moved = Application.objects.filter(pk__in=[pk for pk, _version in rows]).update(
            state=ApplicationState.VERIFIED, revision=F("revision") + 1
        )
        audit.record(
            "childcare.bulk.check",
            actor=told.actor,
            now=told.now,
            municipality=round_.municipality,
            object_type="round",
            object_id=round_.pk,
            facts={"applications": moved},
        )
    return moved


def _verifiable(
    round_: Round, ids: Sequence[UUID], people: Sequence[Person | None]
) -> list[tuple[UUID, UUID]]:
    """Return (application, newest version) of those that may be verified."""
    known = [person.pk for person in people if person is not None]
    rows = (
        Application.objects.filter(
            round=round_,
            pk__in=ids,
            state__in=(ApplicationState.SUBMITTED, ApplicationState.UNDER_REVIEW),
            current__checks__isnull=True,
        )
        .exclude(documents__in=Document.objects.exclude(state=DocumentState.ACCEPTED))
        .exclude(child__household__applicant__in=known)
        .exclude(child__household__guardians__person__in=known)
    )
    found = rows.filter(current__isnull=False).values_list("pk", "current")
    return list(found)


def _family_content(family: FamilyEntry, child: ChildEntry) -> Content:
    """The family's facts are one for all its children: the first child's word counts."""
    return share(family.children[0].content.facts, child.content)


def _around(
    round_: Round, child: ChildEntry, family: FamilyEntry, open_to: dict[int, frozenset[str]]
) -> Circumstances:
    age = class_age_in(child.birth_date, school_year=round_.fiscal_year)
    return Circumstances(
        birth_date=child.birth_date,
        today=civil_date(family.received_at),
        school_year=round_.fiscal_year,
        reference_on=round_.reference_on,
        facilities=open_to.get(age, frozenset()),
        siblings_apply=len(family.children) > 1,
    )


def _facilities_by_age(round_: Round) -> dict[int, frozenset[str]]:
    found: dict[int, set[str]] = {}
    for age, facility in Slot.objects.filter(round=round_).values_list("class_age", "facility_id"):
        found.setdefault(age, set()).add(str(facility))
    return {age: frozenset(ids) for age, ids in found.items()}


def _household(rows: _Rows, round_: Round, family: FamilyEntry) -> Household:
    household = Household(
        municipality=round_.municipality,
        applicant_id=family.applicant,
        address=family.address or None,
        created_at=family.received_at,
    )
    rows.households.append(household)
    rows.guardians += [
        Guardian(household=household, number=number, name=name)
        for number, name in enumerate(family.guardians[:2], start=1)
    ]
    siblings = family.children[0].content.siblings
    if siblings.box:
        rows.policies.append(
            SiblingPolicy(household=household, round=round_, **_box(family.children[0].content))
        )
    return household


def _box(content: Content) -> dict[str, str | bool]:
    return content.siblings.as_json()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """What the applications of one family have in common."""

    round_: Round
    household: Household
    family: FamilyEntry
    told: Told

    def add(
        self, rows: _Rows, entry: ChildEntry, content: Content, papers: Sequence[Needed]
    ) -> None:
        """Add one child's rows."""
        child = Child(
            household=self.household,
            name=entry.name,
            name_kana=entry.name_kana,
            birth_date=entry.birth_date,
        )
        row = self._row(child, content, is_complete=self.family.papers_there or not papers)
        version = self._version(row, content)
        rows.children.append(child)
        rows.applications.append(row)
        rows.versions.append(version)
        rows.preferences += [
            Preference(application=row, facility_id=UUID(facility), rank=rank)
            for rank, facility in enumerate(content.preferences, start=1)
        ]
        rows.documents += [self._document(row, version, paper) for paper in papers]

    def _row(self, child: Child, content: Content, *, is_complete: bool) -> Application:
        state = ApplicationState.SUBMITTED if is_complete else ApplicationState.DOCUMENTS_MISSING
        return Application(
            municipality=self.round_.municipality,
            round=self.round_,
            child=child,
            receipt_number=make_reference(),
            state=state,
            held_facility_id=content.held_facility or None,
            submitted_at=self.family.received_at,
            created_at=self.family.received_at,
        )

    def _version(self, row: Application, content: Content) -> ApplicationVersion:
        return ApplicationVersion(
            application=row,
            number=1,
            facts=facts_to_json(content.facts),
            preferences=list(content.preferences),
            siblings=content.siblings.as_json(),
            held_facility_id=content.held_facility or None,
            why=WhyAVersion.SUBMITTED,
            channel=self.told.channel,
            entered_by_id=self.told.entered_by,
            at=self.family.received_at,
        )

    def _document(self, row: Application, version: ApplicationVersion, paper: Needed) -> Document:
        if not self.family.papers_there:
            return Document(application=row, kind=paper.kind, subject=paper.subject)
        return Document(
            application=row,
            kind=paper.kind,
            subject=paper.subject,
            state=DocumentState.ACCEPTED,
            channel=self.told.channel,
            received_at=self.told.now,
            received_by_id=self.told.entered_by,
            entered_in=version,
            checked_by_id=self.told.entered_by,
            checked_at=self.told.now,
        )


def _write(rows: _Rows) -> None:
    """Write each table once. The newest version is linked last: the two point at each other."""
    Household.objects.bulk_create(rows.households)
    Guardian.objects.bulk_create(rows.guardians)
    Child.objects.bulk_create(rows.children)
    wanted = {row.pk: row.state for row in rows.applications}
    for row in rows.applications:
        row.state = ApplicationState.DRAFT
    Application.objects.bulk_create(rows.applications)
    ApplicationVersion.objects.bulk_create(rows.versions)
    for version in rows.versions:
        version.application.current = version
        version.application.state = wanted[version.application.pk]
    Application.objects.bulk_update(rows.applications, ["current", "state"], batch_size=500)
    Preference.objects.bulk_create(rows.preferences)
    SiblingPolicy.objects.bulk_create(rows.policies)
    Document.objects.bulk_create(rows.documents)
