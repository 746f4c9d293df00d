"""Totalise a claim: JSON in, JSON out. See docs/howto/totalise.md."""

import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

from pensions.management.json_command import JsonCommand, iso_date
from pensions.totalisation.claim import run_claim


class Command(JsonCommand):
    help = "Totalise insurance periods across states: entitlement and amounts by state, with the trace."

    def add_arguments(self, parser):
        parser.add_argument("file", help="claim as JSON, or - for standard input")
        parser.add_argument("--as-of", type=iso_date, help="day of the claim, instead of claim_on")
        parser.add_argument("--known-on", type=iso_date, help="use the law as it was known on this day")

    def answer(self, *, file: str, as_of, known_on, **_: Any) -> dict[str, Any]:
        return run_claim(read_json(file), as_of=as_of, known_on=known_on)


def read_json(file: str) -> Any:
    """The document, its decimals exact. Raises ValueError where it cannot be read."""
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(
            f"{file}: cannot be read ({error}); give a UTF-8 file, or - for standard input"
        ) from None
    try:
        return json.loads(text, parse_float=Decimal)
    except json.JSONDecodeError as error:
        raise ValueError(f"{file}: is not JSON ({error}); see docs/howto/totalise.md") from None
