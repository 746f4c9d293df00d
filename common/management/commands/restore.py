"""Restore a backup into an empty place and compare counts, sums, register root and journal head."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from common import backup
from common.backup.layout import read_private
from common.scoping import system


class Command(BaseCommand):
    help = "Fills the empty databases and the folder of files that the environment names. Ends with 1 on a difference."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("name", nargs="?", help="a backup of the folder; the newest unless told")
        parser.add_argument("--folder", type=Path, default=settings.BACKUP_DIR, help="default: KOZOT_BACKUPS")
        parser.add_argument("--key", type=Path, required=True, help="the file that backup_key wrote")

    def handle(self, *, name: str | None, folder: Path, key: Path, **options):
        try:
            with system("restore"):
                done = backup.restore(
                    repository=backup.Repository(folder),
                    private=read_private(key),
                    name=name,
                    tell=lambda step: self.stderr.write(f"… {step}"),
                )
        except backup.Damaged as error:
            raise CommandError(str(error)) from None
        self.stdout.write(
            f"{done.name}: {done.compared} facts compared, {len(done.differences)} differ; {done.files} files; "
            f"{done.erased_again} keys destroyed again"
        )
        for line in done.differences:
            self.stderr.write(line)
        for address in done.absent_files:
            self.stderr.write(f"file {address} is not in the backup")
        for ring in done.absent_ring:
            self.stderr.write(
                f"Key {ring} is not in KOZOT_KEYRING: what it wraps stays shut until it is. Nothing is lost."
            )
        if not done.whole or done.absent_ring:
            raise SystemExit(1)
        self.stdout.write("Now `manage.py migrate`, if this Kozot is newer than the backup.")
