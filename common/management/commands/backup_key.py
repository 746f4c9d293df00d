"""Make the pair of keys of the backups. The private one goes where the installation is not."""

import base64
import os
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from common.keys.vault import check_digits, new_pair


class Command(BaseCommand):
    help = "Writes a private backup key to FILE and prints the public one, which KOZOT_BACKUP_TO names."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="FILE")

    def handle(self, *, file: Path, **options):
        private, public = new_pair()
        try:
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}. A key is never written over another.") from None
        with os.fdopen(descriptor, "w") as target:
            target.write(f"kozot backup key {check_digits(public)}\n{base64.b64encode(private).decode()}\n")
        self.stdout.write(f"KOZOT_BACKUP_TO={public}")
        self.stderr.write(
            f"Its digits: {check_digits(public)}. Take {file} off this machine, to two places at least: without it "
            "no backup opens. The secrets of the installation (KOZOT_KEYRING, KOZOT_INDEX_KEY) go apart, too."
        )
