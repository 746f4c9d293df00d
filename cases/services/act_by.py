"""The day by which somebody has to act in a case."""

from django.db.models import Min

from cases.enums import CaseStatus, ClockState
from cases.models import Case, CaseClock


def refresh_act_by(case: Case) -> None:
    """The first last day of an open case, by which lists are ordered; none once it is closed."""
    first = None
    if case.status == CaseStatus.OPEN:
        running = CaseClock.everything.filter(case=case, state=ClockState.RUNNING)
        first = running.aggregate(first=Min("last_on"))["first"]
    case.act_by = first
    case.save(update_fields=["act_by"])
