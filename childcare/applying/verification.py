"""Two people hold an application against its papers before it may be scored.

Each look at one version, with every field and what the paper says. A field that one of them
reads otherwise stops the check: it is mended by a new version, which both look at again. The
second person must be another natural person than the first, and neither may be of the family.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from django.db import IntegrityError, transaction

from accounts.models import Person, User
from accounts.two_people import are_one, natural_person
from childcare.applying.content import fields_of
from childcare.applying.drafting import lock_application, save_application
from childcare.applying.states import BEFORE_SELECTION, ApplicationState, demand_move
from childcare.applying.versions import Told, version_content
from childcare.models import Application, DocumentState, FactCheck
from core import audit
from core.refusals import Refusal, gettext_noop as _

PEOPLE: Final = 2


class SamePerson(Refusal):
    """The second look must be another person's."""

    code = "second-person-needed"
    title = _("2人めの確認は、ほかの人がします")
    next_step = _("ほかの職員に確認をたのんでください。")
    status = HTTPStatus.CONFLICT


class OwnFamily(Refusal):
    """Nobody checks the application of their own family, or while acting for somebody."""

    code = "check-of-own-family"
    title = _("自分の家族の申しこみや、だれかのかわりの操作中は確認できません")
    next_step = _("ほかの職員に確認をたのんでください。")
    status = HTTPStatus.FORBIDDEN


class PapersOpen(Refusal):
    """A paper is missing, wrong, or not yet entered: nothing is closed without its data."""

    code = "papers-open"
    title = _("まだ確認していない書類があります")
    next_step = _("書類の内容を申しこみに入れてから、確認を終えてください。")
    status = HTTPStatus.CONFLICT


def check_version(
    application: Application,
    *,
    if_match: int | None,
    read: Mapping[tuple[str, str], str],
    told: Told,
) -> FactCheck:
    """Record that the caller held the newest version against its papers.

    ``read`` holds only the fields that the papers say otherwise: (subject, name) -> what they
    say. Raises :class:`SamePerson`, :class:`OwnFamily`, and
    :class:`PapersOpen` where a paper is missing, wrong or not entered.
    """
    with transaction.atomic():
        row = lock_application(application, if_match=if_match)
        if row.state not in BEFORE_SELECTION or row.current is None:
            demand_move(row.state, ApplicationState.UNDER_REVIEW)
        assert row.current is not None
        checker = _checker(told)
        _demand_stranger(row, checker, told=told)
        others = list(row.current.checks.select_related("checker"))
        if any(are_one(one.checker_id, checker.pk, now=told.now) for one in others):
            raise SamePerson
        found = _differences(row, read)
        agreed = [one for one in others if one.agrees]
        if not found:
            _demand_papers(row)
        try:
            with transaction.atomic():
                check = FactCheck.objects.create(
                    version=row.current,
                    checker=checker,
                    person=natural_person(checker.pk),
                    agrees=not found,
                    differences=found,
                    at=told.now,
                )
        except IntegrityError:
            raise SamePerson from None
        _move(row, has_two=not found and len(agreed) + 1 >= PEOPLE)
        save_application(row, "state")
        _record(row, check, told=told)
    return check


def checks_left(application: Application) -> int:
    """Return how many more people must look at the newest version."""
    if application.current is None:
        return PEOPLE
    return max(0, PEOPLE - application.current.checks.filter(agrees=True).count())


def _move(row: Application, *, has_two: bool) -> None:
    if row.state == ApplicationState.SUBMITTED:
        row.state = demand_move(row.state, ApplicationState.UNDER_REVIEW)
    if has_two and row.state != ApplicationState.VERIFIED:
        row.state = demand_move(row.state, ApplicationState.VERIFIED)


def _differences(row: Application, read: Mapping[tuple[str, str], str]) -> list[dict[str, str]]:
    assert row.current is not None
    entered = fields_of(version_content(row.current))
    return [
        {"subject": key[0], "name": key[1], "entered": entered.get(key, ""), "read": said}
        for key, said in sorted(read.items())
        if entered.get(key, "") != said.strip()
    ]


def _demand_papers(row: Application) -> None:
    if row.documents.exclude(state=DocumentState.ACCEPTED).exists():
        raise PapersOpen


def _demand_stranger(row: Application, checker: User, *, told: Told) -> None:
    if told.on_behalf_of is not None:
        raise OwnFamily
    person = natural_person(checker.pk)
    if person is None:
        return
    household = row.child.household
    known = [household.applicant_id, row.child.person_id]
    known += household.guardians.values_list("person_id", flat=True)
    family = {pk for pk in known if pk is not None}
    merged = Person.objects.filter(pk__in=family, merged_into__isnull=False)
    if person.pk in family | set(merged.values_list("merged_into_id", flat=True)):
        raise OwnFamily


def _checker(told: Told) -> User:
    if told.entered_by is None:
        raise OwnFamily
    return User.objects.get(pk=told.entered_by)


def _record(row: Application, check: FactCheck, *, told: Told) -> None:
    assert row.current is not None
    audit.record(
        "childcare.check",
        actor=told.actor,
        now=told.now,
        municipality=row.municipality,
        object_type="application",
        object_id=row.pk,
        outcome="agrees" if check.agrees else "differs",
        facts={
            "number": row.current.number,
            "fields": [f"{one['subject']}/{one['name']}" for one in check.differences],
        },
        subject=row.child.household.applicant_id,
    )
