"""Unusual reading: whose day in the journal stands far outside what others of the same work do.

Robust against the very people it looks for: median and median absolute deviation of the days of all holders of a
role, not mean and standard deviation. Whoever has several roles is measured by the widest of them.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from statistics import median
from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.models import Membership, ReadingAlarm, User
from common import clock
from common.errors import Conflict
from common.journal import services as journal
from common.journal.models import Entry, Verb
from common.service import service

READING = (Verb.READ, Verb.LISTED, Verb.SEARCHED, Verb.EXPORTED, Verb.PRINTED)
DAYS = 28
DEVIATIONS = 6  # of a normal spread: 1.4826 times the median absolute deviation
LEAST = 50  # below this nobody is asked
FEW = 20  # person-days; with fewer, one fixed limit stands
FIXED = 500
# Outside the organisation that holds it a case does not exist, not even as something that was opened.
APART = Q(object_type__startswith="cases.") | Q(action__startswith="cases.")

Counts = dict[tuple[Any, dt.date], int]


def people_a_day(first: dt.date, last: dt.date) -> Counts:
    """{(actor, day): people whose records were opened}, in one question to the journal."""
    rows = (
        Entry.objects.filter(
            at__gte=midnight(first),
            at__lt=midnight(last + dt.timedelta(days=1)),
            verb__in=READING,
            subject_id__isnull=False,
            actor_id__isnull=False,
        )
        .exclude(APART)
        .values("actor_id", day=TruncDate("at"))
        .annotate(people=Count("subject_id", distinct=True))
        .order_by()
    )
    return {(row["actor_id"], row["day"]): row["people"] for row in rows}


def midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), timezone.get_current_timezone())


def usual(counts: Iterable[int], fixed: int = FIXED) -> int:
    """The most that is still usual among these days; `fixed` where they are too few to tell."""
    days = sorted(counts)
    if len(days) < FEW:
        return fixed
    middle = median(days)
    spread = 1.4826 * median(abs(one - middle) for one in days)
    return max(LEAST, round(middle + DEVIATIONS * spread))


def find(*, today: dt.date) -> int:
    """Raises an alarm for each unusual day since yesterday; asked twice, it raises none twice. How many are new."""
    yesterday = today - dt.timedelta(days=1)
    counts = people_a_day(yesterday - dt.timedelta(days=DAYS), yesterday)
    roles = _roles({actor for actor, _day in counts})
    limits = _limits(counts, roles)
    found = [
        ReadingAlarm(user_id=actor, day=day, people=people, usual=limit)
        for (actor, day), people in counts.items()
        if day == yesterday
        and people > (limit := max((limits[role] for role in roles.get(actor, ())), default=LEAST))
    ]
    known = set(User.objects.filter(pk__in=[one.user_id for one in found]).values_list("pk", flat=True))
    old = set(ReadingAlarm.everything.filter(day=yesterday).values_list("user_id", flat=True))
    new = [one for one in found if one.user_id in known - old]
    ReadingAlarm.everything.bulk_create(new, ignore_conflicts=True)
    return len(new)


def _roles(actors: set[Any]) -> dict[Any, set[str]]:
    found: dict[Any, set[str]] = defaultdict(set)
    for actor, role in Membership.objects.filter(user_id__in=actors).values_list("user_id", "role"):
        found[actor].add(role)
    return found


def _limits(counts: Counts, roles: dict[Any, set[str]]) -> dict[str, int]:
    days: dict[str, list[int]] = defaultdict(list)
    for (actor, _day), people in counts.items():
        for role in roles.get(actor, ()):
            days[role].append(people)
    return {role: usual(found) for role, found in days.items()}


@service
def explain(*, by: Any, alarm: ReadingAlarm, explanation: str) -> None:
    """What the auditor found out; an alarm is never removed. Nobody explains the own reading."""
    access.require(by, "journal.alarm.explain", alarm)
    if alarm.user_id == by.pk:
        raise Conflict("own_reading", _("Another auditor has to look at this."))
    rows = ReadingAlarm.everything.filter(pk=alarm.pk, explained_at__isnull=True)
    if not rows.update(explained_by=by, explained_at=clock.now(), explanation=explanation):
        raise Conflict("explained", _("This was explained already."))
    journal.record(by=by, verb=Verb.DECIDED, obj=alarm, action="journal.alarm.explain", reason=explanation)
