"""An application before a clerk: what may differ and what is told is chosen in words."""

import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import Role
from childcare.models import Application, FactCheck
from tests.childcare.applying.factories import fact, make_round, make_submitted
from tests.childcare.published import published
from tests.disability_card.factories import make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def one_factor_is_enough(settings: Any) -> None:
    settings.STAFF_NEED_SECOND_FACTOR = False


@pytest.fixture
def clerk() -> Client:
    client = Client()
    client.force_login(make_staff(Role.CHILDCARE_CLERK))
    return client


@pytest.fixture
def row() -> Application:
    return make_submitted(
        round_=make_round(rule_set=published()),
        facts=[fact("hours_month", 1160), fact("childbirth", True)],
    )


def address_of(row: Application) -> str:
    return f"/staff/childcare/applications/{row.pk}/"


def select_of(page: str, identifier: str) -> str:
    found = re.search(rf'<select[^>]* id="{identifier}".*?</select>', page, re.DOTALL)
    assert found is not None
    return found[0]


def test_a_paper_that_says_otherwise_is_chosen_in_words(clerk: Client, row: Application) -> None:
    page = clerk.get(address_of(row))
    field = next(one for one in page.context["fields"] if one["stored"] in ("true", "false"))
    other = {"true": "いいえ", "false": "はい"}[field["stored"]]
    shown = select_of(page.content.decode(), f"read-{field['number']}")
    assert f">{other}<" in shown
    assert f">{field['said']}<" not in shown  # the same again would be no difference

    differs = {"true": "false", "false": "true"}[field["stored"]]
    clerk.post(
        address_of(row) + "check/",
        {"revision": page.context["row"].revision, f"read-{field['number']}": differs},
    )
    told = clerk.get(address_of(row)).content.decode()
    assert f"{field['field']}: {field['said']} → {other}" in told
    assert FactCheck.objects.get().differences[0]["read"] == differs


def test_a_told_fact_is_asked_for_in_its_own_field(clerk: Client, row: Application) -> None:
    first = clerk.get(address_of(row))
    assert 'id="tell-value"' not in first.content.decode()
    kinds = set()
    for one in first.context["facts"]:
        page = clerk.get(address_of(row), {"tell": one["key"]})
        telling, text = page.context["telling"], page.content.decode()
        kinds.add(bool(telling["choices"]))
        assert ('<select id="tell-value"' in text) is bool(telling["choices"])
        assert ('id="tell-guardian"' in text) is one["key"].endswith("|guardian")
    assert kinds == {True, False}
    assert clerk.get(address_of(row), {"tell": "nothing|child"}).context["telling"] is None


def test_a_told_choice_reaches_the_application(clerk: Client, row: Application) -> None:
    key = "single_parent|household"
    value, words = clerk.get(address_of(row), {"tell": key}).context["telling"]["choices"][0]
    clerk.post(address_of(row) + "tell/", {"fact": key, "value": value, "channel": "phone"})
    fields = clerk.get(address_of(row)).context["fields"]
    assert ("家族・ひとり親", words) in [(one["field"], one["said"]) for one in fields]
    assert "1,160" in [one["said"] for one in fields]
