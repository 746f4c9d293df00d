"""Which periods of a record rest on codes of a form of which nobody has settled whether such days are insured."""

from collections.abc import Iterable
from typing import Any

from pensions import fund_conditions
from pensions.legislation.stage_codes import COUNTS, verdict
from pensions.models import EmploymentPeriod

from .legislation import verified_library


def doubtful_codes(periods: Iterable[EmploymentPeriod]) -> dict[Any, tuple[str, ...]]:
    """{period: codes}. Also a code that brings no days by what was settled since, where the record still counts them;
    days that the record takes out are in no doubt."""
    named = {
        one: codes
        for one in periods
        if (codes := fund_conditions.codes(one.special_conditions)) and not taken_out(one)
    }
    law = verified_library() if named else None
    found = {
        one.pk: tuple(sorted({code for code in codes if verdict(code, one.start_on, law) != COUNTS}))
        for one, codes in named.items()
    }
    return {pk: codes for pk, codes in found.items() if codes}


def taken_out(period: EmploymentPeriod) -> bool:
    """Whether the record leaves out all days of the period."""
    days = {(one["from_on"], one["until_on"]) for one in period.not_counted}
    return bool(period.end_on) and (period.start_on.isoformat(), period.end_on.isoformat()) in days
