"""manage.py build_report --definition quarterly --period 2026-Q3 --by E-MAIL --output DIR"""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from common import files
from common.errors import KozotError
from common.scoping import system
from monitoring.periods import Period, PeriodError
from reports.enums import Format
from reports.models import ReportDefinition
from reports.services import editions


class Command(BaseCommand):
    help = "Takes a snapshot of a period and writes its documents into a folder."

    def add_arguments(self, parser):
        parser.add_argument("--definition", default="quarterly")
        parser.add_argument("--period", required=True)
        parser.add_argument("--language", default="ky,ru,en")
        parser.add_argument("--format", default=",".join(Format.values))
        parser.add_argument("--output", required=True, type=Path)
        parser.add_argument(
            "--by", required=True, help="e-mail of the person in whose name the edition is prepared"
        )

    def handle(self, *, definition, period, language, format, output, by, **options):
        if unknown := set(format.split(",")) - set(Format.values):
            raise CommandError(
                f"No such format: {', '.join(sorted(unknown))}. Known: {', '.join(Format.values)}"
            )
        output.mkdir(parents=True, exist_ok=True)
        try:
            with system("command build_report"):
                edition = editions.prepare(
                    by=User.objects.get_by_natural_key(by),
                    definition=ReportDefinition.everything.get(code=definition),
                    period=Period.parse(period),
                )
                for one in language.split(","):
                    for form in format.split(","):
                        built = editions.build(
                            by=edition.prepared_by, edition=edition, language=one, format=form
                        )
                        path = output / built.file.name
                        path.write_bytes(files.read(built.file))
                        self.stdout.write(str(path))
        except (KozotError, PeriodError) as error:
            raise CommandError(str(error)) from error
        except (User.DoesNotExist, ReportDefinition.DoesNotExist) as error:
            raise CommandError(str(error)) from error
