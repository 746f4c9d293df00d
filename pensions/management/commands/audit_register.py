"""Hold the control register against the database. Ends with 1 when something was changed, removed or put in."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from common.scoping import system
from pensions.control_register.tlog_proof import HEADER
from pensions.services import control_register, register_audit


class Command(BaseCommand):
    help = "Find rows that were changed, removed or put in underneath the control register."

    def add_arguments(self, parser):
        parser.add_argument(
            "--checkpoint",
            type=Path,
            action="append",
            default=[],
            help="a signed checkpoint, or a proof, that was kept elsewhere; may be given several times",
        )

    def handle(self, *, checkpoint: list[Path], **options):
        kept = [_note(path) for path in checkpoint]
        with system("audit of the control register"):
            damages = register_audit.audit(kept)
            document = {
                "entries": control_register.size(),
                "root": control_register.head(),
                "damages": [damage.as_dict() for damage in damages],
            }
        self.stdout.write(json.dumps(document, ensure_ascii=False, indent=2))
        if damages:
            raise SystemExit(1)


def _note(path: Path) -> str:
    """The checkpoint in the file; of a proof (c2sp.org/tlog-proof) the part below its blank line."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path}: cannot be read ({error})") from None
    return text.partition("\n\n")[2] if text.startswith(HEADER) else text
