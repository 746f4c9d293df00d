"""Test-only: a migrated SQLite database is kept as a file, so that not every run of a few tests migrates anew.

The file's name holds a digest of all that migrations are made of; `post_migrate` is sent all the same, so
triggers and tables of codes are those of today's code. PostgreSQL is always migrated.
"""

import fcntl
import hashlib
import sqlite3
from contextlib import closing, contextmanager
from pathlib import Path

import django
from django.conf import settings
from django.core.management.sql import emit_post_migrate_signal
from django.db.backends.sqlite3.creation import DatabaseCreation

FOLDER = Path(settings.BASE_DIR) / "var" / "templates"
HELPERS = ("common/operations.py", "common/partitions.py", "common/search.py", "pensions/folding.py")
KEPT = 6

_create_test_db = DatabaseCreation.create_test_db


def digest() -> str:
    """Of Django's version, every migration of ours, and the code that migrations call."""
    root = Path(settings.BASE_DIR)
    files = sorted(root.glob("*/migrations/*.py")) + sorted(root.glob("*/*/migrations/*.py"))
    found = hashlib.sha256(django.__version__.encode())
    for file in [*files, *(root / name for name in HELPERS)]:
        found.update(f"{file.relative_to(root)}\0".encode() + file.read_bytes())
    return found.hexdigest()[:16]


@contextmanager
def one_at_a_time():
    """Of several test processes the first migrates, the others wait for its file."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def create_test_db(self, verbosity=1, autoclobber=False, serialize=None, keepdb=False):
    alias = self.connection.alias
    with one_at_a_time():
        file = FOLDER / f"{alias}-{digest()}.sqlite3"
        if not file.exists():
            name = _create_test_db(self, verbosity, autoclobber, serialize, keepdb)
            keep(self.connection, file)
            return name
    name = self._get_test_db_name()
    self._create_test_db(verbosity, autoclobber, keepdb)
    self.connection.close()
    settings.DATABASES[alias]["NAME"] = self.connection.settings_dict["NAME"] = name
    self.connection.ensure_connection()
    with closing(sqlite3.connect(file)) as kept:
        kept.backup(self.connection.connection)
    emit_post_migrate_signal(verbosity=0, interactive=False, db=alias)
    return name


def keep(connection, file: Path) -> None:
    """Written beside and renamed, so that nobody reads half a file; the oldest templates go."""
    part = file.with_suffix(".part")
    part.unlink(missing_ok=True)
    connection.ensure_connection()
    with closing(sqlite3.connect(part)) as target:
        connection.connection.backup(target)
    part.replace(file)
    known = sorted(FOLDER.glob("*.sqlite3"), key=lambda one: one.stat().st_mtime)
    for old in known[:-KEPT]:
        old.unlink(missing_ok=True)


DatabaseCreation.create_test_db = create_test_db
