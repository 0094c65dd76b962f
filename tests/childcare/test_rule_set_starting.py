"""A file to start a city's own table from: every row stays, what only the city knows is open."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from django.test import Client

from accounts.models import Role
from childcare.rule_set_publication import publication_problems
from childcare.rule_sets.loading import load_rule_set, sha256_of
from childcare.rule_sets.problems import RuleSetRefused
from childcare.rule_sets.reading import read_text
from childcare.rule_sets.starting import draft_from
from childcare.shipped_rule_sets import shipped_tables
from tests.childcare.published import published, submitted
from tests.childcare.rule_set_files import DEMO, as_file, make_tree
from tests.disability_card.factories import CITY, make_staff


def draft(content: bytes, **override: Any) -> bytes:
    good: dict[str, Any] = {"municipality": CITY, "city": "佐久市", "heading": ["下書き"]}
    return draft_from(content, **(good | override))


@pytest.mark.parametrize("path", [one.path for one in shipped_tables()], ids=lambda one: one.stem)
def test_a_draft_has_the_rows_of_the_table_that_it_was_made_from(path: Path) -> None:
    old: Any = read_text(path.read_bytes()).tree
    new: Any = read_text(draft(path.read_bytes())).tree
    assert {**old, "meta": None} == {**new, "meta": None}
    assert new["meta"]["municipality"] == CITY
    assert new["meta"]["effective"] == {"from": None, "to": None}
    assert new["meta"].get("gaps") == old["meta"].get("gaps")


@pytest.mark.django_db
def test_a_draft_is_taken_in_and_cannot_be_published_before_its_days_are_written() -> None:
    row = submitted(draft(DEMO.read_bytes()))
    assert (row.status, row.is_demo) == ("draft", False)
    assert [one.code for one in publication_problems(row)] == ["no-dates"]


def test_a_table_without_an_order_of_ties_is_refused_with_the_place_to_write_it() -> None:
    path = next(one.path for one in shipped_tables() if one.code == "koshigaya-r8")
    with pytest.raises(RuleSetRefused) as refused:
        load_rule_set(draft(path.read_bytes()))
    assert {one.code for one in refused.value.problems} == {"tie-not-unique"}


def test_a_draft_of_the_city_s_own_table_is_to_follow_it() -> None:
    own: Any = yaml.safe_load(draft(as_file(make_tree())))
    assert own["meta"]["supersedes"] == "t-1"
    other: Any = yaml.safe_load(draft(as_file(make_tree()), municipality="202088", city="小諸市"))
    assert "supersedes" not in other["meta"]


@pytest.mark.django_db
def test_staff_get_a_file_to_start_from_on_the_page_of_tables() -> None:
    row, client = published(), Client()
    client.force_login(make_staff(Role.CHILDCARE_CLERK))
    page = client.get("/staff/rule-sets/").content.decode()
    for address in (f"/staff/rule-sets/{row.pk}/draft/", "/staff/rule-sets/shipped/koshigaya-r8/"):
        assert address in page
        answer = client.get(address)
        assert (answer.status_code, "attachment" in answer["Content-Disposition"]) == (200, True)
        assert yaml.safe_load(answer.content)["meta"]["city"] == "佐久市"
    whole = client.get(f"/staff/rule-sets/{row.pk}/file/")
    assert sha256_of(whole.content) == row.sha256
    assert client.get("/staff/rule-sets/shipped/none/").status_code == 404
    stranger = Client()
    stranger.force_login(make_staff(Role.CHILDCARE_CLERK, municipality="202088"))
    assert stranger.get(f"/staff/rule-sets/{row.pk}/file/").status_code == 404
