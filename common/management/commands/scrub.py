"""Make a copy of this installation for developers, in which nobody is found again."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from common.journal import services as journal
from common.journal.models import Verb
from common.scoping import system
from common.scrub import Refusal, scrub


class Command(BaseCommand):
    help = (
        "Copies this installation into FOLDER as fields are classified: names, numbers, words and files are invented, "
        "keys, tokens, sessions and the journal stay here. The installation is only read."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "folder", type=Path, metavar="FOLDER", help="a new one; becomes KOZOT_VAR of the copy"
        )
        parser.add_argument(
            "--database", default="", help="on PostgreSQL: address of an empty database for the copy"
        )

    def handle(self, *, folder: Path, database: str, **options):
        with system("scrub"):
            journal.record(by=None, verb=Verb.EXPORTED, action="scrub")
            try:
                done = scrub(folder=folder, server=database, tell=lambda step: self.stderr.write(f"… {step}"))
            except Refusal as error:
                raise CommandError(str(error)) from None
        self.stdout.write(
            f"{folder}: {done.rows:,} rows of {done.tables} tables; {done.left_out} tables left out"
        )
        for line in done.told:
            self.stdout.write(line)
        where = f"KOZOT_VAR={folder}" + (" DATABASE_URL=…" if database else "")
        self.stdout.write(f"Serve it with {where} KOZOT_DEMO=1 manage.py runserver")
