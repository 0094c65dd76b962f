"""Resources that tests of every room share. Data are made by functions, not by fixtures."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache


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
