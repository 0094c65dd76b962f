"""The city takes in sheets and seats by page, and a nursery says its own word."""

import math
import re
from datetime import date, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import Role, User
from childcare.capacity import national_standards
from childcare.models import CapacityImport, ClassCapacity, Facility, VisitBooking, YearEvent
from jp.ages import class_age
from jp.clock import civil_date
from places.models import Place, PlaceImport
from places.opening_hours import read_exceptions
from tests.childcare.facility_factories import make_facility, make_teacher, make_visit
from tests.disability_card.factories import make_staff
from tests.places.factories import SAKU, make_towns

pytestmark = pytest.mark.django_db


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture(autouse=True)
def one_factor_is_enough(settings: object) -> None:
    settings.STAFF_NEED_SECOND_FACTOR = False  # type: ignore[attr-defined]


def test_a_child_care_sheet_goes_in_by_page_and_its_nurseries_are_found() -> None:
    make_towns()
    client = client_of(make_staff(Role.CHILDCARE_CLERK))
    content = (SAKU / "childcare_facilities.csv").read_bytes()
    answer = client.post("/staff/places/", {"file": SimpleUploadedFile("a.csv", content)})
    found = PlaceImport.objects.get()
    page = client.get(answer["Location"]).content.decode()
    assert "町の位置（約1km）" in page
    assert not Place.objects.exists()
    client.post(f"{answer['Location']}decide/", {"decision": "apply"})
    assert Facility.objects.count() == 14
    assert client.get(f"/staff/places/{found.pk}/problems.csv").status_code == 200
    assert "臼田保育園" in Client().get("/childcare/").content.decode()


def test_seats_need_a_second_person_and_the_nurserys_own_word() -> None:
    facility = make_facility(number="F1")
    first, second = make_staff(Role.CHILDCARE_CLERK), make_staff(Role.CHILDCARE_APPROVER)
    content = "施設,クラス年齢,定員,面積,保育士\nF1,0,10,30,3\n".encode()
    answer = client_of(first).post(
        "/staff/childcare/seats/",
        {"file": SimpleUploadedFile("a.csv", content), "fiscal_year": "2027"},
    )
    page = client_of(second).get(answer["Location"]).content.decode()
    assert "面積で入れる人数をこえています" in page
    found = CapacityImport.objects.get()
    decide = f"/staff/childcare/seats/{found.pk}/decide/"
    client_of(second).post(decide, {"decision": "approve", "reason": ""})
    assert not ClassCapacity.objects.exists()
    client_of(second).post(decide, {"decision": "approve", "reason": "園に確認"})
    teacher = client_of(make_teacher(facility))
    assert "定員をたしかめてください" in teacher.get(f"/nursery/{facility.pk}/").content.decode()
    teacher.post(f"/nursery/{facility.pk}/seats/", {"fiscal_year": "2027"})
    assert ClassCapacity.objects.get().confirmed_at is not None


def test_a_teacher_of_another_nursery_sees_nothing_of_this_one() -> None:
    facility, other = make_facility(), make_facility(name="べつの園")
    teacher = client_of(make_teacher(other))
    assert teacher.get(f"/nursery/{facility.pk}/").status_code == 404
    day = (timezone.now() + timedelta(days=3)).date().isoformat()
    answer = teacher.post(
        f"/nursery/{facility.pk}/add/visit/",
        {"day": day, "at": "10:00", "minutes": "60", "families_max": "3"},
    )
    assert answer.status_code == 404


def test_the_calculator_says_how_many_children_a_room_allows() -> None:
    client = client_of(make_staff(Role.CHILDCARE_CLERK))
    page = client.get(
        "/staff/childcare/seats/calculator/",
        {"class_age": "0", "seats": "9", "area": "29.69", "staff": "3"},
    ).content.decode()
    assert "8人までです" in page


def test_the_calculator_adds_the_classes_up_before_it_rounds() -> None:
    client = client_of(make_staff(Role.CHILDCARE_CLERK))
    seats = {f"class_{age}": str(count) for age, count in enumerate((4, 9, 9, 15, 20, 20))}
    address = "/staff/childcare/seats/calculator/"
    page = client.get(address, seats).content.decode()
    law = national_standards()
    exact = sum(int(n) / law.children_per_staff[int(k[-1])] for k, n in seats.items())
    assert f"保育士が少なくとも {math.ceil(exact)}人 必要です。" in page
    alone = sum(math.ceil(int(n) / law.children_per_staff[int(k[-1])]) for k, n in seats.items())
    assert math.ceil(exact) < alone
    assert (
        "保育士が少なくとも" not in client.get(address, seats | {"class_0": "-1"}).content.decode()
    )


