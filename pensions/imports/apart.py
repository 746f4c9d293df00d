"""The first load of a year into PostgreSQL: its partition is filled apart, without indexes, and attached when it is
whole. All or nothing, in one transaction; other years are read and written meanwhile, but none is made.
"""

from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection, transaction

from common import locks
from common.filled_apart import Apart
from common.jobs import RunningJob
from common.partitions import PATIENCE_OF_JOBS, ensure_years, partitions_of
from pensions.models import Contribution

from . import ledger
from .sql import Span, Target, fetch, narrowed

LEAST = 50_000  # fewer rows are not worth a table of their own
PIECE = 50_000
TABLE = Contribution._meta.db_table

YEARS = f"""
SELECT CAST(EXTRACT(YEAR FROM s.month) AS int), COUNT(*) FROM pensions_stagedrow s
JOIN pensions_stagedspell p ON {{spell}}
WHERE {{rows}} AND {ledger.READY} AND s.month IS NOT NULL GROUP BY 1"""


def fill_years(job: RunningJob, target: Target, span: Span, *, write: Callable[..., None]) -> bool:
    """Makes the partitions that the rows need; those that are new and large are filled before they are attached.
    Whether there was such a one: then all that the span has to tell of periods is written too.

    `write` writes a span under the employer's lock, with what is to be done for its contributions.
    """
    if connection.vendor != "postgresql" or _all_there(target, span):
        return False
    rows = dict(fetch(YEARS, target, span))
    large = [Apart(TABLE, year) for year, count in sorted(rows.items()) if count >= LEAST]
    large = [part for part in large if part.is_new()]
    with job.kept_alive():
        ensure_years(TABLE, set(rows) - {part.year for part in large}, patience=PATIENCE_OF_JOBS)
    if not large:
        return False

    def contributions(target: Target, span: Span, *, by: Any) -> dict[str, tuple[int, int]]:
        written: dict[str, tuple[int, int]] = {}
        for told in (told for part in large for told in _filled(part, target, span, by=by)):
            for currency, (count, total) in told.items():
                before = written.get(currency, (0, 0))
                written[currency] = before[0] + count, before[1] + total
        return written

    with job.kept_alive(), transaction.atomic():
        locks.hold(f"partitions {TABLE}")  # before any row, lest two first loads wait for each other
        write(target, span, by=job.by, write=contributions)
        for part in large:
            part.attach()
        job.must_be_mine()
    return True


def _all_there(target: Target, span: Span) -> bool:
    """Whether every year between the first month and the last has its partition, so that nothing need be counted."""
    bounds = narrowed(target, span)
    if bounds.first_month is None:
        return True
    years = {f"{TABLE}_y{year}" for year in range(bounds.first_month.year, bounds.last_month.year + 1)}
    return years <= set(partitions_of(TABLE))


def _filled(part: Apart, target: Target, span: Span, *, by: Any) -> Iterator[dict[str, tuple[int, int]]]:
    """Piece by piece, so that none has to be put down on disk, and what was written of each. Ordinary spans if another
    file has made the year in the meantime."""
    of_year = f"AND s.month >= '{part.start}' AND s.month < '{part.end}'"
    with part.filled() as table:
        for start in range(span.first, span.last + 1, PIECE):
            piece = narrowed(target, Span(start, min(start + PIECE - 1, span.last)))
            yield ledger.write_contributions(target, piece, by=by, table=table, more=of_year)
