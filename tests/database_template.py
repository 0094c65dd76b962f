"""Migrate a SQLite test database once, and copy it from then on.

Each pytest process makes a database of its own, and a hundred migrations cost more than most of
what it runs. The copy is kept under a name that holds a hash of every migration, so a changed one
makes a new copy. PostgreSQL migrates as always.
"""

import hashlib
import os
import sqlite3
import tempfile
from pathlib import Path
from typing import Any, Final

import django
from django.conf import settings
from django.db.backends.base.creation import BaseDatabaseCreation
from django.db.backends.sqlite3.creation import DatabaseCreation

# The migrations, and what they import.
_MADE_BY: Final = ("*/migrations/*.py", "core/append_only.py", "core/database_clock.py")


def template_path() -> Path:
    """Return where the copy of this tree's migrated database stands, whether it is there or not."""
    digest = hashlib.sha256(f"{django.__version__} {sqlite3.sqlite_version}".encode())
    for pattern in _MADE_BY:
        for path in sorted(settings.BASE_DIR.glob(pattern)):
            digest.update(path.name.encode() + path.read_bytes())
    name = f"kaiteki-test-database-{os.getuid()}-{digest.hexdigest()[:16]}.sqlite3"
    return Path(tempfile.gettempdir()) / name


def create_test_db(
    self: DatabaseCreation,
    verbosity: int = 1,
    autoclobber: bool = False,
    serialize: bool = True,
    keepdb: bool = False,
) -> str:
    """Stand in for Django's function of that name, for SQLite in memory or in a new file."""
    name: str = self._get_test_db_name()  # type: ignore[attr-defined]  # Django's own
    template = template_path()
    if not template.exists():
        name = BaseDatabaseCreation.create_test_db(
            self, verbosity=verbosity, autoclobber=autoclobber, serialize=serialize, keepdb=keepdb
        )
        _keep(self.connection, template)
        return name
    self.connection.close()
    settings.DATABASES[self.connection.alias]["NAME"] = name
    self.connection.settings_dict["NAME"] = name
    self.connection.ensure_connection()
    with sqlite3.connect(template) as source:
        source.backup(_raw(self.connection))
    source.close()
    return name


def _keep(connection: Any, template: Path) -> None:
    """Write the copy under a name of this process and move it: two may do so at once."""
    mine = template.with_suffix(f".{os.getpid()}")
    with sqlite3.connect(mine) as target:
        _raw(connection).backup(target)
    target.close()
    mine.replace(template)


def _raw(connection: Any) -> sqlite3.Connection:
    raw: sqlite3.Connection = connection.connection
    return raw
