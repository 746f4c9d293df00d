"""Totalise a claim: JSON in, JSON out. See docs/howto/totalise.md."""

import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

from pensions.legislation.sentences import InputError
from pensions.legislation.sentences import sentence as _
from pensions.management.json_command import JsonCommand, iso_date
from pensions.services.legislation import verified_library
from pensions.totalisation.claim import run_claim


class Command(JsonCommand):
    help = "Totalise insurance periods across states: entitlement and amounts by state, with the trace."

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("file", help="claim as JSON, or - for standard input")
        parser.add_argument("--as-of", help="day of the claim, instead of claim_on")
        parser.add_argument("--known-on", help="use the law as it was known on this day")

    def answer(self, *, file: str, as_of, known_on, **options: Any) -> dict[str, Any]:
        days = {"as_of": iso_date("--as-of", as_of), "known_on": iso_date("--known-on", known_on)}
        return run_claim(read_json(file), **days, library=verified_library())


def read_json(file: str) -> Any:
    """The document, its decimals exact. Raises ValueError where it cannot be read."""
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        text = _("cannot be read (%(error)s); give a UTF-8 file, or - for standard input", error=error)
        raise InputError(file, text) from None
    try:
        return json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise InputError(
            file, _("is not JSON (%(error)s); see docs/howto/totalise.md", error=error)
        ) from None
