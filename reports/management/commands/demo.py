import json
import time
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from common.scoping import system
from reports.demo import case, cast, certificate, measures, registry, report
from reports.demo.stage import Stage

STEPS = [
    ("A work-record file is imported", registry.import_file),
    ("A record becomes a statement", registry.state_record),
    ("A certificate is issued and checked", certificate.issue_and_check),
    ("A case is helped to its outcome", case.help_somebody),
    ("A measure is led through its pilot", measures.lead),
    ("Indicators are computed", report.compute),
    ("The report is published", report.publish),
]


class Command(BaseCommand):
    help = "Does the main job from end to end on an empty installation, and prints each step."

    def add_arguments(self, parser):
        parser.add_argument("--inline", action="store_true", help="run jobs here, without a worker")

    def handle(self, *, inline: bool, **options):
        if not settings.DEMO and not inline:
            raise CommandError(
                "The demo runs only where KOZOT_DEMO=1 is set: it makes people with known passwords."
            )
        folder = Path(settings.VAR_DIR) / "results"
        folder.mkdir(parents=True, exist_ok=True)
        with system("demo"):
            stage = Stage(cast.make(), folder, inline)
            for number, (title, step) in enumerate(STEPS, start=1):
                started = time.monotonic()
                result = step(stage)
                self.stdout.write(f"{number}. {title} ({time.monotonic() - started:.1f} s)\n   {result}")
                self.stdout.flush()
        logins = Path(settings.VAR_DIR) / "logins.json"
        logins.write_text(json.dumps(cast.logins(), ensure_ascii=False, indent=1), encoding="utf-8")
        self.stdout.write(
            f"What people would hold in their hands lies in {folder.name}/ of the demo's folder."
        )
