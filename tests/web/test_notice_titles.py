"""A notice has a title of its own: a bare "there is news" leaves a person guessing."""

import re
from pathlib import Path

from web.notice_texts import NOTICE_TITLES

ROOMS = ("accounts", "disability_card", "childcare", "tourism")
GIVEN = re.compile(r'(?:put_notice\([^)]*?kind=|_tell\(\w+, )"([\w.-]+)"', re.DOTALL)


def given_kinds() -> set[str]:
    files = (path for room in ROOMS for path in Path(room).rglob("*.py"))
    return {kind for path in files for kind in GIVEN.findall(path.read_text())}


def test_every_kind_of_notice_has_a_title() -> None:
    assert {"card.revoke", "counter.start", "childcare.papers"} <= given_kinds()
    assert given_kinds() <= set(NOTICE_TITLES)
