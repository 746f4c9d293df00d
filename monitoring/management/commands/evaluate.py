import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import get_language

from common.formatting import language_of
from monitoring.evaluation.design import differences, read_design
from monitoring.evaluation.problems import EvaluationProblem
from monitoring.evaluation.result import plain
from monitoring.evaluation.run import evaluate
from monitoring.evaluation.table import read_csv


class Command(BaseCommand):
    help = "Evaluates a table by a registered design and prints the result as JSON (docs/howto/evaluate.md)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("data", type=Path, help="CSV file")
        parser.add_argument("--design", type=Path, required=True, help="YAML file of the design")
        parser.add_argument(
            "--registered", type=Path, help="the design as registered, to list what was changed"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            design = read_design(options["design"])
            result = evaluate(read_csv(options["data"]), design).as_dict()
            if options["registered"]:
                changes = differences(read_design(options["registered"]), design)
                result["deviations"] = [plain(vars(change)) for change in changes]
        except EvaluationProblem as problem:
            raise CommandError(problem.text(language_of(get_language()))) from problem
        except OSError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(result, ensure_ascii=False, indent=2, allow_nan=False))
