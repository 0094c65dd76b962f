"""Every test, on both engines: ``python -m tests.run_all`` (what ``make test`` calls).

The first pass runs all but the PostgreSQL tests on SQLite. The second runs, on a private
PostgreSQL cluster, every test that touches the database (mark ``django_db`` or ``postgres``).
"""

import os
import subprocess
import sys

from tests.private_postgres import NoPostgres, private_cluster


def pytest_pass(*arguments: str, suites: str, environment: dict[str, str]) -> int:
    env = os.environ | environment | {"KAITEKI_SUITES": suites}
    command = [sys.executable, "-m", "pytest", "-q", *arguments]
    print("$", " ".join(command[1:]), flush=True)
    return subprocess.run(command, env=env, check=False).returncode


def main() -> int:
    """Return 0 where every pass that can run here is green."""
    results = [
        pytest_pass("-n", "2", "-m", "not browser", suites="softhsm node", environment={}),
        pytest_pass("-m", "browser", suites="browser", environment={}),
    ]
    try:
        with private_cluster() as url:
            results.append(
                pytest_pass(
                    "-n", "2", "-m", "(django_db or postgres) and not browser",
                    # Its requests end as a real server's do, which closes the test's connection.
                    "--ignore=tests/test_api_fuzz.py",
                    # Who may what is decided before a row is read: once is enough.
                    "--ignore=tests/test_matrix.py",
                    suites="postgres",
                    environment={"KAITEKI_DATABASE_URL": url},
                )
            )  # fmt: skip
    except NoPostgres as missing:
        print(f"Left out: every PostgreSQL test ({missing}).", flush=True)
        results.append(1 if os.environ.get("CI") == "true" else 0)
    return max(results)


if __name__ == "__main__":
    sys.exit(main())
