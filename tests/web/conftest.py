"""Every test of the pages reads compiled texts."""

import pytest
from django.conf import settings

from web.catalogues import compile_catalogues


@pytest.fixture(scope="session", autouse=True)
def compiled_texts() -> None:
    compile_catalogues(settings.BASE_DIR)
