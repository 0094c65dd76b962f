"""Deadline, versions, change and withdrawal: what counts, and from which second on."""

from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from childcare.applying.content import Siblings
from childcare.applying.drafting import (
    draft_content,
    save_draft,
    start_application,
    take_up_again,
)
from childcare.applying.refusals import (
    AppliedAlready,
    BornInTheFuture,
    DeadlinePassed,
    EditedMeanwhile,
    NotComplete,
    NothingToSubmit,
    NotYetOpen,
    PaperDateWrong,
)
from childcare.applying.submission import submit_application, withdraw_application
from childcare.applying.versions import content_of
from childcare.models import (
    Application,
    ApplicationVersion,
    Channel,
    Preference,
    SiblingPolicy,
    WhyAVersion,
)
from core.ids import normal_reference
from core.models import Notice
from jp.clock import civil_date
from tests.childcare.applying.factories import (
    CLOSES,
    NOW,
    actor_of,
    fact,
    make_child,
    make_clerk,
    make_draft,
    make_facility,
    make_family,
    make_round,
    make_slot,
    make_submitted,
    make_verified,
    no_papers,
    told_by,
    told_by_family,
)

pytestmark = pytest.mark.django_db
ONE_SECOND = timedelta(seconds=1)


def submit(row: Application, *, at: datetime = NOW, if_match: int | None = None) -> Application:
    return submit_application(
        row, if_match=if_match, papers_of=no_papers, told=told_by_family(row, now=at)
    )


def test_the_last_second_of_the_last_day_counts() -> None:
    row = submit(make_draft(), at=CLOSES - ONE_SECOND)
    assert row.state == "submitted"
    assert row.submitted_at == CLOSES - ONE_SECOND


def test_midnight_is_too_late_and_the_next_round_is_named() -> None:
    row = make_draft()
    make_round(starts_on=civil_date(NOW).replace(year=2027, month=5, day=1), opens_at=NOW,
               closes_at=CLOSES + timedelta(days=90))  # fmt: skip
    with pytest.raises(DeadlinePassed) as refusal:
        submit(row, at=CLOSES)
    assert refusal.value.extra == {"next_round": "2027-05-01"}
    row.refresh_from_db()
    assert row.state == "draft"
    assert row.draft is not None  # nothing is lost


def test_a_round_that_is_not_open_yet_takes_nothing() -> None:
    with pytest.raises(NotYetOpen):
        start_application(
            make_child(), make_round(opens_at=NOW + ONE_SECOND),
            actor=actor_of(make_clerk()), now=NOW,
        )  # fmt: skip


def test_a_submission_has_a_receipt_number_whose_check_digit_holds() -> None:
    row = submit(make_draft())
    assert row.receipt_number is not None
    assert normal_reference(row.receipt_number) == row.receipt_number
    wrong = ("A" if row.receipt_number[0] != "A" else "B") + row.receipt_number[1:]
    assert normal_reference(wrong) is None


def test_the_family_is_told_that_there_is_news_and_not_what() -> None:
    row = submit(make_draft())
    notice = Notice.objects.get()
    assert notice.person_id == row.child.household.applicant_id
    assert (notice.kind, notice.facts) == ("childcare.submitted", {})


def test_a_change_before_the_deadline_is_a_version_and_the_old_one_stays() -> None:
    row = make_submitted()
    other = make_facility()
    make_slot(row.round, other)
    changed = draft_content(row).with_facts([fact("work_hours", 160)])
    changed = type(changed)(facts=changed.facts, preferences=(str(other.pk),))
    row = save_draft(row, changed, step="check", if_match=row.revision, now=NOW)
    assert content_of(row) != changed  # a draft counts for nothing
    row = submit(row, if_match=row.revision)
    assert [version.number for version in row.versions.all()] == [1, 2]
    assert content_of(row) == changed
    assert [wish.facility for wish in Preference.objects.filter(application=row)] == [other]
    with transaction.atomic(), pytest.raises(DatabaseError):
        ApplicationVersion.objects.filter(number=1).update(number=9)


def test_a_change_reopens_what_two_people_had_checked() -> None:
    row = make_verified()
    assert row.state == "verified"
    changed = draft_content(row).with_facts([fact("work_hours", 160)])
    row = save_draft(row, changed, step="check", if_match=None, now=NOW)
    assert submit(row).state == "under_review"
    assert not row.versions.get(number=2).checks.exists()


def test_submitting_again_without_a_change_says_so() -> None:
    row = make_submitted()
    row = save_draft(row, content_of(row), step="check", if_match=None, now=NOW)
    with pytest.raises(NothingToSubmit):
        submit(row)


