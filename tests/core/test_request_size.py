"""No form of gigabytes reaches the disk, whoever sends it and whatever the route."""

import pytest
from django.test import Client

from accounts.models import Role
from tests.disability_card.factories import make_staff
from tests.huge_forms import (
    MIB,
    TWO_GB,
    EndlessForm,
    file_head,
    little_memory_and_no_file,
    streamed,
)

pytestmark = pytest.mark.django_db


def test_a_strangers_gigabytes_are_refused_before_anybody_asks_who_they_are() -> None:
    form, client = EndlessForm(file_head("a.csv")), Client(enforce_csrf_checks=True)
    # The check against forged forms needs its cookie; without one nobody reads the form.
    client.get("/childcare/visits/booking/")
    with little_memory_and_no_file(4 * MIB):
        answer = client.request(PATH_INFO="/childcare/visits/booking/", **streamed(form, TWO_GB))
    assert (answer.status_code, form.bytes_read) == (400, 0)


def test_an_api_route_for_files_answers_with_its_code() -> None:
    client = Client()
    client.force_login(make_staff(Role.CHILDCARE_CLERK))
    form = EndlessForm(file_head("a.csv"))
    with little_memory_and_no_file(4 * MIB):
        answer = client.request(
            PATH_INFO="/api/v1/staff/childcare/capacities", **streamed(form, TWO_GB)
        )
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")
    assert form.bytes_read == 0