def test_a_birth_date_alone_asks_for_the_class_of_the_next_possible_month() -> None:
    answer = Client().post("/childcare/conditions/", {"birth_date": "2025年6月10日"})
    query = dict(parse_qsl(urlsplit(answer["Location"]).query))
    starts_on = date.fromisoformat(query["starts_on"])
    assert starts_on > civil_date(timezone.now())
    school_year = starts_on.year - (starts_on.month < 4)
    assert query["class_age"] == str(class_age(date(2025, 6, 10), school_year=school_year))
    shown = Client().get(answer["Location"]).content.decode()
    assert f"{query['class_age']}歳児クラス" in shown
    assert "お子さんの生まれた日を書くと" not in shown


def test_a_birth_date_never_reaches_an_address() -> None:
    answer = Client().post(
        "/childcare/conditions/", {"birth_date": "2025年6月10日", "starts_on": "2027-04-01"}
    )
    assert answer.status_code in {302, 422}
    assert "2025" not in answer.get("Location", "")


def test_a_double_tap_on_the_visit_form_books_one_place_and_shows_one_number() -> None:
    day = make_visit(make_facility(), starts_at=timezone.now() + timedelta(days=3))
    client, address = Client(), f"/childcare/visits/{day.pk}/"
    key = re.search(r'name="key" value="([^"]+)"', client.get(address).content.decode())
    assert key
    form = {"key": key[1], "name": "山田", "contact": "090-0000-0000", "children": "1"}
    first, second = (client.post(address, form) for _tap in range(2))
    assert first.status_code == second.status_code == 201
    booking = VisitBooking.objects.get()
    assert all(booking.reference in page.content.decode() for page in (first, second))
    day.refresh_from_db()
    assert day.families_booked == 1
    refused = client.post(address, form | {"name": "鈴木"})  # the same key, another family
    assert refused.status_code == 422
    assert VisitBooking.objects.count() == 1


def test_a_nursery_page_hands_the_nursery_on_to_the_wishes_and_to_the_preview() -> None:
    facility = make_facility()
    page = Client().get(f"/childcare/facilities/{facility.pk}/?class_age=1").content.decode()
    assert f"/childcare/apply/?facility={facility.pk}" in page
    assert f"/childcare/score/?facility={facility.pk}&amp;class_age=1" in page


def test_a_month_has_its_english_name() -> None:
    facility = make_facility()
    YearEvent.objects.create(facility=facility, month=4, title={"ja": "入園式", "en": "Entry"})
    page = Client().get(f"/childcare/facilities/{facility.pk}/?lang=en").content.decode()
    assert "<dt>April</dt>" in page
    assert "Month 4" not in page


FEES = {"class_age": "1", "hours": "standard", "nth_child": "1", "band": "5"}


@pytest.mark.parametrize(
    ("changed", "amount"),
    [({}, "44,500円"), ({"hours": "short"}, "43,900円"), ({"nth_child": "2"}, "22,250円"),
     ({"nth_child": "3"}, "0円"), ({"class_age": "3"}, "0円"), ({"band": "exempt"}, "0円")],
)  # fmt: skip
def test_the_fee_page_says_the_most_of_the_band_and_keeps_nothing(
    changed: dict[str, str], amount: str
) -> None:
    client = Client()
    answer = client.post("/childcare/fees/", FEES | changed)
    page = answer.content.decode()
    assert f'<span class="score-number">{amount}</span>' in page
    assert "政令の原文とまだくらべていません" in page
    assert answer.headers["Cache-Control"] == "no-store"
    assert "sessionid" not in client.cookies


def test_a_band_that_the_table_does_not_have_is_asked_for_again() -> None:
    answer = Client().post("/childcare/fees/", FEES | {"band": "99"})
    assert answer.status_code == 422
    assert 'class="error-summary"' in answer.content.decode()


def test_a_nursery_tells_a_closed_day_and_families_and_the_rule_of_opening_know_it() -> None:
    facility = make_facility()
    teacher, family = client_of(make_teacher(facility)), Client()
    day = civil_date(timezone.now()) + timedelta(days=2)
    add, page = f"/nursery/{facility.pk}/add/hours/", f"/childcare/facilities/{facility.pk}/"
    assert teacher.post(add, {"day": day.isoformat(), "how": "other"}).status_code == 422
    assert teacher.post(add, {"day": day.isoformat(), "how": "closed"}).status_code == 302
    assert "いつもとちがう日" in family.get(page).content.decode()
    facility.place.refresh_from_db()
    told = read_exceptions(facility.place.hours_exceptions)
    assert [one.is_closed for one in told if one.holds_on(day)] == [True]
    other = {"day": day.isoformat(), "how": "other", "opens": "9:30", "closes": "16:00"}
    teacher.post(add, other)
    assert "9:30〜16:00" in family.get(page).content.decode()
    assert teacher.post(add, other | {"closes": "9:00"}).status_code == 422
    yesterday = (day - timedelta(days=3)).isoformat()
    assert teacher.post(add, {"day": yesterday, "how": "closed"}).status_code == 422
    teacher.post(add, {"day": day.isoformat(), "how": "usual"})
    facility.place.refresh_from_db()
    assert facility.place.hours_exceptions == []
