"""Convert a length of insurance between units."""

from typing import Any

from pensions.management.json_command import JsonCommand
from pensions.totalisation.answers import convert_answer
from pensions.totalisation.conversion import SCHEMES


class Command(JsonCommand):
    help = "Convert days, weeks, months, quarters and years of insurance by the table of Regulation 987/2009."

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("number")
        parser.add_argument("unit")
        parser.add_argument("--to", required=True)
        parser.add_argument("--scheme", choices=sorted(SCHEMES))
        parser.add_argument("--to-scheme", choices=sorted(SCHEMES), help="scheme of the days asked for")
        parser.add_argument(
            "--calendar-years", type=int, help="the length lies in so many years: apply the maxima"
        )

    def answer(
        self, *, number: str, unit: str, to: str, scheme, to_scheme, calendar_years, **_: Any
    ) -> dict[str, Any]:
        return convert_answer(
            number, unit, to, scheme=scheme, to_scheme=to_scheme, calendar_years=calendar_years
        )
