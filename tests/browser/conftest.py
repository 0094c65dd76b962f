"""Gives the tests of this folder the harness's fixtures."""

from tests.browser.harness import browser, page_at, texts_are_compiled

__all__ = ["browser", "page_at", "texts_are_compiled"]
