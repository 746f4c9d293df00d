"""Write the trust bundle for offices without network, and the key that they pin."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand

from pensions.management.commands.verify import BUNDLE_FILE
from pensions.services.trust_bundle import make_bundle


class Command(BaseCommand):
    help = "Write the signed trust bundle, and the public key to be pinned, into a folder."

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path)

    def handle(self, *, folder: Path, **options):
        made = make_bundle()
        folder.mkdir(parents=True, exist_ok=True)
        (folder / BUNDLE_FILE).write_bytes(made.data)
        (folder / f"{made.kid}.pub").write_bytes(made.pinned)
        answer = {
            "bundle": str(folder / BUNDLE_FILE),
            "key": made.kid,
            "bytes": len(made.data),
            "valid_until": made.valid_until.isoformat(),
        }
        self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2))
