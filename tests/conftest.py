"""Resources that tests of every room share. Data are made by functions, not by fixtures."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.backends.sqlite3.creation import DatabaseCreation
from django.test import TransactionTestCase
from hypothesis import HealthCheck, settings as hypothesis_settings

from core.append_only import install, remove
from tests.database_template import create_test_db

DatabaseCreation.create_test_db = create_test_db  # type: ignore[assignment]

# An example that takes long says that the machine is busy. All else is as Hypothesis chooses: with
# CI=true the same examples each time.
hypothesis_settings.register_profile(
    "patient",
    hypothesis_settings(),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
hypothesis_settings.load_profile("patient")

# Table -> its unique keys, as `core.append_only.install` takes them.
APPEND_ONLY = {
    "accounts_consent": "id",
    "core_auditevent": "id",
    "core_auditseal": "number",
    "core_auditleaf": "event_id",
    "childcare_allocation": "id",
    "childcare_applicationversion": "id",
    "childcare_approval": "id",
    "childcare_blockingfamily": "id",
    "childcare_decision": "id",
    "childcare_factcheck": "id",
    "tourism_account": "id campaign_id+kind+ref",
    "tourism_txn": "id reverses_id kind+key",
    "tourism_posting": "txn_id+account_id",
    "tourism_redemption": "txn_id device_id+key",
    "tourism_reversal": "redemption_id txn_id",
    "tourism_offlinesale": "id lease_id+number",
}


@pytest.fixture(scope="session", autouse=True)
def own_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keys and documents of the tests live in a folder of their own."""
    folder = Path(tmp_path_factory.mktemp("var"))
    before = settings.KEYS_DIR, settings.KEY_RING, settings.DOCUMENTS_DIR
    settings.KEYS_DIR = folder / "keys"
    settings.KEY_RING = str(folder / "key-ring")
    settings.DOCUMENTS_DIR = folder / "documents"
    yield
    settings.KEYS_DIR, settings.KEY_RING, settings.DOCUMENTS_DIR = before
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(autouse=True)
def empty_limits() -> Iterator[None]:
    """Limits of one test do not reach into the next."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(scope="session", autouse=True)
def audit_trail_can_be_emptied() -> Iterator[None]:
    """Tests that commit are followed by a flush, which the append-only tables would refuse."""
    flush = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]

    def unguarded_flush(self: TransactionTestCase) -> None:
        with connection.schema_editor() as editor:
            for table in APPEND_ONLY:
                remove(table)(None, editor)
        flush(self)
        with connection.schema_editor() as editor:
            for table, key in APPEND_ONLY.items():
                install(table, key=key)(None, editor)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", unguarded_flush)
        yield
