"""A pytest plugin: which suites run where, and a failure when one silently ran nothing.

``postgres`` tests run in the PostgreSQL pass only; the other pass leaves them out without a
skip line, because the second pass always follows (``tests.run_all``). ``KAITEKI_SUITES`` names
the marks that must each have run more than zero tests; with ``CI=true`` it is checked at the
end and fails the run.
"""

import os
from collections import Counter

import pytest

_ran: Counter[str] = Counter()
_SUITES = ("postgres", "browser", "softhsm", "node")


def on_postgres() -> bool:
    return os.environ.get("KAITEKI_DATABASE_URL", "").startswith("postgres")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if on_postgres():
        return
    left_out = [item for item in items if item.get_closest_marker("postgres")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker("postgres")]


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when == "call" and report.outcome != "skipped":
        _ran.update(suite for suite in _SUITES if suite in report.keywords)


def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workerinput"):
        return  # the controller of pytest-xdist counts
    expected = os.environ.get("KAITEKI_SUITES", "").split()
    empty = [suite for suite in expected if not _ran[suite]]
    if empty and session.exitstatus == pytest.ExitCode.OK:
        reporter = session.config.pluginmanager.get_plugin("terminalreporter")
        if reporter is not None:
            reporter.write_line(f"These suites ran no test: {', '.join(empty)}", red=True)
        if os.environ.get("CI") == "true":
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
