"""Who gets what from every address: each (method, route) asked by each kind of caller.

``matrix/`` is the law, a file for each module of views; this file asks. After a change that is
meant, write it anew with ``KAITEKI_WRITE_MATRIX=1 python -m pytest tests/test_matrix.py -n 0`` and
review what it says. Callers and rows are made in ``matrix_world.py``, rows of a room's own in
``matrix_rows/``.
The answers: ``sees`` (the person's card or the city's rows are in the answer), ``in`` (let in,
and nothing of them is there), ``login`` (led to the sign-in page), 401, 403, 404, 405.
"""

import json
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from tests.matrix_page import PAGE, make_page
from tests.matrix_world import MARK, World
from tests.test_routes import own_routes

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
TABLES: Final = Path(__file__).with_name("matrix")
WRITING: Final = os.environ.get("KAITEKI_WRITE_MATRIX") == "1"
# Only where the demo is on, which cannot be together with production.
DEMO: Final = {"web.views.demo", "web.views.demo_sign_in"}
DOOR: Final = {"not-allowed", "sign-in-first", "device-profile", "may-not-act-for",
               "device-not-accepted"}  # fmt: skip
LOGIN: Final = ("/account/login/", "/data-care/login/")


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Stand for all questions; each is asked inside a savepoint."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield World()
        transaction.set_rollback(True)


def kind_of(answer: Any) -> str:
    status: int = answer.status_code
    assert status < 500
    content = b"".join(answer) if answer.streaming else answer.content
    if status == 302 and answer["Location"].startswith(LOGIN):
        return "login"
    if status in {401, 403} and "problem+json" in answer["Content-Type"]:
        return str(status) if json.loads(content)["code"] in DOOR else "in"
    if status in {401, 403, 404, 405}:
        return str(status)
    escaped = MARK.encode("unicode_escape")
    return "sees" if MARK.encode() in content or escaped in content else "in"


def questions() -> list[tuple[str, str]]:
    found = [("GET", "data-care/")]
    for pattern, view in own_routes():
        if getattr(view, "__module__", "") in DEMO:
            continue
        rest = getattr(view, "cls", None)
        if rest is None:
            found += [("GET", pattern), ("POST", pattern)]
        else:
            found += [
                (name, pattern)
                for name in ("GET", "POST", "PUT", "PATCH", "DELETE")
                if hasattr(rest, name.lower())
            ]
    return found


def file_of(pattern: str) -> str:
    """Return the name of the file in which the answers of ``pattern`` stand."""
    return (
        next((view.__module__ for known, view in own_routes() if known == pattern), "api.urls")
        + ".json"
    )


@cache
def table() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for path in TABLES.glob("*.json"):
        found |= json.loads(path.read_text())
    return found


@pytest.mark.parametrize(("method", "pattern"), questions())
def test_each_caller_gets_what_the_table_says(world: World, method: str, pattern: str) -> None:
    address = world.address(pattern)
    given: dict[str, list[str]] = {}
    for caller in world.callers:
        given.setdefault(kind_of(world.ask(caller, method, address)), []).append(caller)
    told = {kind: ", ".join(callers) for kind, callers in sorted(given.items())}
    if WRITING:
        table()[f"{method} {pattern}"] = told
    else:
        assert told == table()[f"{method} {pattern}"]


def test_the_table_speaks_of_every_address_and_of_no_other() -> None:
    asked = {f"{method} {pattern}": file_of(pattern) for method, pattern in questions()}
    if WRITING:
        known = dict(table())
        TABLES.mkdir(exist_ok=True)
        for path in TABLES.glob("*.json"):
            path.unlink()
        for name in sorted(set(asked.values())):
            kept = {ask: known[ask] for ask in sorted(asked) if asked[ask] == name and ask in known}
            (TABLES / name).write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n")
        for gone in known.keys() - asked.keys():
            del table()[gone]
        PAGE.write_text(make_page())
    assert table().keys() == asked.keys()


def test_the_page_in_the_docs_says_what_the_tables_say() -> None:
    assert PAGE.read_text() == make_page(), "python -m tests.matrix_page"