def test_two_hands_on_one_draft_do_not_overwrite_each_other() -> None:
    row = make_draft()
    seen = row.revision
    mine = draft_content(row).with_facts([fact("work_hours", 100)])
    save_draft(row, mine, step="work", if_match=seen, now=NOW)
    theirs = draft_content(row).with_facts([fact("work_hours", 20)])
    with pytest.raises(EditedMeanwhile):
        save_draft(row, theirs, step="work", if_match=seen, now=NOW)
    row.refresh_from_db()
    assert draft_content(row) == mine


def test_a_withdrawal_is_a_version_and_may_be_taken_back_before_the_deadline() -> None:
    row = make_submitted()
    row = withdraw_application(row, if_match=row.revision, told=told_by_family(row))
    assert (row.state, row.versions.last().why) == ("withdrawn", WhyAVersion.WITHDRAWN)  # type: ignore[union-attr]
    row = take_up_again(row, actor=actor_of(make_clerk()), now=NOW)
    assert draft_content(row) == content_of(row)
    assert submit(row).state == "submitted"
    with pytest.raises(DeadlinePassed):
        take_up_again(
            withdraw_application(row, if_match=None, told=told_by_family(row)),
            actor=actor_of(make_clerk()), now=CLOSES,
        )  # fmt: skip


def test_a_paper_counts_from_when_it_came_in_not_from_when_it_was_typed() -> None:
    row = make_draft()
    told = told_by(make_clerk(), channel=Channel.PAPER, now=CLOSES + timedelta(days=2))
    row = submit_application(
        row, if_match=None, papers_of=no_papers, told=told, received_at=CLOSES - ONE_SECOND
    )
    assert row.submitted_at == CLOSES - ONE_SECOND
    version = row.versions.get()
    assert (version.channel, version.at) == ("paper", CLOSES + timedelta(days=2))


def test_a_paper_in_time_is_typed_in_until_the_selection_begins() -> None:
    row = make_draft()
    told = told_by(make_clerk(), channel=Channel.PAPER, now=CLOSES + timedelta(days=2))
    type(row.round).objects.update(state="selection")
    row.refresh_from_db()
    with pytest.raises(DeadlinePassed):
        submit_application(row, if_match=None, papers_of=no_papers, told=told, received_at=NOW)
    type(row.round).objects.update(state="review")
    row = submit_application(row, if_match=None, papers_of=no_papers, told=told, received_at=NOW)
    assert row.state == "submitted"


@pytest.mark.parametrize("late", [CLOSES, CLOSES + timedelta(days=1)])
def test_a_paper_that_came_in_late_is_late(late: datetime) -> None:
    row = make_draft()
    told = told_by(make_clerk(), channel=Channel.PAPER, now=CLOSES + timedelta(days=2))
    with pytest.raises(DeadlinePassed):
        submit_application(row, if_match=None, papers_of=no_papers, told=told, received_at=late)


def test_no_paper_comes_in_from_the_future_and_none_online() -> None:
    row = make_draft()
    paper = told_by(make_clerk(), channel=Channel.PAPER)
    for told, at in ((paper, NOW + ONE_SECOND), (told_by_family(row), NOW - ONE_SECOND)):
        with pytest.raises(PaperDateWrong):
            submit_application(row, if_match=None, papers_of=no_papers, told=told, received_at=at)


def test_a_child_that_is_not_born_yet_is_refused_with_a_sentence() -> None:
    family = make_family()
    make_child(family, birth_date=civil_date(NOW))
    with pytest.raises(BornInTheFuture):
        make_child(family, birth_date=civil_date(NOW) + timedelta(days=1))


def test_what_must_be_mended_is_named_with_its_place() -> None:
    nowhere = make_facility()  # it has no class of this age in this round
    row = make_draft(facilities=[nowhere])
    with pytest.raises(NotComplete) as refusal:
        submit(row)
    assert refusal.value.extra == {"problems": "no-such-class", "places": "/preferences/0"}


def test_siblings_must_say_whether_together() -> None:
    family = make_family()
    first = make_submitted(make_child(family))
    other = make_draft(make_child(family, name="デモ 弟"), first.round)
    with pytest.raises(NotComplete):
        submit(other)
    box = Siblings(box="B", same_first=True)
    content = type(draft_content(other))(
        facts=draft_content(other).facts,
        preferences=draft_content(other).preferences,
        siblings=box,
    )
    submit(save_draft(other, content, step="check", if_match=None, now=NOW))
    policy = SiblingPolicy.objects.get()
    assert (policy.box, policy.same_first) == ("B", True)
    first.refresh_from_db()
    assert content_of(first).siblings == box  # one form a family


def test_one_application_a_child_and_round() -> None:
    row = make_submitted()
    with pytest.raises(AppliedAlready):
        start_application(row.child, row.round, actor=actor_of(make_clerk()), now=NOW)
