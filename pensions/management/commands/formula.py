"""A national pension formula with named inputs."""

from typing import Any

from pensions.legislation.formulas import FORMULAS, compute
from pensions.management.json_command import JsonCommand, iso_date


class Command(JsonCommand):
    help = "Compute a national formula on a day: amount, trace and what in it is unverified."

    def add_arguments(self, parser):
        parser.add_argument("state", choices=sorted(FORMULAS))
        parser.add_argument("--on", type=iso_date, required=True, help="day the law is taken from")
        parser.add_argument("--known-on", type=iso_date, help="use the law as it was known on this day")
        parser.add_argument("--input", action="append", default=[], metavar="NAME=VALUE")

    def answer(self, *, state: str, on, known_on, **options: Any) -> dict[str, Any]:
        return compute(state, pairs(options["input"]), on=on, known_on=known_on)


def pairs(items: list[str]) -> dict[str, str]:
    """NAME=VALUE arguments as a mapping. Raises ValueError for one without a sign or given twice."""
    found: dict[str, str] = {}
    for item in items:
        name, sign, value = item.partition("=")
        if not (name and sign and value):
            raise ValueError(f"--input {item!r} is incomplete: write NAME=VALUE")
        if name in found:
            raise ValueError(f"--input {name} is given twice: give it once")
        found[name] = value
    return found
