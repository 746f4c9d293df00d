"""Verify a certificate: the verdict as JSON, exit code 0 only when it is valid. See docs/howto/certificates.md."""

import json
import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from common import clock
from pensions.certificates.bundle import BundleError, open_bundle
from pensions.certificates.errors import KeyStoreError
from pensions.certificates.keys import load_public_key
from pensions.certificates.reading import MAX_FILE
from pensions.certificates.verify import verify
from pensions.services import verification
from pensions.words.verdicts import document

BUNDLE_FILE, PINNED_KEYS = "trust.bundle", "*.pub"


class Command(BaseCommand):
    help = "Verify a certificate given as PDF, PNG, JPEG or text of the code."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser):
        parser.add_argument("file", help="PDF, PNG, JPEG or a text file; - for standard input")
        parser.add_argument("--offline", action="store_true", help="ask no database, only the bundle")
        parser.add_argument("--bundle", type=Path, help=f"folder with {BUNDLE_FILE} and the pinned key")

    def handle(self, *, file: str, offline: bool, bundle: Path | None, **options):
        if offline and bundle is None:
            raise CommandError("--offline needs --bundle with the folder that make_bundle has written")
        data = _read(file)
        if offline:
            verdict = verify(data, _trust(bundle), at=clock.now())
        else:
            verdict = verification.verify_file(by=None, data=data)
        self.stdout.write(json.dumps(document(verdict), ensure_ascii=False, indent=2))
        if not verdict.valid:
            raise SystemExit(1)


def _read(file: str) -> bytes:
    try:
        data = sys.stdin.buffer.read(MAX_FILE + 1) if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise CommandError(f"{file}: cannot be read ({error.strerror})") from None
    return data


def _trust(folder: Path):
    try:
        keys = [load_public_key(path.read_bytes()) for path in sorted(folder.glob(PINNED_KEYS))]
        return open_bundle((folder / BUNDLE_FILE).read_bytes(), keys, at=clock.now())
    except OSError as error:
        raise CommandError(f"{folder}: {error.strerror}: {error.filename}") from None
    except (BundleError, KeyStoreError) as error:
        raise CommandError(f"{folder}: {error} ({error.code})") from None
