"""Messages to colleagues on cases. They name no client, no case and no partner: a telephone lies open on a table.

All of them say the same, lead to the same page, and go only to people of the organisation that holds the case. To a
client nothing is ever sent from here: how she may be reached stands in the case, and a person reaches her.
"""

import datetime as dt
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from accounts.enums import Role
from accounts.models import Duty, Membership, Organisation, User
from accounts.notices import kind, tell, tell_each
from cases.enums import CaseStatus, ClockState, RiskLevel, ServiceState
from cases.models import Case, CaseClock, PlannedService
from cases.permissions import CASE_DUTY
from common import clock
from common.service import service

WAITS, URGENT = "cases.waits", "cases.urgent"
LINE = ngettext_lazy("Something waits at your desk.", "%(count)d things wait at your desk.", "count")
ROLES = {Role.CASE_WORKER, Role.CASE_SUPERVISOR}
CLOCK_DAYS = 7

kind(WAITS, roles=ROLES, title=_("Something waits at my desk"), line=LINE)
kind(URGENT, roles=ROLES, title=_("Something at my desk cannot wait"), line=LINE, urgent=True, fixed=True)


def supervisors(organisation: Organisation, *, key: str, by: Any = None, urgent: bool = False) -> None:
    members = Membership.objects.valid_on(clock.today()).filter(
        organisation=organisation, role=Role.CASE_SUPERVISOR
    )
    _tell(list(User.objects.filter(pk__in=members.values("user_id"))), key, by, urgent)


def workers(case: Case, *, key: str, by: Any = None, urgent: bool = False) -> None:
    """Those on the case; where nobody is on it, the supervisors."""
    on_case = [user for user, _case in _on_cases([case.pk])]
    if on_case:
        _tell([User(pk=user) for user in on_case], key, by, urgent)
    else:
        supervisors(case.organisation, key=key, by=by, urgent=urgent)


def is_urgent(risk: str) -> bool:
    return risk in (RiskLevel.CRITICAL, RiskLevel.HIGH)


def _tell(users: list[User], key: str, by: Any, urgent: bool) -> None:
    """Nobody stands as the one who caused it: a partner would see there who works on the case."""
    others = [user for user in users if user.pk != getattr(by, "pk", None)]
    tell(URGENT if urgent else WAITS, others, key=key, path=reverse("cases:my_day"))


def _on_cases(cases: list[Any]) -> list[tuple[Any, str]]:
    """(person, case) of the duties that stand."""
    standing = Q(ended_at__isnull=True) | Q(ended_at__gt=clock.now())
    rows = Duty.objects.filter(
        standing, duty=CASE_DUTY, object_type=Case._meta.label_lower, object_id__in=cases
    )
    return [(user, str(case)) for user, case in rows.values_list("user_id", "object_id")]


@service
def remind_due(*, today: dt.date) -> int:
    """Parts of a plan from their due day on, terms of the law a week before their last day; each once.

    A day that was moved is another day, and is told of again.
    """
    plans = PlannedService.everything.filter(
        case__status=CaseStatus.OPEN, state=ServiceState.NOT_IMPLEMENTED, due_on__lte=today
    )
    pairs = [(one.owner_id, f"plan {one.pk} {one.due_on}") for one in plans.only("owner_id", "due_on")]
    ahead = today + dt.timedelta(days=CLOCK_DAYS)
    terms = CaseClock.everything.filter(
        case__status=CaseStatus.OPEN, state=ClockState.RUNNING, last_on__range=(today, ahead)
    )
    people: dict[str, list[Any]] = {}
    rows = list(terms.only("case_id", "last_on"))
    for user, case in _on_cases([one.case_id for one in rows]):
        people.setdefault(case, []).append(user)
    for one in rows:
        pairs += [(user, f"term {one.pk} {one.last_on}") for user in people.get(str(one.case_id), [])]
    return tell_each(WAITS, pairs, path=reverse("cases:my_day"))
