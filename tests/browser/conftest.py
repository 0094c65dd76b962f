"""Gives the tests of this folder the harness's fixtures."""

from tests.browser.harness import browser, page_at, texts_are_compiled
from tests.browser.town import signed_in, town

__all__ = ["browser", "page_at", "signed_in", "texts_are_compiled", "town"]
