"""Before a round is told: who would hear in which way, and what may not be said yet."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import NoticeChoice, Role, User
from childcare.admission.approving import approve_run
from childcare.admission.audience import audience_of
from childcare.admission.publishing import publish_run
from childcare.admission.running import make_run
from childcare.models import Application, ClassCapacity, Household, Round, Run
from tests.childcare.admission.rounds import (
    AFTER,
    apply_for,
    make_class,
    make_officer,
    make_scored_round,
    make_siblings,
)
from tests.childcare.applying.factories import make_clerk, make_family, make_slot
from tests.disability_card.factories import NOW, make_person, make_staff
from web.childcare_results import NO_WISH, result_of

pytestmark = pytest.mark.django_db


def approved() -> tuple[Round, Run]:
    """Three children: hearing by mail, by the page alone, by letter alone."""
    round_ = make_scored_round()
    here = make_class(round_, seats=2)
    for number, points in enumerate((90, 80)):
        person = make_person(user=make_user(number))
        apply_for(round_, here, points=points, family=make_family(applicant=person))
        if number:
            NoticeChoice.objects.create(person=person, mail=False, changed_at=NOW)
    paper = apply_for(round_, here, points=70)
    Household.objects.filter(pk=paper.child.household_id).update(applicant=None)
    run = make_run(round_, actor=make_officer(), now=AFTER)
    for _person in range(2):
        run = approve_run(run, actor=make_officer(), now=AFTER)
    return round_, run


def make_user(number: int) -> User:
    return User.objects.create_user(f"family{number}@example.test")


def page(path: str, *roles: Role) -> str:
    client = Client()
    client.force_login(make_staff(*roles))
    answer: Any = client.get(path)
    assert answer.status_code == 200, path
    text: str = answer.content.decode()
    return text


def test_telling_asks_first_and_says_how_many_hear_in_which_way() -> None:
    round_, run = approved()
    found = audience_of(run)
    assert (found.children, found.in_the_app, found.by_mail, found.by_letter_alone) == (3, 2, 1, 1)

    text = page(f"/staff/admission/{round_.pk}/publish/", Role.CHILDCARE_APPROVER)

    assert "家族に知らせますか" in text
    assert [one in text for one in ("<dd>3人", "<dd>2人", "<dd>1人")] == [True, True, True]
    run.refresh_from_db()
    assert run.state == "approved"


def test_telling_says_how_many_applications_are_in_no_result() -> None:
    round_, _run = approved()
    address = f"/staff/admission/{round_.pk}/publish/"
    assert "計算に入らなかった" not in page(address, Role.CHILDCARE_APPROVER)
    here = make_class(round_)
    Round.objects.filter(pk=round_.pk).update(state="review")
    round_.refresh_from_db()
    late = apply_for(round_, here, points=60)
    Application.objects.filter(pk=late.pk).update(state="under_review")
    Round.objects.filter(pk=round_.pk).update(state="selection")
    assert "計算に入らなかった申しこみ" in page(address, Role.CHILDCARE_APPROVER)


def test_an_approved_round_waits_on_the_first_page_of_who_tells() -> None:
    approved()
    assert "家族に知らせるのを待っている入所の決定" in page("/staff/", Role.CHILDCARE_APPROVER)
    assert "家族に知らせるのを待っている" not in page("/staff/", Role.CHILDCARE_CLERK)


def test_children_without_a_seat_are_counted_only_after_the_notice() -> None:
    round_, run = approved()
    address = f"/staff/childcare/placing/{round_.pk}/"
    before = page(address, Role.CHILDCARE_CLERK)
    publish_run(run, actor=make_officer(), now=AFTER)
    after = page(address, Role.CHILDCARE_CLERK)
    assert ("席のない子どもは" in before, "席のない子どもは 1人です" in after) == (False, True)


def test_the_list_of_rounds_says_the_last_day_that_counts() -> None:
    make_scored_round()  # until the end of 4 December
    assert "2026年12月4日" in page("/staff/admission/", Role.CHILDCARE_CLERK)


def test_who_may_not_take_the_files_is_told_who_may() -> None:
    round_, _run = approved()
    address = f"/staff/admission/{round_.pk}/"
    clerk, auditor = page(address, Role.CHILDCARE_APPROVER), page(address, Role.AUDITOR)
    only = "監査の担当だけがこの画面で受け取れます"
    assert ("market.json" in clerk, only in clerk, only in auditor) == (True, True, False)


def test_a_child_without_a_wish_that_counts_has_a_reason_in_words() -> None:
    """Box A, and no nursery that both wished for: no option, so no line a nursery."""
    round_ = make_scored_round()
    first, second = make_class(round_, seats=1), make_class(round_, seats=1)
    for facility in (first, second):
        make_slot(round_, facility, class_age=2, offered=1)
        ClassCapacity.objects.create(
            facility=facility, fiscal_year=2027, class_age=2, seats=1,
            confirmed_by=make_clerk(), confirmed_at=NOW,
        )  # fmt: skip
    elder, younger = make_siblings(round_, first, points=80, box="A")
    elder.preferences.update(facility=second)
    run = make_run(round_, actor=make_officer(), now=AFTER)
    assert NO_WISH in page(f"/staff/admission/{round_.pk}/sample/", Role.CHILDCARE_CLERK)
    for _person in range(2):
        run = approve_run(run, actor=make_officer(), now=AFTER)
    publish_run(run, actor=make_officer(), now=AFTER)

    found = result_of(Application.objects.get(pk=younger.pk), language="ja", now=AFTER)

    assert found is not None
    assert found.reasons == [NO_WISH]
