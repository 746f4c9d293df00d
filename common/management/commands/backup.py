"""Take a backup of databases and files, sealed to the public key of the backups."""

import json
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from common import backup
from common.scoping import system


class Command(BaseCommand):
    help = "Takes a backup while the site works. Ends with 1 when a file of the registry is not on disk."

    def add_arguments(self, parser):
        parser.add_argument("--folder", type=Path, default=settings.BACKUP_DIR, help="default: KOZOT_BACKUPS")
        parser.add_argument("--keep", type=int, default=0, help="remove all but so many of the newest")
        parser.add_argument("--facts", action="store_true", help="print the counts and sums too (JSON)")

    def handle(self, *, folder: Path, keep: int, **options):
        if not settings.BACKUP_TO:
            raise CommandError(
                "KOZOT_BACKUP_TO names no public key. `manage.py backup_key FILE` makes a pair: the public key goes "
                "into the environment of this installation, the file to a safe place."
            )
        try:
            with system("backup"):
                taken = backup.take(
                    repository=backup.Repository(folder), public=settings.BACKUP_TO, keep=keep
                )
        except backup.Damaged as error:
            raise CommandError(str(error)) from None
        if options["facts"]:
            self.stdout.write(json.dumps(taken.facts, indent=2))
        self.stdout.write(
            f"{folder / taken.name}: {taken.size:,} bytes, {taken.files} files ({taken.new_files} new); "
            f"removed {len(taken.pruned)} older"
        )
        for address in taken.absent_files:
            self.stderr.write(f"file {address} is not on disk")
        if taken.absent_files:
            raise SystemExit(1)
