"""manage.py build_report --definition quarterly --period 2026-Q3 --by E-MAIL --output DIR"""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from common import files
from common.enums import Language
from common.errors import KozotError
from common.scoping import system
from monitoring.periods import Period, PeriodError
from reports.enums import Format
from reports.models import Edition, ReportDefinition
from reports.renderers import KINDS
from reports.services import builds, editions


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
        if unknown := set(language.split(",")) - set(Language.values):
            raise CommandError(
                f"No such language: {', '.join(sorted(unknown))}. Known: {', '.join(Language.values)}"
            )
        if unknown := set(format.split(",")) - set(Format.values):
            raise CommandError(
                f"No such format: {', '.join(sorted(unknown))}. Known: {', '.join(Format.values)}"
            )
        output.mkdir(parents=True, exist_ok=True)
        try:
            with system("command build_report"):
                edition = self._edition(definition, Period.parse(period), by)
                for path in self._write(edition, language.split(","), format.split(","), output, by):
                    self.stdout.write(str(path))
        except (KozotError, PeriodError) as error:
            raise CommandError(str(error)) from error
        except (User.DoesNotExist, ReportDefinition.DoesNotExist) as error:
            raise CommandError(str(error)) from error

    def _edition(self, code: str, period: Period, by: str) -> Edition:
        """What is in the making or published for the period, so that a second call gives the same files."""
        definition = ReportDefinition.everything.get(code=code)
        found = editions.standing(definition, period)
        return found or editions.prepare(
            by=User.objects.get_by_natural_key(by), definition=definition, period=period
        )

    def _write(self, edition: Edition, languages, formats, output: Path, by: str):
        """Each language is said once; with all three, they are held against each other before the first file."""
        user = User.objects.get_by_natural_key(by)
        said = {one: builds.say(edition, one) for one in languages}
        builds.refuse_differences(said)
        for form in formats:
            kind = KINDS[Format(form)]
            for one in languages if len(kind.languages) > 1 else languages[:1]:
                built = builds.build(by=user, edition=edition, language=one, format=form, said=said[one])
                path = output / built.file.name
                path.write_bytes(files.read(built.file))
                yield path
