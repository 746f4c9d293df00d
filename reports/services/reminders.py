"""Who is reminded of what: analysts of reports that are due or late, providers of series that are late."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import Max

from accounts.models import User
from monitoring import deliveries
from monitoring import events as chain_events
from monitoring.emergencies import pressing
from monitoring.enums import ItemOrigin
from monitoring.models import DataItem, Observation, Submission
from monitoring.periods import Frequency, Period
from reports import events, schedule
from reports.models import ReportDefinition

BEFORE = dt.timedelta(days=7)


@dataclass(frozen=True)
class LateItem:
    """A series of a provider whose newest figure is older than one whole period."""

    item: DataItem
    newest: str
    wanted: str

    @property
    def late_since(self) -> dt.date:
        """The day after the provider's time for the first missing period ended."""
        return Period.parse(self.newest).offset(2).last_day + dt.timedelta(days=1)


def late_items(today: dt.date) -> list[LateItem]:
    """A provider has as long as the period itself: the figure of 2024 is late from 2026 on. Two queries."""
    newest = dict(
        Observation.objects.filter(item__origin=ItemOrigin.DATASET, key="")
        .order_by()
        .values("item")
        .annotate(last=Max("period"))
        .values_list("item", "last")
    )
    found = []
    for item in DataItem.everything.filter(pk__in=newest):
        wanted = Period.containing(today, Frequency(item.frequency)).offset(-2)
        if Period.parse(newest[item.pk]).ordinal < wanted.ordinal:
            found.append(LateItem(item, newest[item.pk], str(wanted)))
    return found


def owners(items: list[LateItem]) -> dict[User, list[LateItem]]:
    """Whoever sent the newest figures of a series, while the account is open; the others are nobody's."""
    by_item = {one.item.pk: one for one in items}
    last = senders(items)
    found: dict[User, list[LateItem]] = defaultdict(list)
    for item, user in last.items():
        found[user].append(by_item[item])
    return dict(found)


def senders(items: list[LateItem]) -> dict[Any, User]:
    """{key of a series: whoever sent its newest figures}. Two queries."""
    by_item = {one.item.pk: one for one in items}
    sent = (
        Submission.everything.filter(observations__item__in=by_item, submitted_by__is_active=True)
        .order_by("submitted_at")
        .values_list("observations__item", "submitted_by")
        .distinct()
    )
    last = dict(sent)
    users = User.objects.in_bulk(set(last.values()))
    return {item: users[user] for item, user in last.items()}


def _owed(today: dt.date) -> list[deliveries.Due]:
    """Figures of providers that are late or due within a week, organisation by organisation."""
    near = [one for one in deliveries.due(today) if one.is_late or one.due_on - today <= BEFORE]
    return sorted(near, key=lambda one: one.organisation.pk)


def remind(today: dt.date) -> int:
    """Tells each report once before its day and once after, each owner of late series once a month, each provider
    of every figure that is near its day or past it, and those at the gate of an emergency near its last day or
    past it.
    """
    told = 0
    for row in schedule.calendar(ReportDefinition.everything.all(), today):
        late = row.state == schedule.LATE
        if late or (row.state == schedule.DUE and row.due_on - today <= BEFORE):
            told += events.report_due(row.definition.code, str(row.period), late=late)
    for user, items in owners(late_items(today)).items():
        told += events.data_late(user, [one.item.code for one in items], f"{today:%Y-%m}")
    for organisation, rows in groupby(_owed(today), lambda one: one.organisation):
        told += chain_events.figures_due(organisation, rows)
    for one in pressing(today):
        told += chain_events.emergency_ends(one)
    return told
