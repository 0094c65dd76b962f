"""A certification by the child's age and day: issued, changed, ended, and the family told."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from hypothesis import given, strategies as st

from accounts.models import Role
from childcare.models import CareAmount, Certification, CertificationClass, Child, EndReason
from childcare.placing.certification import (
    cancel_certification,
    certified_on,
    class_for,
    issue_certification,
    last_day_of,
    proposal_for,
    until_school,
)
from childcare.placing.refusals import (
    CertificationDatesWrong,
    CertificationEnded,
    ClassAgainstAge,
    EndWithoutReason,
)
from core.models import AuditEvent, Notice
from tests.childcare.applying.factories import NOW, make_child, make_clerk, make_submitted, told_by
from tests.disability_card.factories import make_person, make_staff

FIRST, SECOND, THIRD = CertificationClass
JUNE = date(2027, 6, 30)
# Three by law on 9 June 2028, at the end of the day before the birthday.
LAST_OF_THIRD = date(2028, 6, 8)


def issue(child: Child, **override: object) -> Certification:
    good: dict[str, object] = {
        "class_code": THIRD, "care_amount": CareAmount.STANDARD, "need_reason": "1",
        "valid_from": date(2027, 4, 1), "valid_to": LAST_OF_THIRD,
        "told": told_by(make_clerk()),
    }  # fmt: skip
    return issue_certification(child, **(good | override))  # type: ignore[arg-type]


def end(row: Certification, **override: object) -> Certification:
    good: dict[str, object] = {
        "on": JUNE, "reason": EndReason.MOVED, "words": "市の外に引っこしたため",
        "told": told_by(make_clerk()),
    }  # fmt: skip
    return cancel_certification(row, **(good | override))  # type: ignore[arg-type]


@pytest.mark.django_db
def test_a_change_ends_the_old_certification_on_the_day_before() -> None:
    child = make_child()
    first = issue(child)
    second = issue(child, care_amount=CareAmount.SHORT, valid_from=date(2027, 9, 1))
    assert second.number == first.number
    assert certified_on(child, day=date(2027, 8, 31)) == first
    assert certified_on(child, day=date(2027, 9, 1)) == second
    assert certified_on(child, day=LAST_OF_THIRD + timedelta(days=1)) is None


@pytest.mark.django_db
def test_one_from_the_same_day_takes_the_place_of_the_mistaken_one() -> None:
    child = make_child()
    wrong = issue(child)
    told = told_by(make_clerk(), now=NOW + timedelta(minutes=5))
    right = issue(child, care_amount=CareAmount.SHORT, told=told)
    wrong.refresh_from_db()
    assert (wrong.change, right.number) == ("void", wrong.number)
    assert certified_on(child, day=JUNE) == right


@pytest.mark.django_db
def test_a_certification_ends_within_its_own_days_and_once() -> None:
    row = issue(make_child())
    with pytest.raises(CertificationDatesWrong):
        end(row, on=LAST_OF_THIRD + timedelta(days=1))
    with pytest.raises(EndWithoutReason):
        end(row, words=" ")
    end(row)
    assert end(row).valid_to == JUNE
    with pytest.raises(CertificationEnded):
        end(row, on=date(2027, 5, 31))
    assert certified_on(row.child, day=JUNE) == row
    assert certified_on(row.child, day=JUNE + timedelta(days=1)) is None
    assert AuditEvent.objects.filter(action="childcare.certification.cancel").count() == 1


@pytest.mark.django_db
def test_what_would_begin_after_the_end_never_holds() -> None:
    child = make_child()
    later = issue(child, class_code=SECOND, valid_from=date(2028, 6, 9),
                  valid_to=date(2032, 3, 31))  # fmt: skip
    end(issue(child))
    assert certified_on(child, day=date(2028, 6, 9)) is None
    later.refresh_from_db()
    with pytest.raises(CertificationEnded):
        end(later, on=date(2029, 1, 1))


@pytest.mark.django_db
def test_the_family_is_told_where_it_can_read_why_and_the_notice_says_nothing() -> None:
    row = make_submitted()
    end(issue(row.child))
    notice = Notice.objects.get(kind="childcare.certification")
    assert notice.person_id == row.child.household.applicant_id
    assert notice.link == f"/childcare/applications/{row.pk}/"


@pytest.mark.django_db
def test_hours_belong_to_care_and_not_to_education() -> None:
    child = make_child(birth_date=date(2023, 6, 10))
    with transaction.atomic(), pytest.raises(IntegrityError):
        issue(child, class_code=FIRST)
    with pytest.raises(CertificationDatesWrong):
        issue(make_child(), valid_to=date(2027, 3, 31))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("class_code", "first", "last"),
    [
        pytest.param(THIRD, date(2027, 4, 1), date(2028, 6, 9), id="3号 on the day it is three"),
        pytest.param(SECOND, date(2028, 6, 8), date(2032, 3, 31), id="2号 the day before"),
        pytest.param(SECOND, date(2028, 6, 9), date(2032, 4, 1), id="2号 on a day of school"),
    ],
)
def test_a_class_is_refused_on_a_day_that_the_age_does_not_allow(
    class_code: CertificationClass, first: date, last: date
) -> None:
    with pytest.raises(ClassAgainstAge):
        issue(make_child(), class_code=class_code, valid_from=first, valid_to=last)


def test_a_child_is_three_by_law_on_the_day_before_its_birthday() -> None:
    child = Child(birth_date=date(2025, 6, 10))
    assert class_for(child, day=LAST_OF_THIRD) == THIRD
    assert class_for(child, day=date(2028, 6, 9)) == SECOND
    assert class_for(child, day=date(2028, 6, 9), needs_care=False) == FIRST
    with pytest.raises(ClassAgainstAge):
        class_for(child, day=LAST_OF_THIRD, needs_care=False)
    assert last_day_of(child, THIRD) == LAST_OF_THIRD


@pytest.mark.parametrize(
    ("born", "last"),
    [
        (date(2025, 6, 10), date(2032, 3, 31)),
        (date(2026, 4, 1), date(2032, 3, 31)),  # the youngest of its year
        (date(2026, 4, 2), date(2033, 3, 31)),
    ],
)
def test_care_ends_on_31_march_before_school(born: date, last: date) -> None:
    assert until_school(Child(birth_date=born)) == last


@given(born=st.dates(min_value=date(2015, 1, 1), max_value=date(2040, 12, 31)))
def test_the_classes_follow_each_other_without_a_gap_from_birth_to_school(born: date) -> None:
    child = Child(birth_date=born)
    three = last_day_of(child, THIRD) + timedelta(days=1)
    assert class_for(child, day=three) == SECOND
    assert class_for(child, day=three - timedelta(days=1)) == THIRD
    last = last_day_of(child, SECOND)
    assert (last.month, last.day) == (3, 31)
    assert 3 * 365 <= (last - three).days <= 4 * 366


@pytest.mark.django_db
def test_the_proposal_is_3go_then_2go_and_nothing_for_a_pupil() -> None:
    child, april = make_child(), date(2027, 4, 1)
    first = proposal_for(child, day=april)
    assert first is not None
    assert (first.class_code, first.valid_from, first.valid_to) == (THIRD, april, LAST_OF_THIRD)
    row = issue(child)
    then = proposal_for(child, day=april)
    assert then is not None
    assert (then.class_code, then.valid_from) == (SECOND, date(2028, 6, 9))
    assert then.valid_to == date(2032, 3, 31)
    end(row)
    again = proposal_for(child, day=april)
    assert again is not None
    assert again.class_code == THIRD
    assert proposal_for(child, day=date(2032, 4, 1)) is None


def api(client: Client, address: str, body: dict[str, Any], key: str = "k1") -> Any:
    return client.post(
        f"/api/v1/staff/childcare/{address}", body, content_type="application/json",
        headers={"Idempotency-Key": key},
    )  # fmt: skip


@pytest.mark.django_db
def test_the_citys_systems_issue_by_the_proposal_and_end(settings: Any) -> None:
    settings.STAFF_NEED_SECOND_FACTOR = False
    row, client = make_submitted(), Client()
    client.force_login(make_staff(Role.CHILDCARE_CLERK))
    address = f"applications/{row.pk}/certifications"
    proposal = client.get(f"/api/v1/staff/childcare/{address}").json()["proposal"]
    assert proposal["valid_to"] == LAST_OF_THIRD.isoformat()
    body = {"class_code": "3", "care_amount": "short", "valid_from": proposal["valid_from"]}
    made = api(client, address, body)
    assert (made.status_code, made.json()["valid_to"]) == (201, proposal["valid_to"])
    too_old = api(client, address, body | {"valid_to": "2028-06-09"}, key="k2")
    assert too_old.json()["code"] == "certification-class-against-age"

    ending = f"certifications/{made.json()['id']}/end"
    said = {"on": "2027-06-30", "reason": "moved", "words": "引っこしたため"}
    assert api(client, ending, said, key="k3").json()["change"] == "cancelled"
    assert api(client, ending, said, key="k3").status_code == 200
    assert Notice.objects.filter(kind="childcare.certification").count() == 1
    other = api(client, ending, said | {"on": "2027-05-31"}, key="k4")
    assert (other.status_code, other.json()["code"]) == (409, "certification-ended")


@pytest.mark.django_db
def test_no_clerk_of_another_city_and_no_parent_ends_or_reads_one(settings: Any) -> None:
    settings.STAFF_NEED_SECOND_FACTOR = False
    row = make_submitted()
    made = issue(row.child)
    said = {"on": "2027-06-30", "reason": "moved", "words": "引っこしたため"}
    paths = (f"applications/{row.pk}/certifications", f"certifications/{made.pk}/end")
    pages = (f"applications/{row.pk}/certify/", f"certifications/{made.pk}/end/")
    elsewhere = make_staff(Role.CHILDCARE_CLERK, municipality="202088")
    own, other = row.child.household.applicant, make_person(name="デモ 別の親")
    assert own is not None
    for user, refused in ((elsewhere, {404}), (own.user, {403, 404}), (other.user, {403, 404})):
        client = Client()
        assert user is not None
        client.force_login(user)
        for path in paths:
            assert api(client, path, said).status_code in refused
        assert client.get(f"/api/v1/staff/childcare/{paths[0]}").status_code in refused
        for page in pages:
            assert client.get(f"/staff/childcare/{page}").status_code in refused
            assert client.post(f"/staff/childcare/{page}", said).status_code in refused
    made.refresh_from_db()
    assert (made.change, Certification.objects.count()) == ("new", 1)
