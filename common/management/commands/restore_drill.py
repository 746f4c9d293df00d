"""Restore the newest backup into a place of its own, compare, verify journal and register there, and forget it."""

import contextlib
import os
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from common import backup, clock

STEPS = (["restore"], ["verify_journal"], ["audit_register"])


class Command(BaseCommand):
    help = "Shows that a backup restores: into a temporary database and folder. Ends with 1 when anything differs."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("name", nargs="?", help="a backup of the folder; the newest unless told")
        parser.add_argument("--folder", type=Path, default=settings.BACKUP_DIR, help="default: KOZOT_BACKUPS")
        parser.add_argument("--key", type=Path, required=True, help="the file that backup_key wrote")
        parser.add_argument(
            "--server", help="PostgreSQL that may make databases; the installation's unless told"
        )

    def handle(self, *, name: str | None, folder: Path, key: Path, server: str | None, **options):
        try:
            chosen = backup.Repository(folder).choose(name)
        except backup.Damaged as error:
            raise CommandError(str(error)) from None
        start, words = (
            time.monotonic(),
            ["--folder", str(folder.resolve()), "--key", str(key.resolve()), chosen.name],
        )
        with tempfile.TemporaryDirectory(prefix="kozot-drill-") as place, _database(server) as address:
            environment = os.environ | _settings() | {"KOZOT_VAR": place, "DATABASE_URL": address}
            for step in STEPS:
                command = [
                    sys.executable,
                    str(settings.BASE_DIR / "manage.py"),
                    *step,
                    *(words if step == ["restore"] else ()),
                ]
                done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)  # noqa: S603
                self.stdout.write(
                    f"{step[0]}: {'ok' if not done.returncode else 'FAILED'}\n{done.stdout.rstrip()}"
                )
                if done.returncode:
                    self.stderr.write(done.stderr.rstrip()[-3000:])
                    raise SystemExit(1)
        seconds = time.monotonic() - start
        with contextlib.suppress(OSError):  # a drill may read a backup that it must not write to
            (chosen / "drilled").write_text(f"{clock.now().isoformat()} {seconds:.1f} s\n")
        self.stdout.write(f"The backup {chosen.name} restores: {seconds:.1f} s.")


def _settings() -> dict[str, str]:
    """The drill runs with this installation's secrets, whatever made them."""
    return {
        "KOZOT_SECRET_KEY": settings.SECRET_KEY,
        "KOZOT_KEYRING": settings.KEYRING,
        "KOZOT_INDEX_KEY": settings.INDEX_KEY,
        "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"],
    }


@contextlib.contextmanager
def _database(server: str | None):
    """Address of a database that lives as long as the drill; empty for SQLite, which has its folder."""
    if connection.vendor != "postgresql" and not server:
        yield ""
        return
    parts = urlsplit(server or os.environ["DATABASE_URL"])
    drill = f"kozot_drill_{uuid.uuid4().hex[:12]}"
    known = urlencode([pair for pair in parse_qsl(parts.query) if pair[0] != "conn_max_age"])
    with psycopg.connect(parts._replace(query=known).geturl(), autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{drill}"')
        try:
            yield parts._replace(path=f"/{drill}").geturl()
        finally:
            admin.execute(f'DROP DATABASE IF EXISTS "{drill}" WITH (FORCE)')
