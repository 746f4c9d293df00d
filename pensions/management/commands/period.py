"""Length of one period, both days counted."""

from typing import Any

from pensions.management.json_command import JsonCommand, iso_date
from pensions.totalisation.answers import period_answer
from pensions.totalisation.arithmetic import METHODS


class Command(JsonCommand):
    help = "Length of a period, first and last day counted, in years, months and days."

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("start")
        parser.add_argument("end")
        parser.add_argument("--method", choices=sorted(METHODS), default="calendar")

    def answer(self, *, start, end, method: str, **_: Any) -> dict[str, Any]:
        return period_answer(iso_date("start", start), iso_date("end", end), method=method)
