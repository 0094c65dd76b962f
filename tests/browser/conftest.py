"""Gives the tests of this folder the harness's fixtures, and a database of several connections."""

import pytest
from django.db import connection

from tests.browser.harness import browser, page_at, texts_are_compiled
from tests.browser.town import signed_in, town

__all__ = ["browser", "page_at", "signed_in", "texts_are_compiled", "town"]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """In memory the server's threads and the test share one connection, and so its transaction.

    A page's own requests then end each other's transactions, at random. A file is opened by each
    of them, as in a city.
    """
    if connection.vendor == "sqlite":
        path = tmp_path_factory.mktemp("database") / "browser.sqlite3"
        connection.settings_dict["TEST"]["NAME"] = str(path)
