"""きょう: what waits for a member of staff, and the menu under the city's sections."""

import pytest
from django.test import Client

from accounts.models import Role, User
from disability_card.models import LedgerImport, LedgerImportState
from tests.disability_card.factories import CITY, NOW, make_staff, make_user
from web.doors import STAFF
from web.staff_menu import _SECTIONS

pytestmark = pytest.mark.django_db


def make_import(submitted_by: User, *, city: str = CITY) -> LedgerImport:
    return LedgerImport.objects.create(
        municipality=city, file_name="ledger.csv", file_sha256="0" * 64,
        state=LedgerImportState.CHECKED, submitted_by=submitted_by, submitted_at=NOW, summary={},
    )  # fmt: skip


def home(user: User) -> str:
    client = Client()
    client.force_login(user)
    answer = client.get("/staff/")
    assert answer.status_code == 200, answer.headers
    return answer.content.decode()


def test_who_approves_ledgers_sees_that_one_waits() -> None:
    make_import(make_staff(Role.CARD_CLERK))
    page = home(make_staff(Role.CARD_APPROVER))
    assert "承認を待っている台帳" in page
    assert "1件" in page


def test_who_works_for_the_city_finds_the_work_on_the_page_where_one_arrives() -> None:
    doors = []
    for user in (make_staff(Role.CARD_CLERK), make_user()):
        client = Client()
        client.force_login(user)
        doors.append([door.route for door in client.get("/my/").context["work_doors"]])
    assert doors == [["staff-home"], []]


def test_who_cannot_do_the_work_is_not_told_of_it() -> None:
    make_import(make_staff(Role.CARD_CLERK))
    assert "承認を待っている台帳" not in home(make_staff(Role.CHILDCARE_CLERK))


def test_who_has_every_role_sees_every_kind_of_work_counted() -> None:
    make_import(make_staff(Role.CARD_CLERK))
    assert "1件" in home(make_staff(*Role))


def test_another_citys_work_is_not_counted() -> None:
    make_import(make_staff(Role.CARD_CLERK), city="202011")
    assert "承認を待っている台帳" not in home(make_staff(Role.CARD_APPROVER))


def test_each_section_of_the_menu_holds_doors_that_exist_and_none_twice() -> None:
    named = [route for _title, routes in _SECTIONS for route in routes]
    assert len(named) == len(set(named))
    assert {door.route for door in STAFF} <= set(named)
