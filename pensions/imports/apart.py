"""The first load of a year into PostgreSQL: its partition is filled apart, without indexes, and attached when it is
whole. All or nothing, in one transaction; other years are read and written meanwhile.
"""

from collections.abc import Callable
from typing import Any

from django.db import connection, transaction

from common import locks
from common.filled_apart import Apart
from common.jobs import RunningJob
from common.partitions import ensure_years, partitions_of
from pensions.models import Contribution

from . import ledger
from .sql import Span, Target, fetch, narrowed

LEAST = 50_000  # fewer rows are not worth a table of their own
TABLE = Contribution._meta.db_table

YEARS = f"""
SELECT CAST(EXTRACT(YEAR FROM s.month) AS int), COUNT(*) FROM pensions_stagedrow s
JOIN pensions_stagedspell p ON {{spell}}
WHERE {{rows}} AND {ledger.READY} AND s.month IS NOT NULL GROUP BY 1"""


def fill_years(job: RunningJob, target: Target, span: Span, *, write: Callable[..., None]) -> None:
    """Makes the partitions that the rows need; those that are new and large are filled before they are attached.

    `write` writes a span under the employer's lock, with what is to be done for its contributions.
    """
    if connection.vendor != "postgresql" or _all_there(target, span):
        return
    rows = dict(fetch(YEARS, target, span))
    large = [Apart(TABLE, year) for year, count in sorted(rows.items()) if count >= LEAST]
    large = [part for part in large if part.is_new()]
    ensure_years(TABLE, set(rows) - {part.year for part in large})
    if not large:
        return

    def contributions(target: Target, span: Span, *, by: Any) -> dict[str, tuple[int, int]]:
        written: dict[str, tuple[int, int]] = {}
        for part in large:
            for currency, (count, total) in _fill(part, target, span, by=by).items():
                before = written.get(currency, (0, 0))
                written[currency] = before[0] + count, before[1] + total
        return written

    with job.kept_alive(), transaction.atomic():
        locks.hold(f"partitions {TABLE}")  # before any row, lest two first loads wait for each other
        write(target, span, by=job.by, write=contributions)


def _all_there(target: Target, span: Span) -> bool:
    """Whether every year between the first month and the last has its partition, so that nothing need be counted."""
    bounds = narrowed(target, span)
    if bounds.first_month is None:
        return True
    years = {f"{TABLE}_y{year}" for year in range(bounds.first_month.year, bounds.last_month.year + 1)}
    return years <= set(partitions_of(TABLE))


def _fill(part: Apart, target: Target, span: Span, *, by: Any) -> dict[str, tuple[int, int]]:
    """An ordinary span if another file has made the year in the meantime."""
    of_year = f"AND s.month >= '{part.start}' AND s.month < '{part.end}'"
    with part.filled() as table:
        return ledger.write_contributions(target, span, by=by, table=table, more=of_year)
