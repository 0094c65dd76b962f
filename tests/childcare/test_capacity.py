"""Seats are judged by the law, by last year and by the facility's own word."""

import pytest
from hypothesis import given, strategies as st

from accounts.models import Role
from childcare.capacity import (
    ClassSeats,
    Concern,
    Finding,
    check_standards,
    national_standards,
    reconcile,
    seats_by_floor,
    seats_by_staff,
    staff_needed,
)
from childcare.capacity_import import (
    CapacityImportNotOpen,
    CapacityNeedsSecondPerson,
    FindingsNotExplained,
    approve_capacities,
    check_capacity_file,
    confirm_capacities,
    findings_of,
    problems_of,
    unconfirmed_facilities,
)
from childcare.models import CapacityImport, CapacityImportState, ClassCapacity
from childcare.shared_seats import SharedGroup, shared_groups
from core.audit import SYSTEM
from tests.childcare.facility_factories import make_facility
from tests.disability_card.factories import make_staff
from tests.disability_card.issuing import CITY, NOW
from tests.second_accounts import second_account_of

LAW = national_standards()


def make_class(**override: object) -> ClassSeats:
    good: dict[str, object] = {"facility": "1", "class_age": 1, "seats": 12}
    return ClassSeats(**(good | override))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("age", "children", "staff"),
    [(0, 3, 1), (0, 4, 2), (1, 6, 1), (1, 7, 2), (3, 15, 1), (3, 16, 2), (4, 25, 1), (5, 26, 2)],
)
def test_the_ratios_of_staff_by_class(age: int, children: int, staff: int) -> None:
    assert seats_by_staff(age, staff - 1, LAW) < children <= seats_by_staff(age, staff, LAW)


def test_a_facility_never_has_fewer_than_two_members_of_staff() -> None:
    assert staff_needed({0: 1}, LAW) == 2
    assert staff_needed({0: 9, 1: 12, 2: 15, 3: 18, 4: 18, 5: 18}, LAW) == 11


def test_a_square_centimetre_short_is_a_child_less() -> None:
    assert seats_by_floor(0, 990, LAW) == 3
    assert seats_by_floor(0, 989, LAW) == 2
    assert seats_by_floor(3, 198, LAW) == 1


def test_more_seats_than_floor_or_staff_allow_are_named() -> None:
    rows = [
        make_class(class_age=0, seats=10, area=3_299, staff=4),
        make_class(class_age=3, seats=16, area=5_000, staff=1),
        make_class(class_age=5, seats=20),
    ]
    assert [(one.concern, one.before) for one in check_standards(rows, LAW)] == [
        (Concern.FLOOR, 9),
        (Concern.STAFF, 15),
        (Concern.NOT_TOLD, None),
    ]


def test_a_file_119_seats_short_over_eight_of_sixty_six_facilities_raises_the_alarm() -> None:
    last = [make_class(facility=str(n), class_age=a, seats=15) for n in range(66) for a in range(6)]
    now = list(last)
    for seat in range(119):
        place = seat % (8 * 6)
        before = now[place]
        now[place] = make_class(
            facility=before.facility, class_age=before.class_age, seats=before.seats - 1
        )
    findings = reconcile(last, now)
    assert findings[0] == Finding(concern=Concern.TOTAL_FELL, before=5_940, now=5_821)
    assert {one.facility for one in findings[1:]} == {str(n) for n in range(8)}


def test_a_class_that_is_gone_is_missed() -> None:
    findings = reconcile([make_class(), make_class(class_age=2)], [make_class()])
    assert Concern.MISSING in {one.concern for one in findings}


@given(seats=st.lists(st.integers(0, 60), min_size=1, max_size=20))
def test_the_same_seats_as_last_year_raise_no_alarm(seats: list[int]) -> None:
    rows = [make_class(facility=str(n), seats=count) for n, count in enumerate(seats)]
    assert reconcile(rows, rows) == []


HEADER = "施設,クラス年齢,定員,面積,保育士\n"


def submit(text: str, *, encoding: str = "utf-8") -> CapacityImport:
    return check_capacity_file(
        text.encode(encoding), file_name="seats.csv", municipality=CITY, fiscal_year=2027,
        submitted_by=make_staff(Role.CHILDCARE_CLERK), actor=SYSTEM, now=NOW,
    )  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_a_file_of_seats_goes_in_with_two_people_and_the_facilitys_word(encoding: str) -> None:
    facility = make_facility(number="F1")
    found = submit(HEADER + "F1,1,12,48.5,2\nF1,0,9,36,3\n", encoding=encoding)
    assert (found.state, found.findings) == (CapacityImportState.CHECKED, [])
    with pytest.raises(CapacityNeedsSecondPerson):
        approve_capacities(found, approved_by=found.submitted_by, reason="", actor=SYSTEM, now=NOW)
    second = make_staff(Role.CHILDCARE_APPROVER)
    approve_capacities(found, approved_by=second, reason="", actor=SYSTEM, now=NOW)
    with pytest.raises(CapacityImportNotOpen):
        approve_capacities(found, approved_by=second, reason="", actor=SYSTEM, now=NOW)
    assert ClassCapacity.objects.get(class_age=1).area_dm2 == 4_850
    assert unconfirmed_facilities(CITY, 2027) == [facility]
    done = confirm_capacities(
        facility, fiscal_year=2027, confirmed_by=second, actor=SYSTEM, now=NOW
    )
    assert (done, unconfirmed_facilities(CITY, 2027)) == (2, [])


