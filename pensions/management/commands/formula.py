"""A national pension formula with named inputs."""

from typing import Any

from pensions.legislation.formulas import FORMULAS, compute
from pensions.legislation.sentences import InputError
from pensions.legislation.sentences import sentence as _
from pensions.management.json_command import JsonCommand, iso_date
from pensions.services.legislation import verified_library


class Command(JsonCommand):
    help = "Compute a national formula on a day: amount, trace and what in it is unverified."

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("state", choices=sorted(FORMULAS))
        parser.add_argument("--on", required=True, help="day the law is taken from")
        parser.add_argument("--known-on", help="use the law as it was known on this day")
        parser.add_argument("--input", action="append", default=[], metavar="NAME=VALUE")

    def answer(self, *, state: str, on, known_on, **options: Any) -> dict[str, Any]:
        days = {"on": iso_date("--on", on), "known_on": iso_date("--known-on", known_on)}
        return compute(state, pairs(options["input"]), **days, library=verified_library())


def pairs(items: list[str]) -> dict[str, str]:
    """NAME=VALUE arguments as a mapping. Raises ValueError for one without a sign or given twice."""
    found: dict[str, str] = {}
    for item in items:
        name, sign, value = item.partition("=")
        if not (name and sign and value):
            raise InputError("--input", _("%(value)s is incomplete: write NAME=VALUE", value=repr(item)))
        if name in found:
            raise InputError("--input", _("%(name)s is given twice: give it once", name=name))
        found[name] = value
    return found
