from . import section
from .registry import Registry


@section("cases")
class Cases(Registry):
    """Cases in figures that passed disclosure control; nothing here leads to a case."""

    codes = ["CASES_OPENED", "CASES_RESOLVED_SHARE", "REFERRALS_ACCEPTED_SHARE"]
    broken_down = ["CASES_OPENED"]
    chart = ""