GROUPED = HEADER.strip() + ",合同の組,合同の定員\n"
ROOMS = "F1,3,6,20,1,{group},{seats}\nF1,4,6,20,1,{group},{seats}\nF1,1,6,30,1,,\n"


def apply(text: str) -> CapacityImport:
    second = make_staff(Role.CHILDCARE_APPROVER)
    return approve_capacities(
        submit(text), approved_by=second, reason="園に確認", actor=SYSTEM, now=NOW
    )


@pytest.mark.django_db
def test_a_file_puts_classes_together_and_parts_them_and_one_without_the_columns_does_not() -> None:
    facility = make_facility(number="F1")
    apply(GROUPED + ROOMS.format(group="にじ", seats=9))
    assert shared_groups(facility, fiscal_year=2027) == [SharedGroup(class_ages=(3, 4), seats=9)]
    assert unconfirmed_facilities(CITY, 2027) == [facility]
    apply(HEADER + "F1,3,6,20,1\nF1,4,6,20,1\n")
    assert len(shared_groups(facility, fiscal_year=2027)) == 1
    apply(GROUPED + ROOMS.format(group="", seats=""))
    assert shared_groups(facility, fiscal_year=2027) == []


@pytest.mark.django_db
def test_a_file_that_speaks_against_the_nurserys_own_groups_is_looked_at() -> None:
    make_facility(number="F1")
    apply(GROUPED + ROOMS.format(group="にじ", seats=9))
    assert submit(GROUPED + ROOMS.format(group="別の名前", seats=9)).findings == []
    found = findings_of(submit(GROUPED + ROOMS.format(group="にじ", seats=8)))
    assert found == [Finding(concern=Concern.GROUPS, facility="F1", before=9, now=8)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ("F1,3,6,20,1,にじ,6\n", "group-alone"),
        ("F1,3,6,20,1,にじ,9\nF1,4,6,20,1,にじ,8\n", "group-two-numbers"),
        ("F1,3,6,20,1,にじ,13\nF1,4,6,20,1,にじ,13\n", "group-too-many"),
        ("F1,3,6,20,1,にじ,\n", "group-half"),
        ("F1,3,6,20,1,,9\n", "group-half"),
        ("F1,3,6,20,1,にじ,0\nF1,4,6,20,1,にじ,0\n", "group-half"),
    ],
)
def test_a_group_that_cannot_be_stops_the_file(lines: str, code: str) -> None:
    make_facility(number="F1")
    found = submit(GROUPED + lines)
    assert found.state == CapacityImportState.FAILED
    assert {one.code for one in problems_of(found)} == {code}
    half = submit(GROUPED.replace(",合同の定員", "") + "F1,3,6,20,1,にじ\n")
    assert [one.code for one in problems_of(half)] == ["group-column-missing"]


@pytest.mark.django_db
def test_one_person_with_two_accounts_does_not_approve_their_own_file_of_seats() -> None:
    make_facility(number="F1")
    found = submit(HEADER + "F1,1,12,48.5,2\n")
    other = second_account_of(found.submitted_by)
    with pytest.raises(CapacityNeedsSecondPerson):
        approve_capacities(found, approved_by=other, reason="", actor=SYSTEM, now=NOW)


@pytest.mark.django_db
def test_findings_ask_the_second_person_for_a_reason() -> None:
    make_facility(number="F1")
    found = submit(HEADER + "F1,0,10,30,3\n")
    second = make_staff(Role.CHILDCARE_APPROVER)
    with pytest.raises(FindingsNotExplained):
        approve_capacities(found, approved_by=second, reason=" ", actor=SYSTEM, now=NOW)
    approve_capacities(found, approved_by=second, reason="園に確認", actor=SYSTEM, now=NOW)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("F9,1,12,48,2", "facility-unknown"),
        ("F1,6,12,48,2", "class-age-wrong"),
        ("F1,1,-1,48,2", "seats-wrong"),
        ("F1,1,12,ひろい,2", "area-wrong"),
        ("F1,1,12,48,二", "staff-wrong"),
        ("F1,1,12,48,2\nF1,1,12,48,2", "class-twice"),
    ],
)
def test_a_wrong_line_stops_the_file_and_is_named(line: str, code: str) -> None:
    make_facility(number="F1")
    found = submit(HEADER + line + "\n")
    assert found.state == CapacityImportState.FAILED
    assert [one.code for one in problems_of(found)] == [code]
    assert problems_of(found)[0].message


@pytest.mark.django_db
def test_a_file_without_the_columns_says_which() -> None:
    assert {one.column for one in problems_of(submit("施設,定員\n"))} == {
        "クラス年齢", "面積", "保育士",
    }  # fmt: skip
    assert [one.code for one in problems_of(submit(""))] == ["unreadable"]
    endless = HEADER + "F1," + "あ" * 140_000
    assert [one.code for one in problems_of(submit(endless))] == ["unreadable"]
