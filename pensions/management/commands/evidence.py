"""Write the evidence of one certificate into a folder: all that is needed to check it."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from common.errors import KozotError
from pensions.services.evidence import write_evidence


class Command(BaseCommand):
    help = (
        "Write a certificate with all that proves it into a folder (docs/certificate-format.md, section 12)."
    )

    def add_arguments(self, parser):
        parser.add_argument("number", help="public number of the certificate")
        parser.add_argument("--output", type=Path, required=True, help="folder to write into")

    def handle(self, *, number: str, output: Path, **options):
        try:
            manifest = write_evidence(number=number, folder=output)
        except KozotError as error:
            raise CommandError(f"{number}: {error}") from None
        except OSError as error:
            raise CommandError(f"{output}: cannot be written ({error.strerror})") from None
        self.stdout.write(json.dumps(manifest, indent=2))
