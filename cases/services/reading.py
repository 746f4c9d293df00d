"""Unusual reading of cases, told to the supervisors of the organisation that holds them and to nobody else.

The rule of `accounts.services.reading`, counted within one organisation: what another one does is no measure, and
none of its business. Nothing is stored but the notice; an auditor, who may know nothing of cases, is never told.
"""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models.functions import TruncDate

from accounts.enums import Role
from accounts.models import Membership, Notice, Organisation, User
from accounts.services.reading import DAYS, LEAST, READING, midnight, usual
from cases import notify
from cases.models import Case
from common.journal.models import Entry, Verb
from common.scoping import system
from common.service import service

FIXED = 100  # cases in a day, where an organisation has too few days to compare: twice the least
SHOWN = dt.timedelta(days=14)
KEY = "unusual-reading"

Counts = dict[tuple[Any, Any, dt.date], int]


@dataclass(frozen=True)
class Alarm:
    user: User
    day: dt.date
    cases: int


def cases_a_day(first: dt.date, last: dt.date) -> Counts:
    """{(organisation that holds the cases, actor, day): cases opened, listed, searched or taken out}. Two queries."""
    opened = (
        Entry.objects.filter(
            at__gte=midnight(first),
            at__lt=midnight(last + dt.timedelta(days=1)),
            verb__in=[*READING, Verb.BROKE_GLASS],
            object_type=Case._meta.label_lower,
            actor_id__isnull=False,
        )
        .annotate(day=TruncDate("at"))
        .values_list("actor_id", "day", "object_id")
        .order_by()
        .distinct()
    )
    rows = list(opened)
    held = Case.everything.filter(pk__in={case for _actor, _day, case in rows})
    homes = {str(key): home for key, home in held.values_list("pk", "organisation_id")}
    counts: Counts = defaultdict(int)
    for actor, day, case in rows:
        if case in homes:
            counts[homes[case], actor, day] += 1
    return dict(counts)


@service
def find(*, today: dt.date) -> int:
    """Tells of each unusual day yesterday; asked twice, nobody is told twice. How many days were unusual."""
    yesterday = today - dt.timedelta(days=1)
    counts = cases_a_day(yesterday - dt.timedelta(days=DAYS), yesterday)
    roles = _roles(counts)
    limits = _limits(counts, roles)
    found = [
        (home, actor)
        for (home, actor, day), cases in counts.items()
        if day == yesterday
        and cases > max((limits[home, role] for role in roles.get((home, actor), ())), default=LEAST)
    ]
    homes = Organisation.objects.in_bulk({home for home, _actor in found})
    for home, actor in found:
        notify.supervisors(homes[home], key=f"{KEY} {yesterday} {home} {actor}", by=User(pk=actor))
    return len(found)


def _roles(counts: Counts) -> dict[tuple[Any, Any], set[str]]:
    found: dict[tuple[Any, Any], set[str]] = defaultdict(set)
    rows = Membership.objects.filter(
        organisation__in={home for home, _actor, _day in counts}, role__in=notify.ROLES
    )
    for home, user, role in rows.values_list("organisation_id", "user_id", "role"):
        found[home, user].add(role)
    return found


def _limits(counts: Counts, roles: dict[tuple[Any, Any], set[str]]) -> dict[tuple[Any, str], int]:
    days: dict[tuple[Any, str], list[int]] = defaultdict(list)
    for (home, actor, _day), cases in counts.items():
        for role in roles.get((home, actor), ()):
            days[home, role].append(cases)
    return {key: usual(found, FIXED) for key, found in days.items()}


def alarms(user: Any, now: dt.datetime) -> list[Alarm]:
    """What this supervisor was told of in the last two weeks, newest first, where she still is one."""
    homes = {str(home) for home in user.organisation_ids(Role.CASE_SUPERVISOR)}
    told = Notice.objects.filter(user=user, kind=notify.WAITS, key__startswith=f"{KEY} ", at__gte=now - SHOWN)
    wanted = [key.split()[1:] for key in told.values_list("key", flat=True)] if homes else []
    wanted = [(dt.date.fromisoformat(day), home, actor) for day, home, actor in wanted if home in homes]
    if not wanted:
        return []
    with system("unusual reading of cases, for a supervisor who was told of it"):
        counts = cases_a_day(min(wanted)[0], max(wanted)[0])
    people = {str(one.pk): one for one in User.objects.filter(pk__in=[actor for *_, actor in wanted])}
    shown = {(str(home), str(actor), day): cases for (home, actor, day), cases in counts.items()}
    return [
        Alarm(people[actor], day, shown[home, actor, day])
        for day, home, actor in sorted(wanted, reverse=True)
        if actor in people and (home, actor, day) in shown
    ]
