"""Codes of the Russian fund's forms (ДопСведенияИС) that say what a stretch of work was: whether its days are insured.

The answers are dated parameters of the law. A code is settled by a source or by what lawyers have confirmed; what is
known from memory alone decides nothing.
"""

from __future__ import annotations

from datetime import date

from pensions.legislation.parameters import CannotCompute, Library, load_library

PARAMETER = "RU.insured_stage_code"
COUNTS, DOES_NOT = "counts", "does not count"


def verdict(code: str, on: date, library: Library | None = None) -> str | None:
    """COUNTS or DOES_NOT for a stretch that begins on the day; None where nobody has settled it."""
    try:
        found = (library or load_library()).value(PARAMETER, on, code=code.strip().upper())
    except CannotCompute:
        return None
    return None if found.taint else found.value
