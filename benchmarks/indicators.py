"""Indicators over a large ledger against the best bare technique for the same rows, in one run, on PostgreSQL.

All indicators of one quarter: the job counts the house, computes every shipped indicator, sends the tables of persons
through disclosure control and asks the alerts. The yardstick is what the registry's part of it takes at its barest:
persons, paying persons, months, unpaid months and sums by state of work, by the faster of one SQL statement and DuckDB
over the same rows as columns (binary COPY).

Monthly aggregate: for every month of the ledger the counts of the house by state and by branch with unique persons,
as a computation of that month asks for them. The yardstick is the same table for all months at once, by the faster of
one SQL statement with distinct counts and DuckDB over the columns.

    .venv/bin/python benchmarks/indicators.py              100,000 contributions
    .venv/bin/python benchmarks/indicators.py 10000000     the goal: within 2 times of the best technique for each
"""

import datetime as dt
import sys
import time
from collections.abc import Callable

from _ledger import MONTHS, empty_registry, fill

QUARTER = "2020-Q3"
FIRST = dt.date(2015, 1, 1)
INDUSTRIES = "UPDATE pensions_employer SET industry = chr(65 + (hashtext(name) & 15))"
ROWS = """FROM pensions_contribution c
JOIN pensions_employment e ON e.worker_id = c.worker_id AND e.id = c.employment_id
JOIN pensions_employer o ON o.id = e.employer_id WHERE c.month BETWEEN '{first}' AND '{last}'"""
IN_SQL = f"""SELECT o.state, count(DISTINCT c.worker_id), count(DISTINCT c.worker_id) FILTER (WHERE c.paid > 0),
count(*), count(*) FILTER (WHERE c.accrued > 0 AND coalesce(c.paid, 0) = 0), sum(c.paid) {ROWS} GROUP BY 1"""
MONTHLY_IN_SQL = (
    f"SELECT c.month, o.state, o.industry, count(DISTINCT c.worker_id), sum(c.paid) {ROWS} GROUP BY 1, 2, 3"
)


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def in_sql(statement: str, first: dt.date, last: dt.date) -> list:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement.format(first=first, last=last))
        return cursor.fetchall()


def in_duckdb(groups: str, first: dt.date, last: dt.date) -> list:
    """Rows come as columns block by block; states and branches as numbers, which the bare sum does not need to name."""
    import duckdb
    import numpy as np

    from common.columns import Column, read

    columns = [
        Column("worker", "uuid", "c.worker_id"),
        Column("month", "day", "c.month"),
        Column("state", "number", "ascii(o.state) * 256 + ascii(substr(o.state, 2))"),
        Column("industry", "number", "ascii(o.industry)"),
        Column("accrued", "big", "coalesce(c.accrued, 0) * 100"),
        Column("paid", "big", "coalesce(c.paid, 0) * 100"),
    ]
    blocks = list(read(columns, ROWS.format(first=first, last=last)))
    rows = {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}
    with duckdb.connect() as connection:
        connection.execute("SET threads = 2")
        connection.register("rows", rows)
        return connection.execute(
            f"SELECT {groups}, count(DISTINCT worker_lo), count(DISTINCT worker_lo) FILTER (WHERE paid > 0), count(*), "
            f"count(*) FILTER (WHERE accrued > 0 AND paid = 0), sum(paid) FROM rows GROUP BY {groups}"
        ).fetchall()


def house():
    """The items and indicators that the house ships, and who computes them."""
    from accounts.enums import OrganisationKind, Role
    from accounts.models import Membership, Organisation, User
    from monitoring.services import datasets, indicators

    home = Organisation.objects.create(kind=OrganisationKind.MINISTRY, state="KG", name_en="House")
    user = User.objects.create_user(email="analyst@example.org", full_name="x", language="en")
    Membership.objects.create(user=user, organisation=home, role=Role.ANALYST)
    datasets.load_items(by=user)
    datasets.load_series(by=user)
    indicators.load_shipped(by=user)
    return user


def job(by, full: bool) -> dict:
    from common import jobs
    from common.models import Job

    made = jobs.enqueue("monitoring.compute", by=by, params={"period": QUARTER, "full": full})
    if jobs.run(made.pk) != "succeeded":
        raise RuntimeError(Job.everything.get(pk=made.pk).error_text)
    return Job.everything.get(pk=made.pk).result


def monthly() -> int:
    """Every month of the ledger, as a computation of the month counts it."""
    from monitoring.periods import Frequency, Period
    from monitoring.sources import sources

    every, first = sources(), Period.containing(FIRST, Frequency.MONTHLY)
    found = 0
    for step in range(MONTHS):
        for code in ("workers_contributing", "months_insured"):
            found += len(every[code](first.offset(step)))
    return found


def said(name: str, ours: float, bare: dict[str, float]) -> None:
    best = min(bare, key=bare.get)
    print(name)
    for one, took in bare.items():
        print(f"  {one:<26} {took:8.2f} s")
    print(f"  ours                       {ours:8.2f} s")
    print(f"  ratio to {best:<17} {ours / bare[best]:8.2f}     goal: at most 2")


def main(rows: int) -> None:
    with empty_registry():
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        from common.scoping import system
        from monitoring.periods import Period

        fill(rows)
        with connection.cursor() as cursor:
            cursor.execute(INDUSTRIES)
            cursor.execute("VACUUM ANALYZE pensions_employer")
        quarter = Period.parse(QUARTER)
        days = quarter.first_day, quarter.last_day
        whole = FIRST, dt.date(2035, 1, 1)
        with system("benchmark"):
            by = house()
            in_sql(IN_SQL, *days)  # pages are read once for both
            bare = {
                "one SQL statement": seconds(lambda: in_sql(IN_SQL, *days)),
                "DuckDB over columns": seconds(lambda: in_duckdb("state", *days)),
            }
            with CaptureQueriesContext(connection) as queries:
                result = {}
                ours = seconds(lambda: result.update(job(by, full=True)))
            again = seconds(lambda: job(by, full=False))
            print(f"{rows:,} contributions")
            said(f"All {result['indicators']} indicators of {QUARTER}, {len(queries)} queries", ours, bare)
            print(f"  again, nothing new         {again:8.2f} s")
            bare = {
                "one SQL statement": seconds(lambda: in_sql(MONTHLY_IN_SQL, *whole)),
                "DuckDB over columns": seconds(lambda: in_duckdb("month, state, industry", *whole)),
            }
            said(f"Monthly aggregate of {MONTHS} months", seconds(monthly), bare)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
