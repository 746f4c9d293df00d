"""An employer's own people: who works there, which months are reported, which are missing."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from common import formatting
from common.kyrgyz import fold
from pensions.models import Contribution, Employer, Employment, EmploymentPeriod

PAGE = 50
SHOWN = 200


@dataclass(frozen=True)
class Person:
    """One employment as the employer sees it: no number of the person, no other employer."""

    employment: Employment
    period: EmploymentPeriod | None
    last_month: dt.date | None


@dataclass(frozen=True)
class Page:
    rows: list[Any]
    after: str


def employers_of(user: Any) -> QuerySet[Employer]:
    """The employers whose clerk this person is."""
    return Employer.everything.filter(organisation_id__in=user.organisation_ids("employer_clerk")).order_by(
        "sort_key"
    )


def people(*, employers: list[Employer], search: str = "", after: str = "") -> Page:
    """Fifty people in the order of the alphabet, from `after` on. Three queries, whatever the size of the firm."""
    rows = Employment.objects.filter(employer__in=employers).select_related("worker", "employer")
    for word in fold(search).split():
        rows = rows.filter(worker__search_key__contains=word)
    page = _page(rows, after)
    return Page(_filled(page.rows), page.after)


def _filled(employments: list[Employment]) -> list[Person]:
    ids = [one.pk for one in employments]
    workers = [one.worker_id for one in employments]
    periods = {
        period.employment_id: period
        for period in EmploymentPeriod.objects.filter(worker_id__in=workers, employment_id__in=ids)
        .current()
        .order_by("start_on")
    }
    months = dict(
        Contribution.objects.filter(worker_id__in=workers, employment_id__in=ids)
        .current()
        .main()
        .values_list("employment_id")
        .annotate(Max("month"))
    )
    return [Person(one, periods.get(one.pk), months.get(one.pk)) for one in employments]


COUNTED = 10_000


def employer_size(employer: Employer) -> list[tuple[Any, Any]]:
    """How many people the record holds, counted to ten thousand, and how many work there now; two queries."""
    rows = Employment.objects.filter(employer=employer)
    people = rows.values("pk")[:COUNTED].count()
    now = (
        EmploymentPeriod.objects.filter(employment__employer=employer, end_on__isnull=True)
        .current()
        .values("pk")[:COUNTED]
        .count()
    )
    return [(_("People in the record"), _counted(people)), (_("Working now"), _counted(now))]


def _counted(number: int) -> str:
    said = formatting.number(number)
    return _("%(number)s or more") % {"number": said} if number >= COUNTED else said


# --- months -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MonthLine:
    month: dt.date
    working: int
    reported: int

    @property
    def missing(self) -> int:
        return max(self.working - self.reported, 0)


def _months_back(today: dt.date, count: int) -> list[dt.date]:
    first = today.year * 12 + today.month - 1
    return [dt.date((first - back) // 12, (first - back) % 12 + 1, 1) for back in range(1, count + 1)]


def _last_day(month: dt.date) -> dt.date:
    return (month.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)


def _working_in(month: dt.date) -> Q:
    return Q(start_on__lte=_last_day(month)) & (Q(end_on__isnull=True) | Q(end_on__gte=month))


def months(*, employers: list[Employer], today: dt.date, count: int = 24) -> list[MonthLine]:
    """The last months, newest first: how many worked, for how many the month is reported. Two queries."""
    wanted = _months_back(today, count)
    periods = EmploymentPeriod.objects.filter(employment__employer__in=employers).current()
    working = periods.aggregate(
        **{
            f"m{place}": Count("employment", filter=_working_in(month), distinct=True)
            for place, month in enumerate(wanted)
        }
    )
    reported = dict(
        Contribution.objects.filter(employment__employer__in=employers, month__in=wanted)
        .current()
        .main()
        .values_list("month")
        .annotate(Count("employment", distinct=True))
    )
    return [
        MonthLine(month, working[f"m{place}"], reported.get(month, 0)) for place, month in enumerate(wanted)
    ]


def missing_in(*, employers: list[Employer], month: dt.date) -> list[EmploymentPeriod]:
    """Whose month is not reported, at most two hundred."""
    there = (
        Contribution.objects.filter(
            worker_id=OuterRef("worker_id"), employment_id=OuterRef("employment_id"), month=month
        )
        .current()
        .main()
    )
    return list(
        EmploymentPeriod.objects.filter(
            _working_in(month), ~Exists(there), employment__employer__in=employers
        )
        .current()
        .select_related("employment__worker")
        .order_by("employment__worker__sort_key")[:SHOWN]
    )


# --- people × months --------------------------------------------------------------------------------


@dataclass(frozen=True)
class MatrixRow:
    """One person's year: for each month "reported", "missing", "not_working" or "outside" (reported, not working)."""

    employment: Employment
    marks: list[str]


@dataclass(frozen=True)
class Matrix:
    rows: list[MatrixRow]
    after: str


def matrix(*, employers: list[Employer], year: int, today: dt.date, after: str = "") -> Matrix:
    """Fifty people in the order of the alphabet and the twelve months of a year; at most four queries."""
    page = _page(Employment.objects.filter(employer__in=employers).select_related("worker"), after)
    ids = [one.pk for one in page.rows]
    workers = [one.worker_id for one in page.rows]
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    spans: dict[Any, list[tuple[dt.date, dt.date | None]]] = {}
    for period in (
        EmploymentPeriod.objects.filter(worker_id__in=workers, employment_id__in=ids)
        .current()
        .touching(first, last)
    ):
        spans.setdefault(period.employment_id, []).append((period.start_on, period.end_on))
    reported = set(
        Contribution.objects.filter(worker_id__in=workers, employment_id__in=ids)
        .in_year(year)
        .current()
        .main()
        .values_list("employment_id", "month")
    )
    rows = [
        MatrixRow(one, [_mark(one.pk, month, spans, reported, today) for month in _months_of(year)])
        for one in page.rows
    ]
    return Matrix(rows, page.after)


def _months_of(year: int) -> list[dt.date]:
    return [dt.date(year, number, 1) for number in range(1, 13)]


def _mark(employment: Any, month: dt.date, spans: dict, reported: set, today: dt.date) -> str:
    working = any(
        start_on <= _last_day(month) and (end_on is None or end_on >= month)
        for start_on, end_on in spans.get(employment, [])
    )
    if (employment, month) in reported:
        return "reported" if working else "outside"
    return "missing" if working and month < today.replace(day=1) else "not_working"


def _page(rows: QuerySet[Employment], after: str) -> Page:
    """The next fifty behind the employment that `after` names."""
    if after:
        last = Employment.objects.filter(pk=after).values_list("worker__sort_key", "pk").first()
        if last:
            rows = rows.filter(Q(worker__sort_key__gt=last[0]) | Q(worker__sort_key=last[0], pk__gt=last[1]))
    found = list(rows.order_by("worker__sort_key", "pk")[: PAGE + 1])
    shown = found[:PAGE]
    return Page(shown, str(shown[-1].pk) if len(found) > PAGE else "")
