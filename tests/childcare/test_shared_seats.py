"""Classes that share seats: told by the nursery, offered by the round, never given twice."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import Role
from childcare.admission.slotting import MoreSeatsThanCapacity, set_slots
from childcare.models import ClassCapacity, Facility, Round, Slot
from childcare.placing.free_seats import free_seats
from childcare.placing.refusals import SeatTaken
from childcare.placing.waiting_list import offer_free_seat
from childcare.shared_seats import SharedGroup, SharedSeatsWrong, shared_groups, tell_shared_seats
from core.audit import SYSTEM
from tests.childcare.admission.rounds import make_scored_round
from tests.childcare.applying.factories import NOW, make_clerk, make_facility, make_round, told_by
from tests.childcare.facility_factories import make_teacher
from tests.childcare.placing.factories import ANSWER_BY, make_offer, make_waiting
from tests.disability_card.factories import make_staff
from tests.web.test_nursery_pages import client_of

pytestmark = pytest.mark.django_db
ELDER = SharedGroup(class_ages=(3, 4, 5), seats=12)


def make_rooms() -> Facility:
    """A facility with classes of six children each."""
    facility = make_facility()
    for age in range(6):
        ClassCapacity.objects.create(
            facility=facility, fiscal_year=2027, class_age=age, seats=6,
            confirmed_by=make_clerk(), confirmed_at=NOW,
        )  # fmt: skip
    return facility


def tell(facility: Facility, *groups: SharedGroup) -> None:
    tell_shared_seats(facility, fiscal_year=2027, groups=groups, actor=SYSTEM, now=NOW)


def test_a_group_is_told_by_the_nursery_and_its_classes_are_confirmed_anew() -> None:
    facility = make_rooms()
    tell(facility, ELDER)
    assert shared_groups(facility, fiscal_year=2027) == [ELDER]
    asked = ClassCapacity.objects.filter(confirmed_at__isnull=True)
    assert [row.class_age for row in asked] == [3, 4, 5]
    tell(facility)
    assert shared_groups(facility, fiscal_year=2027) == []


@pytest.mark.parametrize(
    "groups",
    [
        pytest.param([SharedGroup(class_ages=(3,), seats=3)], id="one class alone"),
        pytest.param([SharedGroup(class_ages=(3, 4), seats=13)], id="more than both have"),
        pytest.param([SharedGroup(class_ages=(3, 4), seats=0)], id="no seat at all"),
        pytest.param([ELDER, SharedGroup(class_ages=(2, 3), seats=8)], id="a class twice"),
        pytest.param([SharedGroup(class_ages=(5, 6), seats=8)], id="a class that is not there"),
    ],
)
def test_a_group_that_cannot_be_is_refused(groups: list[SharedGroup]) -> None:
    facility = make_rooms()
    with pytest.raises(SharedSeatsWrong):
        tell(facility, *groups)
    assert shared_groups(facility, fiscal_year=2027) == []


def offered(facility: Facility, *, each: int) -> dict[Any, int]:
    return {(facility.pk, age): each for age in (3, 4, 5)}


def slots_of(round_: Round) -> list[tuple[int, str, int | None]]:
    rows = round_.slots.order_by("class_age")
    return [(row.class_age, row.shared_group, row.shared_seats) for row in rows]


def test_a_round_takes_the_groups_and_what_staff_set_for_them() -> None:
    round_, facility = make_scored_round(), make_rooms()
    tell(facility, ELDER)
    set_slots(round_, offered(facility, each=6), actor=SYSTEM, now=NOW)
    assert slots_of(round_) == [(age, "3-4-5", 12) for age in (3, 4, 5)]
    set_slots(
        round_, offered(facility, each=2), shared={(facility.pk, "3-4-5"): 4},
        actor=SYSTEM, now=NOW,
    )  # fmt: skip
    assert slots_of(round_) == [(age, "3-4-5", 4) for age in (3, 4, 5)]
    tell(facility)
    set_slots(round_, offered(facility, each=2), actor=SYSTEM, now=NOW)
    assert slots_of(round_) == [(age, "", None) for age in (3, 4, 5)]


@pytest.mark.parametrize("given", [("3-4-5", 13), ("3-4", 4)])
def test_a_round_offers_a_group_no_more_than_it_takes(given: tuple[str, int]) -> None:
    round_, facility = make_scored_round(), make_rooms()
    tell(facility, ELDER)
    with pytest.raises(MoreSeatsThanCapacity):
        set_slots(
            round_, offered(facility, each=6), shared={(facility.pk, given[0]): given[1]},
            actor=SYSTEM, now=NOW,
        )  # fmt: skip
    assert not round_.slots.exists()


def test_a_seat_of_a_full_group_is_not_free_though_its_class_has_room() -> None:
    offer = make_offer()
    slot = Slot.objects.get()
    Slot.objects.create(round=slot.round, facility=slot.facility, class_age=2, offered=2)
    Slot.objects.update(shared_group="1-2", shared_seats=1)
    assert free_seats(slot.round) == []
    row = make_waiting(round_=slot.round, facilities=[slot.facility])
    with pytest.raises(SeatTaken):
        offer_free_seat(slot, row, answer_by=ANSWER_BY, told=told_by(make_clerk()))
    Slot.objects.update(shared_seats=2)
    assert [one.free for one in free_seats(slot.round)] == [1, 1]
    assert offer.facility_id == slot.facility_id


def test_a_later_round_is_offered_what_the_group_has_left() -> None:
    slot = make_offer().application.round.slots.get()
    facility, april = slot.facility, slot.round
    Slot.objects.create(round=april, facility=facility, class_age=2, offered=2)
    Slot.objects.update(shared_group="1-2", shared_seats=3)  # and one of them was taken
    for age in (1, 2):
        ClassCapacity.objects.create(
            facility=facility, fiscal_year=2027, class_age=age, seats=2,
            shared_group="1-2", shared_seats=3,
        )  # fmt: skip
    Round.objects.update(state="notified")
    may = make_round(
        kind="monthly", starts_on=date(2027, 5, 1), closes_at=april.closes_at + timedelta(days=60)
    )
    set_slots(may, {(facility.pk, age): 2 for age in (1, 2)}, actor=SYSTEM, now=NOW)
    assert slots_of(may) == [(age, "1-2", 2) for age in (1, 2)]


def put(client: Client, address: str, body: object) -> Any:
    return client.put(address, body, content_type="application/json")


def test_nursery_and_city_do_the_same_by_the_api() -> None:
    round_, facility = make_scored_round(), make_rooms()
    teacher, clerk = client_of(make_teacher(facility)), client_of(make_staff(Role.CHILDCARE_CLERK))
    told = put(
        teacher, f"/api/v1/childcare/facilities/{facility.pk}/seats/shared",
        {"fiscal_year": 2027, "groups": [{"class_ages": [5, 3, 4], "seats": 12}]},
    )  # fmt: skip
    assert told.json()["groups"] == [{"class_ages": [3, 4, 5], "seats": 12}]
    address = f"/api/v1/staff/childcare/rounds/{round_.pk}/slots"
    one = {"facility": str(facility.pk), "class_age": 3, "offered": 5}
    group = {"facility": str(facility.pk), "group": "3-4-5", "seats": 4}
    done = put(clerk, address, {"slots": [one], "shared": [group]})
    assert done.json() == {"slots": [one], "shared": [group]} == clerk.get(address).json()
    refused = put(clerk, address, {"slots": [one | {"offered": 7}]})
    assert (refused.status_code, refused.json()["code"]) == (422, "more-seats-than-capacity")
    wrong = {"fiscal_year": 2027, "groups": [{"class_ages": [3, 4], "seats": 99}]}
    refused = put(teacher, f"/api/v1/childcare/facilities/{facility.pk}/seats/shared", wrong)
    assert (refused.status_code, refused.json()["code"]) == (422, "shared-seats-wrong")


def test_nursery_and_city_do_the_same_on_their_pages() -> None:
    round_, facility = make_scored_round(), make_rooms()
    teacher, clerk = client_of(make_teacher(facility)), client_of(make_staff(Role.CHILDCARE_CLERK))
    own, share = f"/nursery/{facility.pk}/", f"/nursery/{facility.pk}/seats/shared/2027/"
    assert teacher.post(share, {"class_ages": ["3"], "seats": "3"}).status_code == 422
    assert teacher.post(share, {"class_ages": ["3", "4", "5"], "seats": "12"}).status_code == 302
    page = teacher.get(own).content.decode()
    assert "合わせて 12人" in page
    assert "定員をたしかめてください" in page  # its word is asked for anew
    slots = f"/staff/admission/{round_.pk}/slots/"
    page = clerk.get(slots).content.decode()
    field = f"{facility.pk}-shared-3-4-5"
    assert f'name="{field}"' in page
    typed = {f"{facility.pk}-{age}": "4" for age in range(6)} | {field: "5"}
    assert clerk.post(slots, typed).status_code == 302
    assert slots_of(round_)[3:] == [(age, "3-4-5", 5) for age in (3, 4, 5)]
    assert clerk.post(slots, typed | {field: "13"}).status_code == 422
    teacher.post(share, {"part": "1"})
    assert shared_groups(facility, fiscal_year=2027) == []
