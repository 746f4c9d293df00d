"""Whom the record says something new about since a moment."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable

from django.db import connection

from common import clock
from pensions.models import (
    Contribution,
    EmploymentPeriod,
    InsuranceTotal,
    PeriodEvidence,
    TouchedWorker,
    Worker,
)

# A row is dated when it is made and seen when its transaction ends: rows of slow ones are taken twice, not missed.
SLACK = dt.timedelta(hours=1)


def touch(*workers: uuid.UUID) -> None:
    """Notes a change that leaves no row in the ledger, so that totals of these people are made again."""
    TouchedWorker.objects.bulk_create(TouchedWorker(worker_id=worker, at=clock.now()) for worker in workers)


def forget(moment: dt.datetime) -> None:
    """Drops what every later run would have seen in a run that knew the record at `moment`."""
    TouchedWorker.objects.filter(at__lt=moment - SLACK).delete()


def touched_since(moment: dt.datetime) -> list[uuid.UUID]:
    """Persons whose totals may differ from what a run that knew the record at `moment` made of it.

    Reads what was recorded since, by index, and nobody else's record.
    """
    since = moment - SLACK
    found: set[uuid.UUID] = set()
    for model in (EmploymentPeriod, Contribution, PeriodEvidence):
        found |= _recorded(model, since)
    found |= set(TouchedWorker.objects.filter(at__gte=since).values_list("worker_id", flat=True))
    aliases = Worker.everything.filter(
        merged_into__isnull=False, pk__in=InsuranceTotal.objects.values("worker_id")
    )
    found |= set(aliases.values_list("pk", flat=True))
    return sorted(_persons(found))


def _recorded(model, since: dt.datetime) -> set[uuid.UUID]:
    rows = model.everything.filter(recorded_at__gte=since)
    if connection.vendor != "postgresql":
        first = _first_id(model, since)
        rows = model.everything.filter(pk__gte=first) if first else model.everything.none()
    return set(rows.order_by().values_list("worker_id", flat=True).distinct())


def _first_id(model, since: dt.datetime) -> int | None:
    """SQLite numbers rows in the order of writing: the first that is young enough, found by halving."""
    bounds = model.everything.order_by("pk").values_list("pk", flat=True)
    low, high = bounds.first(), bounds.last()
    if low is None or not _younger(model, high, since):
        return None
    while low < high:
        middle = (low + high) // 2
        if _younger(model, middle, since):
            high = middle
        else:
            low = middle + 1
    return low


def _younger(model, pk: int, since: dt.datetime) -> bool:
    row = model.everything.filter(pk__gte=pk).order_by("pk").values_list("recorded_at", flat=True).first()
    return row is not None and row >= since


def _persons(keys: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """The persons whom these records belong to."""
    keys = list(keys)
    found: set[uuid.UUID] = set()
    for low in range(0, len(keys), 10_000):
        rows = Worker.everything.filter(pk__in=keys[low : low + 10_000])
        found |= {merged or pk for pk, merged in rows.values_list("pk", "merged_into_id")}
    return found
