"""Days on Japanese pages are said as people say them; the one way is web/dates.py."""

import re
from datetime import date
from pathlib import Path

from django.conf import settings
from django.utils.translation import override

from jp.eras import read_date
from web.dates import date_as_text, date_to_type
from web.forms.staff import JapaneseDateField

DAY = date(2027, 4, 1)
TEMPLATES = sorted((Path(settings.BASE_DIR) / "web" / "templates").rglob("*.html"))


def test_a_day_in_a_sentence_has_its_era() -> None:
    assert date_as_text(DAY, "ja") == "2027年4月1日（令和9年）"
    assert date_as_text(DAY, "en") == "1 April 2027"


def test_a_day_that_stands_in_a_form_is_read_back() -> None:
    with override("ja"):
        assert JapaneseDateField().prepare_value(DAY) == "令和9年4月1日"
    with override("en"):
        assert JapaneseDateField().prepare_value(DAY) == "2027-04-01"
    for language in ("ja", "ja-easy", "en"):
        assert read_date(date_to_type(DAY, language)) == DAY


def test_no_template_writes_a_day_as_machines_do() -> None:
    """But in the value of a field, which nobody reads."""
    written = re.compile(r"\|date:.Y-m-d")
    found = [
        f"{path.name}: {line.strip()[:80]}"
        for path in TEMPLATES
        for line in path.read_text(encoding="utf-8").splitlines()
        for at in [written.search(line)]
        if at and not re.search(r'(value|min|max|datetime)="\{\{[^}]*$', line[: at.start()])
    ]
    assert found == []
