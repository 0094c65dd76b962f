"""Point tables and tried scores by API: public, exact, and nothing is written."""

import hashlib
from typing import Any

import jsonschema
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from childcare.rule_sets.reading import read_text
from childcare.views.scoring import PREVIEWS
from tests.childcare.published import published, submitted, version
from tests.childcare.rule_set_files import DEMO, FOLDER

pytestmark = pytest.mark.django_db
URL = "/api/v1/childcare"
FACTS = [
    {"subject": "guardian:1", "name": "activity", "value": "work"},
    {"subject": "guardian:1", "name": "hours_month", "value": 160},
    {"subject": "guardian:2", "name": "activity", "value": "work"},
    {"subject": "guardian:2", "name": "hours_month", "value": 120},
    {"subject": "facility", "name": "sibling_here", "value": True},
]


def post(body: dict[str, Any], **headers: str) -> Any:
    return Client(headers=headers).post(
        f"{URL}/score-previews", body, content_type="application/json"
    )


def test_a_tried_score_names_each_line_with_the_facts_that_fired_it() -> None:
    published()
    answer = post({"facts": FACTS})
    assert answer.status_code == 200
    told = answer.json()
    assert (told["points"], told["half_points"]) == ("42", {"numerator": 84, "denominator": 1})
    assert told["rule_set"]["is_demo"] is True
    assert [line["row"] for line in told["lines"]] == ["work_160", "work_120", "sibling_here"]
    assert told["lines"][0]["facts"][1]["value"] == 160
    assert {one["document"] for one in told["documents"]} == {"employment_certificate"}
    assert told["promises_nothing"] == "入れることを約束するものではありません。"


def test_trying_a_score_writes_nothing_but_that_somebody_tried() -> None:
    published()
    with CaptureQueriesContext(connection) as queries:
        post({"facts": FACTS})
    assert queries
    (written,) = [one["sql"] for one in queries if not one["sql"].startswith("SELECT")]
    assert written.startswith("INSERT INTO core_trycount")  # a digest, a number, an hour


def test_labels_come_in_the_readers_language() -> None:
    published()
    told = post({"facts": FACTS}, **{"accept-language": "en"}).json()
    assert told["lines"][0]["label"] == "160 hours a month or more"
    assert told["promises_nothing"] == "This does not promise a place."


def test_a_reference_is_tried_with_its_gaps_named() -> None:
    row = submitted((FOLDER / "koshigaya-r8.yaml").read_bytes())
    told = post({"facts": FACTS[:4], "rule_set": str(row.pk)}).json()
    assert told["points"] == "38"
    assert any("同点" in gap for gap in told["gaps"])


def test_a_draft_is_nobodys_to_try_or_read() -> None:
    row = submitted(DEMO.read_bytes())
    assert post({"facts": FACTS, "rule_set": str(row.pk)}).status_code == 404
    assert Client().get(f"{URL}/rule-sets/{row.pk}").status_code == 404


def test_without_a_published_table_the_answer_says_so() -> None:
    answer = post({"facts": FACTS})
    assert (answer.status_code, answer.json()["code"]) == (409, "no-rule-set-in-force")


@pytest.mark.parametrize(
    "fact",
    [
        pytest.param({"subject": "guardian:1", "name": "hours_month", "value": 7.5}, id="float"),
        pytest.param({"subject": "guardian:9", "name": "hours_month", "value": 7}, id="subject"),
        pytest.param({"subject": "guardian:1", "name": "activity", "value": "sing"}, id="value"),
        pytest.param({"subject": "guardian:1", "name": "hours_month", "value": None}, id="none"),
        pytest.param({"subject": "guardian:1", "name": "hours_month", "value": {}}, id="object"),
    ],
)
def test_what_is_no_fact_is_refused_with_its_place(fact: dict[str, Any]) -> None:
    published()
    answer = post({"facts": [fact]})
    assert answer.status_code in {400, 422}
    assert answer["Content-Type"] == "application/problem+json"


def test_trying_is_limited_for_each_address() -> None:
    published()
    answers = [post({"facts": []}).status_code for _ in range(PREVIEWS.tries + 1)]
    assert set(answers[:-1]) == {200}
    assert answers[-1] == 429


def test_the_tables_are_listed_and_the_file_has_the_hash_that_was_published() -> None:
    row = published()
    submitted((FOLDER / "susono.yaml").read_bytes())
    submitted(version("draft", "2041-04-01", "2042-03-31"))
    listed = Client().get(f"{URL}/rule-sets").json()
    assert {one["status"] for one in listed["results"]} == {"published", "reference"}
    found = Client().get(f"{URL}/rule-sets/{row.pk}")
    content = found.json()["content"].encode()
    assert hashlib.sha256(content).hexdigest() == found.json()["sha256"] == row.sha256
    again = Client().get(f"{URL}/rule-sets/{row.pk}", headers={"if-none-match": found["ETag"]})
    assert again.status_code == 304


def test_the_schema_that_is_served_holds_the_file_that_is_served() -> None:
    schema = Client().get(f"{URL}/rule-set-schema").json()
    jsonschema.Draft202012Validator(schema).validate(read_text(DEMO.read_bytes()).tree)
