"""Who is reminded of what: analysts of reports that are due or late, providers of series that are late."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Max
from django.urls import reverse

from accounts.access import table
from accounts.models import Membership, User
from common import clock, formatting, jobs
from common.translated import words
from monitoring.enums import ItemOrigin
from monitoring.models import DataItem, Observation, Submission
from monitoring.periods import Frequency, Period
from reports import schedule
from reports.letters import address, letter
from reports.models import ReportDefinition
from reports.sentences import LABELS

BEFORE = dt.timedelta(days=7)


@dataclass(frozen=True)
class LateItem:
    """A series of a provider whose newest figure is older than one whole period."""

    item: DataItem
    newest: str
    wanted: str


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
    sent = (
        Submission.everything.filter(observations__item__in=by_item, submitted_by__is_active=True)
        .order_by("submitted_at")
        .values_list("observations__item", "submitted_by")
        .distinct()
    )
    last = dict(sent)
    users = User.objects.in_bulk(set(last.values()))
    found: dict[User, list[LateItem]] = defaultdict(list)
    for item, user in last.items():
        found[users[user]].append(by_item[item])
    return dict(found)


def remind(today: dt.date) -> int:
    """Sends off what has not been sent: each report once before its day and once after, each owner once a month."""
    wanted: list[tuple[str, dict[str, Any]]] = []
    for row in schedule.calendar(ReportDefinition.everything.all(), today):
        facts = {"definition": row.definition.code, "period": str(row.period)}
        if row.state == schedule.LATE:
            wanted.append((f"late {row.definition.code} {row.period}", {**facts, "late": True}))
        elif row.state == schedule.DUE and row.due_on - today <= BEFORE:
            wanted.append((f"due {row.definition.code} {row.period}", {**facts, "late": False}))
    for user in owners(late_items(today)):
        wanted.append((f"data {user.pk} {today:%Y-%m}", {"owner": str(user.pk)}))
    for key, params in wanted:
        jobs.enqueue("reports.remind", by=None, params=params, key=f"remind {key}")
    return len(wanted)


def send_due(*, definition: str, period: str, late: bool) -> int:
    """To everybody who prepares reports."""
    report = ReportDefinition.everything.get(code=definition)
    today = clock.today()
    rows = schedule.calendar([report], today, back=24)
    row = next(one for one in rows if str(one.period) == period)
    people = holders("reports.edition.prepare")
    for user in people:
        letter(
            user.email,
            user.language,
            "due",
            {
                "title": words(report, "title", user.language)[0],
                "period": formatting.period(period, user.language),
                "due_on": row.due_on,
                "state": row.edition.get_state_display() if row.edition else LABELS["edition.none"],
                "late": late,
                "page": address(reverse("admin:reports_edition_changelist")),
            },
        ).send()
    return len(people)


def send_late_data(*, owner: str) -> int:
    user = User.objects.get(pk=owner)
    items = owners(late_items(clock.today())).get(user, [])
    if not items:
        return 0
    told = [
        {
            "code": one.item.code,
            "title": words(one.item, "title", user.language)[0],
            "newest": formatting.period(one.newest, user.language),
            "wanted": formatting.period(one.wanted, user.language),
        }
        for one in items
    ]
    page = address(reverse("admin:monitoring_submission_changelist"))
    letter(user.email, user.language, "late_data", {"items": told, "page": page}).send()
    return 1


def holders(action: str) -> list[User]:
    """People with an open account in a role that holds the action."""
    roles = list(table.rules[action])
    valid = Membership.objects.valid_on(clock.today()).filter(role__in=roles)
    return list(User.objects.filter(pk__in=valid.values("user")).order_by("email"))
