"""Two different people look at every version, and only with all papers entered."""

from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from accounts.models import Delegation, DelegationKind, Person, Role, User
from childcare.applying.papers import (
    NoReasonGiven,
    PaperSaysNothing,
    accept_paper,
    receive_file,
    receive_paper,
    send_back,
)
from childcare.applying.verification import (
    OwnFamily,
    PapersOpen,
    SamePerson,
    check_version,
    checks_left,
)
from childcare.applying.versions import content_of
from childcare.models import Application, Channel, Document, FactCheck
from tests.childcare.applying.factories import (
    NOW,
    PDF,
    actor_of,
    fact,
    make_clerk,
    make_submitted,
    make_verified,
    no_papers,
    told_by,
    told_by_family,
    work_papers,
)
from tests.disability_card.factories import CITY, make_person, make_staff

pytestmark = pytest.mark.django_db


def check(
    row: Application, clerk: User, read: dict[tuple[str, str], str] | None = None
) -> FactCheck:
    return check_version(row, if_match=None, read=read or {}, told=told_by(clerk, channel="paper"))


def test_two_people_verify_and_one_does_not() -> None:
    row = make_submitted()
    check(row, make_clerk())
    row.refresh_from_db()
    assert (row.state, checks_left(row)) == ("under_review", 1)
    check(row, make_clerk())
    row.refresh_from_db()
    assert (row.state, checks_left(row)) == ("verified", 0)


def test_the_same_person_is_not_two() -> None:
    row, clerk = make_submitted(), make_clerk()
    check(row, clerk)
    with pytest.raises(SamePerson):
        check(row, clerk)


def test_a_second_account_merged_into_the_first_is_not_a_second_person() -> None:
    row, clerk, again = make_submitted(), make_clerk(), make_clerk()
    kept = make_person(user=clerk)
    Person.objects.create(municipality=CITY, user=again, merged_into=kept)
    check(row, clerk)
    with pytest.raises(SamePerson):
        check(row, again)


def test_a_second_account_of_the_same_name_and_birth_date_is_not_a_second_person() -> None:
    row, clerk, again = make_submitted(), make_clerk(), make_clerk()
    for user in (clerk, again):
        make_person(user=user, name="佐久 太郎", birth_date=date(1980, 5, 5))
    check(row, clerk)
    with pytest.raises(SamePerson):
        check(row, again)


def test_who_may_act_for_the_first_is_not_a_second_person() -> None:
    row, clerk, helper = make_submitted(), make_clerk(), make_clerk()
    Delegation.objects.create(
        principal=make_person(user=clerk), agent=make_person(user=helper),
        kind=DelegationKind.HELPER, valid_from=NOW, proof="invite",
    )  # fmt: skip
    check(row, clerk)
    with pytest.raises(SamePerson):
        check(row, helper)


def test_nobody_checks_while_acting_for_somebody() -> None:
    row, clerk = make_submitted(), make_clerk()
    told = told_by(clerk, channel="paper")
    acting = type(told)(
        channel="paper", now=NOW, actor=actor_of(clerk, on_behalf_of=make_person().pk)
    )
    with pytest.raises(OwnFamily):
        check_version(row, if_match=None, read={}, told=acting)


def test_nobody_checks_the_application_of_their_own_family() -> None:
    row = make_submitted()
    parent = row.child.household.applicant
    assert parent is not None
    clerk = make_staff(Role.CHILDCARE_CLERK)
    Person.objects.filter(pk=parent.pk).update(user=clerk)
    with pytest.raises(OwnFamily):
        check(row, clerk)


def test_a_field_that_the_paper_says_otherwise_is_kept_and_does_not_verify() -> None:
    row = make_submitted()
    found = check(row, make_clerk(), {("guardian:1", "work_hours"): "120"})
    assert not found.agrees
    assert found.differences == [
        {"subject": "guardian:1", "name": "work_hours", "entered": "80", "read": "120"}
    ]
    check(row, make_clerk())
    row.refresh_from_db()
    assert row.state == "under_review"


def test_a_check_is_never_changed() -> None:
    check(make_submitted(), make_clerk())
    with transaction.atomic(), pytest.raises(DatabaseError):
        FactCheck.objects.update(agrees=False)


def test_no_check_while_a_paper_is_missing_or_not_entered() -> None:
    row = make_submitted(papers_of=work_papers)
    assert row.state == "documents_missing"
    with pytest.raises(PapersOpen):
        check(row, make_clerk())
    family = told_by_family(row)
    receive_file(row, kind="employment", subject="guardian:1", name="a.pdf", content=PDF,
                 told=family)  # fmt: skip
    row.refresh_from_db()
    assert row.state == "under_review"
    with pytest.raises(PapersOpen):
        check(row, make_clerk())


def test_a_paper_is_accepted_only_with_what_it_says() -> None:
    row = make_submitted(papers_of=work_papers)
    paper = receive_paper(row, kind="employment", subject="guardian:1",
                          told=told_by(make_clerk(), channel="paper"))  # fmt: skip
    told = told_by(make_clerk(), channel="paper")
    with pytest.raises(PaperSaysNothing):
        accept_paper(paper, says=[], if_match=None, papers_of=work_papers, told=told)
    accept_paper(paper, says=[fact("work_hours", 160)], if_match=None, papers_of=work_papers,
                 told=told)  # fmt: skip
    row.refresh_from_db()
    assert content_of(row).facts == (fact("work_hours", 160),)
    paper.refresh_from_db()
    assert paper.entered_in == row.current


def test_the_database_itself_refuses_a_paper_filed_without_its_data() -> None:
    row = make_submitted(papers_of=work_papers)
    with transaction.atomic(), pytest.raises(IntegrityError):
        Document.objects.filter(application=row).update(state="accepted")


def test_a_certificate_that_comes_after_the_checks_opens_them_again() -> None:
    row = make_verified(papers_of=work_papers)
    receive_paper(row, kind="employment", subject="guardian:1",
                  told=told_by(make_clerk(), channel=Channel.PAPER))  # fmt: skip
    row.refresh_from_db()
    assert (row.state, checks_left(row)) == ("under_review", 2)


def test_a_paper_goes_back_with_a_sentence_for_the_family() -> None:
    row = make_submitted(papers_of=work_papers)
    told = told_by(make_clerk(), channel="paper")
    paper = receive_paper(row, kind="employment", subject="guardian:1", told=told)
    with pytest.raises(NoReasonGiven):
        send_back(paper, reason=" ", told=told)
    send_back(paper, reason="日付がありません。", told=told)
    row.refresh_from_db()
    assert row.state == "documents_missing"
    says = list(content_of(row).facts)
    accept_paper(paper, says=says, if_match=None, papers_of=no_papers, told=told)
    row.refresh_from_db()
    assert row.state == "under_review"
